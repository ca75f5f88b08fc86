//! The office: confirming a place.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_confirm::run())
}
