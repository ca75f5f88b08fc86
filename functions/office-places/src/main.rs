//! The office: places and their terms.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_places::run())
}
