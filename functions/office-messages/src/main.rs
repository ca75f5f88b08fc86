//! The office sees what did not reach a parent and sends it again.
fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_messages::run())
}
