//! The office: typing for parents who came in person.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_paper::run())
}
