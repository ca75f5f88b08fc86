//! The parent corrects what the department returned.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(application_correct::run())
}
