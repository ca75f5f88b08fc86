//! Wizard step 6: everything on one page, sending, and the thank-you page.

mod birth;
mod page;
mod thanks;

use domain::Step;
use domain::directory::Phase;
use store::Store;
use store::directory::Directory;
use store::drafts::Mine;
use store::sending::Sending;
use text::review as t;
use views::FieldError;
use web::step::{Act, StepVisit, open, open_sent};
use web::{Address, DateAnswer, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct ReviewStep {
    /// Drafts and sending
    pub store: Store,
    /// Schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| ReviewStep { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for ReviewStep {
    /// Shows the review or sends; shows the thank-you page of a sent draft.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match &visit.address {
            Address::Step(_, service, id, Step::Review) => {
                let mine = open(&self.store, &visit, *service, id).await?;
                self.review(&visit, mine).await
            }
            Address::Sent(_, service, id) => {
                let mine = open_sent(&self.store, &visit, *service, id).await?;
                if mine.draft.sent.is_none() {
                    return Ok(Reply::see_other(&Address::Step(visit.locale, *service, id.clone(), Step::Review)));
                }
                match (visit.method, mine.may_open()) {
                    (Method::Get, true) => self.thank(&visit, &mine).await,
                    (Method::Get, false) => Ok(Reply::page(birth::page(&visit, &Fields::default(), &[]))),
                    (Method::Post, true) => Ok(Reply::see_other(&visit.address)),
                    (Method::Post, false) => self.name_birth_date(&visit, mine).await,
                }
            }
            _ => Err(Trouble::NotFound),
        }
    }
}

impl ReviewStep {
    /// The thank-you page. One wait after opening.
    async fn thank(&self, visit: &Visit, mine: &Mine) -> Result<Reply, Trouble> {
        let (id, contacts) = (&mine.draft.id, &mine.draft.answers.contacts);
        let phone = contacts.main.as_ref().map(|main| &main.value);
        let address = contacts.email.as_ref().map(|email| &email.value);
        // What is waited for are choices that it was sent with: which of them, the application tells.
        let choices = mine.draft.answers.choices();
        let (application, history, schools, stops, queues) = futures::try_join!(
            self.store.sent_application(id),
            self.store.history(id),
            self.directory.schools(),
            self.store.stops(phone, address),
            self.store.queues(&mine.campaign.id, &choices),
        )?;
        let application = application.ok_or(Trouble::NotFound)?;
        let facts = thanks::Facts { history: &history, schools: &schools, stops, queues };
        Ok(Reply::page(thanks::page(visit, mine, &application, &facts)))
    }

    /// Lets this device open the application once the child's birth date is named.
    async fn name_birth_date(&self, visit: &Visit, mut mine: Mine) -> Result<Reply, Trouble> {
        let form = visit.form()?;
        if Act::of(&form) == Act::Language {
            return Ok(Reply::see_other(&visit.address.other_language()));
        }
        let l = visit.locale;
        let wrong = |phrase: text::Phrase| {
            let errors = [FieldError::new("child-birth-date", phrase.get(l))];
            Ok(Reply::invalid(birth::page(visit, &form, &errors)))
        };
        let named = match form.date("child-birth-date") {
            DateAnswer::Empty => return wrong(text::family::BIRTH_EMPTY),
            DateAnswer::Unreadable => return wrong(text::family::DATE_UNREADABLE),
            DateAnswer::Date(date) => date,
        };
        let today = visit.site.local(visit.now);
        // The date as it may have been corrected since it was sent.
        let (counted, application) = futures::try_join!(
            self.store.count_birth_try(&mine.session, &mine.draft.id, today.date(), visit.now),
            self.store.sent_application(&mine.draft.id),
        )?;
        if !counted {
            let tomorrow = today.tomorrow().and_then(|day| day.start_of_day());
            return Err(Trouble::TooMany { until: tomorrow.map_or(visit.now, |day| day.timestamp()) });
        }
        let family = application.and_then(|application| application.answers.family);
        let born = family.map(|family| family.child.birth_date);
        if born != Some(named) {
            return wrong(t::BIRTH_WRONG);
        }
        mine.session.opened.insert(mine.draft.id.clone());
        self.store.put_session(&mine.session).await?;
        Ok(Reply::see_other(&visit.address))
    }

    async fn send(&self, visit: &Visit, form: &Fields, mine: &Mine) -> Result<Sending, Trouble> {
        if !page::showed_this(form, mine) {
            return Ok(Sending::Changed);
        }
        Ok(self.store.send(mine, visit.now).await?)
    }

    async fn review(&self, visit: &Visit, mut mine: Mine) -> Result<Reply, Trouble> {
        let here = StepVisit { visit, step: Step::Review };
        if let Some(elsewhere) = here.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        if visit.method == Method::Get {
            return Ok(Reply::page(page::page(&here, &mine, &*self.directory.schools().await?, &[])));
        }
        let form = visit.form()?;
        match Act::of(&form) {
            Act::Next => {}
            act => return here.keep_and_go(&self.store, &mut mine, &form, act).await,
        }
        let mut errors = page::problems(visit, &mine);
        if mine.draft.answers.camp.is_some() {
            errors.extend(page::unfit_shifts(visit, &mine, &*self.directory.schools().await?));
        }
        if mine.campaign.phase(visit.now) != Phase::Open {
            // The page itself says when sending is possible.
            return Ok(Reply::invalid(page::page(&here, &mine, &*self.directory.schools().await?, &errors)));
        }
        if errors.is_empty() {
            let refused = match self.send(visit, &form, &mine).await? {
                Sending::Accepted(number) => {
                    tracing::info!(application = %mine.draft.id, number = number.get(), "accepted");
                    return Ok(Reply::see_other(&Address::Sent(
                        visit.locale,
                        mine.draft.service,
                        mine.draft.id.clone(),
                    )));
                }
                Sending::ChildHasApplication => t::CHILD_HAS_APPLICATION,
                Sending::Changed => t::CHANGED,
            };
            errors.push(FieldError::new("review", refused.get(visit.locale)));
        }
        Ok(Reply::invalid(page::page(&here, &mine, &*self.directory.schools().await?, &errors)))
    }
}
