//! Checking the status of an application.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_status::run())
}
