//! The stylesheet, the script and the crest.
fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_assets::run())
}
