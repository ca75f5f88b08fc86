//! The public queue.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(portal_queue::run())
}
