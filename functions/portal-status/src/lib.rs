//! Checking the status of an application by its number and the child's IIN, without signing in.
//!
//! What was typed comes by POST and is in no address; what is told names nobody.

mod page;

use domain::{ApplicationNumber, Iin};
use store::Store;
use store::directory::Directory;
use store::status::StatusAnswer;
use text::status as t;
use views::FieldError;
use web::office::meant;
use web::people::iin_fault;
use web::queue::Queues;
use web::step::Act;
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct StatusCheck {
    /// Applications, tries, the campaign
    pub store: Store,
    /// Schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| StatusCheck { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for StatusCheck {
    /// Shows the question or the status.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Status(_) = visit.address else { return Err(Trouble::NotFound) };
        if visit.method == Method::Get {
            // A link may name the number: it tells nobody anything.
            return Ok(Reply::page(page::ask(&visit, &visit.query, &[])));
        }
        let form = visit.form()?;
        if Act::of(&form) != Act::Language {
            return self.check(&visit, &form).await;
        }
        // No address may hold what was typed, so the same address answers in the other language.
        let visit = visit.in_other_language();
        if form.ticked(page::SHOWN) {
            return self.check(&visit, &form).await;
        }
        Ok(Reply::page(page::ask(&visit, &form, &[])))
    }
}

impl StatusCheck {
    async fn check(&self, visit: &Visit, form: &Fields) -> Result<Reply, Trouble> {
        let l = visit.locale;
        let service = meant(form.text(page::SERVICE))?;
        let (number, child) = (number(form.text("number")), Iin::parse(form.text("child-iin")));
        let (number, child) = match (number, child) {
            (Ok(number), Ok(child)) => (number, child),
            (number, child) => {
                let number = number.err().map(|phrase| FieldError::new("number", phrase.get(l)));
                let child = child.err().map(|fault| FieldError::new("child-iin", iin_fault(fault, l)));
                let errors: Vec<_> = number.into_iter().chain(child).collect();
                return Ok(Reply::invalid(page::ask(visit, form, &errors)));
            }
        };
        let network = visit.network.map_or_else(String::new, |network| network.text());
        let asked = async {
            let status = self.store.status(service, number, &child, &network, visit.now).await?;
            let queues = match &status {
                StatusAnswer::Found(status) => web::queue::of(&self.store, &status.application).await?,
                StatusAnswer::NotFound | StatusAnswer::TryAgainAt(_) => Queues::new(),
            };
            Ok((status, queues))
        };
        let ((status, queues), campaign, schools) =
            futures::try_join!(asked, self.store.campaign(service), self.directory.schools())?;
        match status {
            StatusAnswer::Found(status) => {
                Ok(Reply::page(page::found(visit, form, &status, (campaign.as_ref(), &schools, &queues))))
            }
            StatusAnswer::NotFound => {
                let errors = [FieldError::new("number", t::NOT_FOUND.get(l))];
                Ok(Reply::invalid(page::ask(visit, form, &errors)))
            }
            StatusAnswer::TryAgainAt(until) => Err(Trouble::TooMany { until }),
        }
    }
}

/// Reads a typed number; a sign before it is let through.
fn number(typed: &str) -> Result<ApplicationNumber, text::Phrase> {
    let digits = typed.trim().trim_start_matches(['№', 'N', '#']).trim_start();
    if digits.is_empty() {
        return Err(t::NUMBER_EMPTY);
    }
    // `parse` takes a plus too.
    let fits = digits.len() <= 12 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| fits).and_then(ApplicationNumber::new).ok_or(t::NUMBER_FORM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for typed in ["44", " 44 ", "№ 44", "№44", "0044"] {
            assert_eq!(number(typed).map(ApplicationNumber::get).ok(), Some(44), "{typed}");
        }
        assert_eq!(number(" "), Err(t::NUMBER_EMPTY));
        for typed in ["0", "+44", "-44", "4 4", "сорок", "9999999999999", "44.0"] {
            assert_eq!(number(typed), Err(t::NUMBER_FORM), "{typed}");
        }
    }
}
