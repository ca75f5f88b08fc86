//! The parent takes the place in a camp that is offered.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(camp_confirm::run())
}
