//! The school of residence by an address, and the houses that a school serves.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_school_search::run())
}
