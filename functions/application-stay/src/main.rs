//! The parent stays with the place that is held.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(application_stay::run())
}
