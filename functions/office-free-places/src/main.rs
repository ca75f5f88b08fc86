//! The office: free places for transfers.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_free_places::run())
}
