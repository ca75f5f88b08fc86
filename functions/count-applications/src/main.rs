//! Stream of the Applications table: counters for the office.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(count_applications::run())
}
