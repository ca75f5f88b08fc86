//! The paper channel: the department begins, or goes on with, the wizard for a parent who came in
//! person. The drafts are the officer's until they are sent, and open only while the officer is
//! signed in.

use domain::directory::{Campaign, Phase};
use domain::{Draft, DraftId, Owner, Service};
use store::Store;
use store::sessions::{Session, SessionToken, random};
use text::{paper as t, service};
use views::{Markup, html};
use web::office::{Desk, Need, enter, meant};
use web::{Address, Cookie, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone, Debug)]
pub struct Paper {
    /// Drafts, both kinds of sessions, the campaign
    pub store: Store,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Paper { store }).await
}

/// The field of the button that goes on with a draft; empty for a new one.
const DRAFT: &str = "draft";
/// The field of the button that begins a draft.
const SERVICE: &str = "service";
/// The field of the button on the page of an application whose parent has no phone.
const SENT: &str = "sent";

impl web::Function for Paper {
    /// Lists what the officer has begun, begins a draft or goes on with one. Three waits, four to
    /// begin or go on.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficePaper(_) = visit.address else { return Err(Trouble::NotFound) };
        let desk = enter(&self.store, &visit, Need::DEPARTMENT).await?;
        if visit.method == Method::Get {
            return Ok(Reply::page(self.list(&visit, &desk).await?));
        }
        let form = visit.form()?;
        if let Some(sent) = DraftId::parse(form.text(SENT)) {
            return self.act_for(&visit, &desk, &sent).await;
        }
        let wanted = form.text(DRAFT);
        if wanted.is_empty() {
            let (service, campaigns) = (meant(form.text(SERVICE))?, self.store.campaigns().await?);
            let campaign = campaigns.iter().find(|campaign| campaign.service == service).ok_or(Trouble::NotFound)?;
            if campaign.phase(visit.now) == Phase::Closed {
                return Ok(Reply::invalid(self.list(&visit, &desk).await?));
            }
            return self.begin(&visit, &desk, campaign).await;
        }
        let id = DraftId::parse(wanted).ok_or(Trouble::NotFound)?;
        let draft = self.store.unsent_of(&owner(&desk), &id).await?.ok_or(Trouble::NotFound)?;
        let (token, session) = self.session(&visit, &desk).await?;
        self.store.put_session(&session).await?;
        Ok(to_step(&visit, &draft, &token))
    }
}

/// Whose drafts an officer begins.
fn owner(desk: &Desk) -> Owner {
    Owner::officer(&desk.officer().id)
}

impl Paper {
    async fn list(&self, visit: &Visit, desk: &Desk) -> Result<Markup, Trouble> {
        let owner = owner(desk);
        let (listed, campaigns) = futures::try_join!(self.store.list_of(&owner), self.store.campaigns())?;
        Ok(page(visit, desk, &listed.drafts, &campaigns))
    }

    async fn begin(&self, visit: &Visit, desk: &Desk, campaign: &Campaign) -> Result<Reply, Trouble> {
        let (token, session) = self.session(visit, desk).await?;
        let id = DraftId::from_bytes(random()?);
        let draft = Draft::start(id, campaign.service, campaign.id.clone(), session.owner(), visit.now);
        self.store.start_draft(&draft, campaign, Some(&session)).await?;
        Ok(to_step(visit, &draft, &token))
    }

    /// Opens the application of a parent without a phone, who stands before the officer.
    async fn act_for(&self, visit: &Visit, desk: &Desk, sent: &DraftId) -> Result<Reply, Trouble> {
        let application = self.store.sent_application(sent).await?.filter(|sent| sent.owner.is_nobody());
        let application = application.ok_or(Trouble::NotFound)?;
        let (token, session) = self.session(visit, desk).await?;
        self.store.put_session(&session).await?;
        let reply = Reply::see_other(&Address::Sent(visit.locale, application.service, application.id));
        Ok(reply.cookie(Cookie::Session(token.as_str().to_owned())))
    }

    /// A session in which this officer types for parents, beside their own.
    async fn session(&self, visit: &Visit, desk: &Desk) -> Result<(SessionToken, Session), Trouble> {
        let office = match &visit.office {
            Some(token) => self.store.office_session(token, visit.now).await?,
            None => None,
        };
        let office = office.filter(|office| office.officer.id == desk.officer().id);
        let office = office.ok_or(Trouble::OfficeSignIn { wanted: Some(visit.address.clone()) })?;
        let token = SessionToken::random()?;
        let session = Session::of_paper(&token, &office, visit.now);
        Ok((token, session))
    }
}

fn to_step(visit: &Visit, draft: &Draft, token: &SessionToken) -> Reply {
    let step = draft.furthest();
    let reply = Reply::see_other(&Address::Step(visit.locale, draft.service, draft.id.clone(), step));
    reply.cookie(Cookie::Session(token.as_str().to_owned()))
}

fn page(visit: &Visit, desk: &Desk, drafts: &[Draft], campaigns: &[Campaign]) -> Markup {
    let l = visit.locale;
    let address = visit.address.to_string();
    let open = campaigns.iter().filter(|campaign| campaign.phase(visit.now) != Phase::Closed);
    let open: Vec<Service> = open.map(|campaign| campaign.service).collect();
    let form = |inner: Markup| views::action_form(&address, visit.csrf().as_deref(), inner);
    let body = html! {
        h1 { (t::TITLE.get(l)) }
        p { (t::INTRO.get(l)) }
        @if open.is_empty() {
            (views::notice(html! { p { (t::CLOSED.get(l)) } }))
        } @else {
            h2 { (t::START.get(l)) }
            (form(views::buttons(html! {
                @for service in open {
                    (views::secondary_button(service::name(service).get(l), SERVICE, service.code(), None))
                }
            })))
        }
        h2 { (t::DRAFTS.get(l)) }
        @if drafts.is_empty() { p { (t::NO_DRAFTS.get(l)) } }
        @for draft in drafts {
            @let child = draft.answers.family.as_ref().map(|family| family.child.full_name());
            @let child = child.unwrap_or_else(|| t::NAMELESS.get(l).to_owned());
            @let child = format!("{child} ({})", service::name(draft.service).get(l));
            (form(views::buttons(views::secondary_button(
                &t::OPENED.fill(l, &[("child", &child)]), DRAFT, &draft.id.to_string(), None,
            ))))
        }
    };
    desk.page(visit, t::TITLE.get(l), &[], body)
}
