//! Wizard step 6: review, sending, and the thank-you page.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_review::run())
}
