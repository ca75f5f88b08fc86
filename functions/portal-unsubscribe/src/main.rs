//! No more letters, by the link in each.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_unsubscribe::run())
}
