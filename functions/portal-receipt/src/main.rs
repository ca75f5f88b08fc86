//! The receipt of a sent application.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_receipt::run())
}
