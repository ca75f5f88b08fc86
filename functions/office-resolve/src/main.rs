//! The department resolves several applications for one child.
fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_resolve::run())
}
