//! The primary teachers of the city: registry, and a page for each.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_teachers::run())
}
