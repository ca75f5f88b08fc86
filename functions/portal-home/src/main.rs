//! The home page.
fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_home::run())
}
