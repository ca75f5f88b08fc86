//! Wizard step 5: notifications and consent.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_consent::run())
}
