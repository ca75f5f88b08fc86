//! Wizard step 1: what can be done here, which documents are needed, when; "join the queue"
//! begins a draft.

mod page;

use domain::directory::Phase;
use domain::{Draft, DraftId, Service, Step};
use store::Store;
use store::sessions::{Session, SessionToken, random};
use web::carried::{self, Carried};
use web::following::RENEWS;
use web::step::{Act, StepVisit, open};
use web::{Address, Cookie, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct ServiceStep {
    /// Drafts, sessions, campaigns
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| ServiceStep { store }).await
}

impl web::Function for ServiceStep {
    /// Shows the description; a POST without a draft begins one, a POST with one goes on.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match (&visit.address, visit.method) {
            (Address::Start(_, service), Method::Get) => {
                let campaign = self.store.campaign(*service).await?.ok_or(Trouble::NotFound)?;
                Ok(Reply::page(page::start(&visit, *service, &campaign, &Carried::default())))
            }
            (Address::Start(_, service), Method::Post) if visit.query.text("from") == carried::FROM => {
                let carried = Carried::of(&visit.public_form()?);
                self.describe(&visit, *service, &carried).await
            }
            (Address::Start(_, service), Method::Post) => {
                let form = visit.form()?;
                if let Some(renewed) = DraftId::parse(form.text(RENEWS)) {
                    return self.renew(&visit, *service, &renewed).await;
                }
                let carried = Carried::of(&form);
                match Act::of(&form) {
                    // The other page is answered at once: what is carried is in no address to go to.
                    Act::Language => self.describe(&visit.in_other_language(), *service, &carried).await,
                    Act::Next | Act::Back | Act::Document(_) => self.start(&visit, *service, carried).await,
                }
            }
            (Address::Step(_, service, id, Step::Service), method) => {
                let here = StepVisit { visit: &visit, step: Step::Service };
                let mine = open(&self.store, &visit, *service, id).await?;
                if let Some(elsewhere) = here.guard(&mine.draft) {
                    return Ok(elsewhere);
                }
                match method {
                    Method::Get => Ok(Reply::page(page::again(&here, &mine.draft, &mine.campaign))),
                    Method::Post => {
                        let form = visit.form()?;
                        match Act::of(&form) {
                            Act::Language => Ok(Reply::see_other(&visit.address.other_language())),
                            Act::Back => Ok(Reply::see_other(&Address::Home(visit.locale))),
                            Act::Next | Act::Document(_) => Ok(here.onward(&mine.draft)),
                        }
                    }
                }
            }
            _ => Err(Trouble::NotFound),
        }
    }
}

impl ServiceStep {
    /// Step 1 with an address on its way to step 4. Nothing is kept yet. One wait.
    async fn describe(&self, visit: &Visit, service: Service, carried: &Carried) -> Result<Reply, Trouble> {
        let campaign = self.store.campaign(service).await?.ok_or(Trouble::NotFound)?;
        Ok(Reply::page(page::start(visit, service, &campaign, carried)))
    }

    /// A new draft with the answers of an application of this visitor. Three waits.
    async fn renew(&self, visit: &Visit, service: Service, renewed: &DraftId) -> Result<Reply, Trouble> {
        let mine = open(&self.store, visit, service, renewed).await?;
        let application = self.store.sent_application(renewed).await?.ok_or(Trouble::NotFound)?;
        if !application.may_renew() {
            return Ok(Reply::see_other(&Address::Sent(visit.locale, service, renewed.clone())));
        }
        let campaign = self.store.campaign(service).await?.ok_or(Trouble::NotFound)?;
        if campaign.phase(visit.now) == Phase::Closed {
            return Ok(Reply::page(page::start(visit, service, &campaign, &Carried::default())));
        }
        let id = DraftId::from_bytes(random()?);
        let draft = Draft::start(id.clone(), service, campaign.id.clone(), mine.session.owner(), visit.now);
        self.store.start_draft(&draft.renewing(&application), &campaign, None).await?;
        Ok(Reply::see_other(&Address::Step(visit.locale, service, id, service.own_step())))
    }

    /// A new draft for this visitor: with the session of this device where there is one. Two waits.
    async fn start(&self, visit: &Visit, service: Service, carried: Carried) -> Result<Reply, Trouble> {
        let begun = self.store.campaign_and_session(service, visit.session.as_ref(), visit.now).await?;
        let campaign = begun.campaign.ok_or(Trouble::NotFound)?;
        if campaign.phase(visit.now) == Phase::Closed {
            return Ok(Reply::page(page::start(visit, service, &campaign, &carried)));
        }
        let (session, new) = match begun.session {
            Some(session) => (session, None),
            None => {
                let token = SessionToken::random()?;
                (Session::anonymous(&token, visit.now), Some(token))
            }
        };
        let id = DraftId::from_bytes(random()?);
        let mut draft = Draft::start(id.clone(), service, campaign.id.clone(), session.owner(), visit.now);
        if carried.address().is_some() {
            draft.keep_typed(Step::School, carried.typed());
        }
        self.store.start_draft(&draft, &campaign, new.as_ref().map(|_| &session)).await?;
        let reply = Reply::see_other(&Address::Step(visit.locale, service, id, Step::Contacts));
        Ok(match new {
            Some(token) => reply.cookie(Cookie::Session(token.as_str().to_owned())),
            None => reply,
        })
    }
}
