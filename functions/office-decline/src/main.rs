//! The office: refusing to enrol.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_decline::run())
}
