//! The sub-page of one document.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(upload_document::run())
}
