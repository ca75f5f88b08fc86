//! Wizard step 4: the school of residence and up to two quota schools.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_school::run())
}
