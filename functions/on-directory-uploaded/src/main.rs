//! Checks a file of the directory that has just arrived.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(on_directory_uploaded::run())
}
