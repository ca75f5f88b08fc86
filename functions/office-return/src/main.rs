//! The office: asking for corrections.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_return::run())
}
