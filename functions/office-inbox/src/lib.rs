//! The office's inbox: the applications of one state, the oldest first, narrowed by what an officer
//! chooses, and the search by number, by the child's IIN and by name. What is searched for comes by
//! POST and is in no address.

mod chosen;
mod page;

use domain::directory::Campaign;
use domain::life::{Act, State};
use domain::person::folded;
use domain::{ApplicationNumber, Group, Iin, Service};
use store::Store;
use store::directory::{Directory, Schools};
use store::inbox::Sought;
use text::desk as t;
use views::FieldError;
use web::office::{Desk, Need, campaign_of, enter, meant};
use web::people::iin_fault;
use web::{Address, Method, Reply, Trouble, Visit};

use chosen::Chosen;

/// The function.
#[derive(Clone)]
pub struct Inbox {
    /// Applications, officers' sessions, the campaign
    pub store: Store,
    /// The names of schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Inbox { directory: Directory::new(store.clone()), store }).await
}

/// An officer at the inbox, with what its pages tell.
struct Here<'a> {
    visit: &'a Visit,
    desk: Desk,
    campaign: Campaign,
    /// The services that have a campaign
    services: Vec<Service>,
    schools: &'a Schools,
}

impl web::Function for Inbox {
    /// Shows a page of the inbox, or what was searched for. Two waits, three for a search.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Office(_) = visit.address else { return Err(Trouble::NotFound) };
        let service = meant(visit.query.text("service"))?;
        // Nothing else is read for somebody who has no cookie: the door is asked first.
        let (desk, campaigns, schools) = futures::try_join!(
            enter(&self.store, &visit, Need::OFFICER),
            async { Ok(self.store.campaigns().await?) },
            async { Ok(self.directory.schools().await?) },
        )?;
        let (campaign, services) = campaign_of(service, campaigns)?;
        let here = Here { visit: &visit, desk, campaign, services, schools: &schools };
        match visit.method {
            Method::Get => self.list(&here).await,
            Method::Post => self.search(&here).await,
        }
    }
}

impl Inbox {
    async fn list(&self, here: &Here<'_>) -> Result<Reply, Trouble> {
        let chosen = Chosen::read(here)?;
        let cursor = Some(here.visit.query.text("after")).filter(|cursor| !cursor.is_empty());
        let scope = here.desk.scope();
        let choice = chosen.choice(here);
        let (inbox, counts) = futures::try_join!(
            async {
                match &choice {
                    Some(choice) => self.store.inbox(&scope, &here.campaign.id, choice, cursor).await,
                    None => Ok(Some(store::inbox::Inbox::default())),
                }
            },
            self.store.counts(&scope, &here.campaign.id),
        )?;
        let inbox = inbox.ok_or(Trouble::NotFound)?;
        Ok(Reply::page(page::list(here, &chosen, &counts, &inbox, cursor.is_some())))
    }

    async fn search(&self, here: &Here<'_>) -> Result<Reply, Trouble> {
        let form = here.visit.form()?;
        let typed = form.text("search");
        let sought = match sought(typed) {
            Ok(sought) => sought,
            Err(fault) => return Ok(Reply::invalid(page::searched(here, typed, &[], &[fault.error(here)]))),
        };
        let scope = here.desk.scope();
        let found = self.store.search(&scope, here.campaign.service, &here.campaign.id, &sought).await?;
        Ok(match found.as_slice() {
            [] => {
                let error = FieldError::new("search", t::NOT_FOUND.get(here.visit.locale));
                Reply::invalid(page::searched(here, typed, &[], &[error]))
            }
            [one] => Reply::see_other(&Address::OfficeApplication(here.visit.locale, one.id.clone())),
            several => Reply::page(page::searched(here, typed, several, &[])),
        })
    }
}

/// The list that an officer sees first: what waits for them.
fn first_state(service: Service, group: Group) -> State {
    let decides = |state: State| {
        Act::ALL.into_iter().any(|act| act.group(service) == Some(group) && state.after(service, act).is_ok())
    };
    let waits = service.states().iter().copied().filter(|state| state.is_awaited(service));
    waits.clone().find(|state| decides(*state)).or(waits.into_iter().next()).unwrap_or(State::Submitted)
}

/// Why nothing can be searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    Form,
    Short,
    Iin(domain::iin::IinFault),
}

impl Fault {
    fn error(self, here: &Here<'_>) -> FieldError {
        let l = here.visit.locale;
        match self {
            Self::Empty => FieldError::new("search", t::SEARCH_EMPTY.get(l)),
            Self::Form => FieldError::new("search", t::SEARCH_FORM.get(l)),
            Self::Short => FieldError::new("search", t::SEARCH_SHORT.get(l)),
            Self::Iin(fault) => FieldError::new("search", iin_fault(fault, l)),
        }
    }
}

/// Digits of an IIN.
const IIN: usize = 12;

/// Letters of a name at least: one would find every tenth child.
const LETTERS: usize = 2;

/// Reads what was typed: twelve digits are an IIN, fewer a number, letters the beginning of a name.
fn sought(typed: &str) -> Result<Sought, Fault> {
    if typed.chars().any(char::is_alphabetic) && !typed.chars().any(|c| c.is_ascii_digit()) {
        let name = folded(typed);
        let enough = name.chars().count() >= LETTERS;
        return if enough { Ok(Sought::Name(name)) } else { Err(Fault::Short) };
    }
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '№' | '#')).collect();
    if digits.is_empty() {
        return Err(Fault::Empty);
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.len() > IIN {
        return Err(Fault::Form);
    }
    if digits.len() == IIN {
        return Iin::parse(&digits).map(Sought::Child).map_err(Fault::Iin);
    }
    digits.parse().ok().and_then(ApplicationNumber::new).map(Sought::Number).ok_or(Fault::Form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_digits_are_an_iin_fewer_a_number_and_letters_a_name() {
        for typed in ["44", " № 44 ", "#44", "0044", "4 4"] {
            assert!(matches!(sought(typed), Ok(Sought::Number(number)) if number.get() == 44), "{typed}");
        }
        for typed in ["991231500006", "991231 500006"] {
            assert!(matches!(sought(typed), Ok(Sought::Child(_))), "{typed}");
        }
        for typed in ["Қожахмет", " кожахмет ", "КОЖАХМЕТ-"] {
            assert!(matches!(sought(typed), Ok(Sought::Name(name)) if name == "кожахмет"), "{typed}");
        }
        for (typed, fault) in [
            ("", Fault::Empty),
            (" № ", Fault::Empty),
            ("0", Fault::Form),
            ("-44", Fault::Form),
            ("44а", Fault::Form),
            ("Ә", Fault::Short),
            ("-а-", Fault::Short),
            ("9912315000060", Fault::Form),
            ("991231500007", Fault::Iin(domain::iin::IinFault::CheckDigit)),
        ] {
            assert_eq!(sought(typed).err(), Some(fault), "{typed}");
        }
    }

    #[test]
    fn each_group_begins_with_what_waits_for_it() {
        let first = |service| Group::ALL.map(|group| first_state(service, group));
        assert_eq!(first(Service::FirstGrade), [State::Submitted, State::Registered, State::Submitted]);
    }
}
