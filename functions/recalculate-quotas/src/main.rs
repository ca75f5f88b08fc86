//! Every minute: takes what has settled into the ledger of places, and publishes it.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(recalculate_quotas::run())
}
