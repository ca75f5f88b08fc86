//! The office: a transfer is accepted.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_accept_transfer::run())
}
