//! The office: an officer signs in, step by step, and out.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_sign_in::run())
}
