//! Sends confirmation codes: for the contacts of an application and for signing in.
fn main() -> Result<(), lambda::Error> {
    lambda::block_on(send_code::run())
}
