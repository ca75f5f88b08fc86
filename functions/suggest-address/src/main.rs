//! The address search: suggestions while typing, and "find" without scripts.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(suggest_address::run())
}
