//! The office: a child is released.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_release_transfer::run())
}
