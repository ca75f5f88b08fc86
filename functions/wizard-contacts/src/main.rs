//! Wizard step 2: the parent's contacts, proved by codes.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_contacts::run())
}
