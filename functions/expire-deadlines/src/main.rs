//! Every hour: what ends by itself.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(expire_deadlines::run())
}
