//! Questions and answers.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_faq::run())
}
