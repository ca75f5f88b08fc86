//! Checks a scan that has just arrived in quarantine.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(on_document_uploaded::run())
}
