//! My applications: sign in by code, drafts and sent applications.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_applications::run())
}
