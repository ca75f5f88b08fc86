//! Wizard step 4 of free meals.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_meals::run())
}
