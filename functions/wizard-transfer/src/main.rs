//! Wizard step 4 of a transfer.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_transfer::run())
}
