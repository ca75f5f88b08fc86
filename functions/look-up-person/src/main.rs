//! Fills in names from the state register for wizard step 3.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(look_up_person::run())
}
