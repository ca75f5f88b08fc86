//! The parent takes a sent application back.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(application_withdraw::run())
}
