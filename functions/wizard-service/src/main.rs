//! Wizard step 1: what the service is, and the beginning of a draft.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_service::run())
}
