//! The department assigns the school of residence.
fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_assign_territory::run())
}
