//! Stream of the Applications table: new outbox entries go into the queue of messages.
fn main() -> Result<(), lambda::Error> {
    lambda::block_on(on_application_changed::run())
}
