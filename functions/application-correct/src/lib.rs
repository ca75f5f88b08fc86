//! The parent corrects what the department returned, and nothing else, and sends it again. Number,
//! place and choices stay.

mod form;
mod page;

use domain::decision::Request;
use domain::life::State;
use domain::{Answers, Application, fields};
use http::StatusCode;
use store::Store;
use store::changes::Changed;
use store::corrections::Correcting;
use store::drafts::Mine;
use views::FieldError;
use web::deciding::SEEN;
use web::step::{Act as Button, open};
use web::{Address, DocumentAction, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Correct {
    /// Applications
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Correct { store }).await
}

/// A returned application, as visited by its parent.
struct Here<'a> {
    visit: &'a Visit,
    mine: &'a Mine,
    application: &'a Application,
    asked: &'a Request,
}

/// What the department asks for, while it does.
fn asked(application: &Application) -> Option<&Request> {
    application.asked.as_ref().filter(|_| application.state == State::Returned)
}

impl web::Function for Correct {
    /// Shows what is to be corrected, keeps what is typed, sends it again. Two waits, one more for
    /// each of these, two more where somebody was faster.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::Correct(l, service, id) = visit.address.clone() else { return Err(Trouble::NotFound) };
        // Opening asks a new device for the child's birth date first.
        let mine = open(&self.store, &visit, service, &id).await?;
        if mine.draft.sent.is_none() {
            return Err(Trouble::NotFound);
        }
        let Correcting { application, typed } = self.store.correcting(&id).await?.ok_or(Trouble::NotFound)?;
        let thanks = Reply::see_other(&Address::Sent(l, service, id));
        // Not returned, or no longer: a second press, a second tab, a lost reply, a refusal. That
        // page tells how it stands.
        let Some(asked) = asked(&application) else { return Ok(thanks) };
        let here = Here { visit: &visit, mine: &mine, application: &application, asked };
        if visit.method == Method::Get {
            let shown = typed.as_ref().map_or_else(|| form::answered(&here), Fields::from_typed);
            return Ok(Reply::page(page::page(&here, &shown, &[], false)));
        }
        let form = visit.form()?;
        match Button::of(&form) {
            Button::Language => {
                self.keep(&here, &form).await?;
                Ok(Reply::see_other(&visit.address.other_language()))
            }
            Button::Document(slot) => {
                self.keep(&here, &form).await?;
                let page = Address::Document(l, service, application.id.clone(), slot, DocumentAction::Page);
                Ok(Reply::see_other(&page))
            }
            Button::Next | Button::Back => self.send(&here, &form, thanks).await,
        }
    }
}

impl Correct {
    async fn send(&self, here: &Here<'_>, form: &Fields, thanks: Reply) -> Result<Reply, Trouble> {
        if form.text(SEEN).parse() != Ok(here.application.version) {
            return self.again(here, form, &[], true).await;
        }
        let answers = match form::parse(form, here) {
            Ok(answers) => answers,
            Err(errors) => return self.again(here, form, &errors, false).await,
        };
        match self.resend(here, answers).await {
            Ok(Changed::Done) => {
                tracing::info!(application = %here.application.id, "corrected");
                Ok(thanks)
            }
            Ok(Changed::NotAllowed(_)) => Ok(thanks),
            Ok(Changed::Overtaken) => {
                let now = self.store.correcting(&here.application.id).await?.ok_or(Trouble::NotFound)?;
                match asked(&now.application) {
                    Some(asked) => {
                        let here = Here { application: &now.application, asked, ..*here };
                        self.again(&here, form, &[], true).await
                    }
                    None => Ok(thanks),
                }
            }
            Err(trouble) => {
                // What is typed shall not be lost with it, as far as that can be helped.
                if let Err(error) = self.keep(here, form).await {
                    tracing::warn!(request_id = %here.visit.request_id, %error, "what was typed could not be kept either");
                }
                Err(trouble)
            }
        }
    }

    async fn resend(&self, here: &Here<'_>, answers: Answers) -> Result<Changed, Trouble> {
        Ok(self
            .store
            .resend(here.application, &here.mine.session.actor(), answers, &here.mine.documents, here.visit.now)
            .await?)
    }

    /// The same page with what to mend, or with what has changed meanwhile. One wait.
    async fn again(
        &self,
        here: &Here<'_>,
        form: &Fields,
        errors: &[FieldError],
        changed: bool,
    ) -> Result<Reply, Trouble> {
        self.keep(here, form).await?;
        let page = page::page(here, form, errors, changed);
        Ok(if changed { Reply::page(page).status(StatusCode::CONFLICT) } else { Reply::invalid(page) })
    }

    /// Keeps what is typed into the open fields, unchecked. One wait.
    async fn keep(&self, here: &Here<'_>, form: &Fields) -> Result<(), Trouble> {
        let open: Vec<&str> = here.asked.fields.iter().flat_map(|field| fields::corrected(*field)).copied().collect();
        Ok(self.store.keep_corrections(&here.application.id, &form.only(&open)).await?)
    }
}
