//! The office: free meals are approved.

fn main() -> Result<(), lambda::Error> {
    lambda::block_on(office_approve_meals::run())
}
