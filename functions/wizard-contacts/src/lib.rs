//! Wizard step 2: the parent's contacts, each proved by a code.

mod form;
mod page;

use domain::answers::Contacts;
use domain::fields::{Channel, WITHOUT_PHONE};
use domain::{Step, fields};
use store::Store;
use store::drafts::Mine;
use views::FieldError;
use web::step::{Act, StepVisit, open};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct ContactsStep {
    /// Drafts, sessions, codes
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| ContactsStep { store }).await
}

impl web::Function for ContactsStep {
    /// Shows the step or takes its answer.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Step(_, service, id, Step::Contacts) = &visit.address else { return Err(Trouble::NotFound) };
        let here = StepVisit { visit: &visit, step: Step::Contacts };
        let mut mine = open(&self.store, &visit, *service, id).await?;
        if let Some(elsewhere) = here.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        match visit.method {
            Method::Get => self.show(&here, &mine).await,
            Method::Post => {
                let form = visit.form()?;
                let answered = match Act::of(&form) {
                    Act::Next => self.save(&here, mine, &form).await,
                    act => here.keep_and_go(&self.store, &mut mine, &form, act).await,
                };
                here.or_kept(&self.store, *service, id, &form, answered).await
            }
        }
    }
}

impl ContactsStep {
    async fn show(&self, here: &StepVisit<'_>, mine: &Mine) -> Result<Reply, Trouble> {
        let shown = here.shown(&mine.draft, form::answered(&mine.draft.answers.contacts));
        let errors = form::asked_errors(here.visit, &shown);
        self.page(here, mine, &shown, &errors).await.map(Reply::page)
    }

    async fn save(&self, here: &StepVisit<'_>, mut mine: Mine, form: &Fields) -> Result<Reply, Trouble> {
        let visit = here.visit;
        let before = mine.draft.answers.contacts.clone();
        let paper = mine.session.paper.is_some();
        let without_phone = paper && form.ticked(WITHOUT_PHONE);
        let checks = Channel::ALL
            .map(|channel| form::check(&self.store, &mine.session.hash, form, channel, &before, visit, without_phone));
        let [main, second, email] = futures::future::join_all(checks)
            .await
            .try_into()
            .map_err(|_| Trouble::Ours("three channels".to_owned()))?;
        let (main, second, email) = match (main, second, email) {
            (Ok(main), Ok(second), Ok(email)) => (main, second, email),
            (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => {
                return Err(here.kept_despite(&self.store, &mut mine, form, error.into()).await);
            }
        };

        // What was proved stays proved, even if another field has to be corrected.
        let contacts = Contacts {
            // Who has no phone has none that was proved before either.
            main: main.phone().or_else(|| before.main.clone().filter(|_| !without_phone)),
            second: second.phone().or_else(|| before.second.clone().filter(|_| second.failed())),
            email: email.email().or_else(|| before.email.clone().filter(|_| email.failed())),
            without_phone: without_phone && main.phone().is_none() && !main.failed(),
        };
        let errors: Vec<FieldError> =
            [&main, &second, &email].into_iter().filter_map(|checked| checked.error()).collect();
        // What an officer types is the parent's from the sending on: the officer's device never becomes
        // the parent's.
        let owner = contacts.main.as_ref().filter(|_| !paper).map(|main| self.store.owner_of(&main.value));
        mine.draft.answer_contacts(contacts);
        if !errors.is_empty() {
            mine.draft.keep_typed(Step::Contacts, form.only(fields::kept(Step::Contacts)));
        }
        match owner {
            Some(owner) if mine.session.phone.as_ref() != Some(&owner) || mine.draft.owner != owner => {
                mine.session.phone = Some(owner.clone());
                mine.draft.owner = owner;
                self.store.save_draft_and_session(&mut mine.draft, &mine.campaign, &mine.session, visit.now).await?;
            }
            _ => self.store.save_draft(&mut mine.draft, &mine.campaign, visit.now).await?,
        }
        if errors.is_empty() {
            return Ok(here.onward(&mine.draft));
        }
        self.page(here, &mine, form, &errors).await.map(Reply::invalid)
    }

    async fn page(
        &self,
        here: &StepVisit<'_>,
        mine: &Mine,
        shown: &Fields,
        errors: &[FieldError],
    ) -> Result<views::Markup, Trouble> {
        let pending = form::unconfirmed(shown, &mine.draft.answers.contacts);
        let recipients: Vec<_> = pending.iter().map(|(_, recipient)| recipient.clone()).collect();
        let states = self.store.code_states(&mine.session.hash, &recipients, here.visit.now).await?;
        let pending: Vec<_> = pending
            .into_iter()
            .zip(states)
            .map(|((channel, to), state)| page::Pending { channel, to, state })
            .collect();
        Ok(page::page(here, &mine.draft, shown, &pending, errors))
    }
}
