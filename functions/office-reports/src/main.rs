//! The office: reports.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_reports::run())
}
