//! The office: enrolling.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_enrol::run())
}
