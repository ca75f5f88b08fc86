//! Wizard step 3: parent, child and scans.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(wizard_family::run())
}
