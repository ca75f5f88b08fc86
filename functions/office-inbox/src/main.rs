//! The office: the inbox.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_inbox::run())
}
