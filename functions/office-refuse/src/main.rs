//! The office: refusing to register.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_refuse::run())
}
