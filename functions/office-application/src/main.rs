//! The office: an application.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_application::run())
}
