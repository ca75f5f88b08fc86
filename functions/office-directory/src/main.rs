//! The office: the directory's files.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_directory::run())
}
