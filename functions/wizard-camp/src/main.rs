//! Wizard step 4 of a summer camp.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_camp::run())
}
