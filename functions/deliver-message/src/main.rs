//! Queue of messages: sends an outbox entry by SMS and e-mail.
fn main() -> Result<(), lambda::Error> {
    lambda::block_on(deliver_message::run())
}
