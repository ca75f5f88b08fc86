//! The office: registering an application.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_register::run())
}
