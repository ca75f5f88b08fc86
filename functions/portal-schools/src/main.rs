//! The schools of the city: registry, comparison, a page for each.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_schools::run())
}
