//! Several applications for one child: the department sees them side by side, keeps one and refuses
//! the others, all at once or not at all.
//!
//! The form names the version of every application that was compared: what was changed or sent
//! meanwhile is shown first, and the same form sent twice decides once.

mod page;

use std::sync::Arc;

use domain::decision::{Decision, Ground, Reason};
use domain::life::{Act, Actor, Change};
use domain::{Application, DraftId, Service};
use http::StatusCode;
use store::Store;
use store::changes::{Changed, ClaimOnChild};
use store::directory::{Directory, Schools};
use store::inbox::Opening;
use text::resolving as t;
use views::FieldError;
use web::deciding::{is_by, note};
use web::office::{Desk, Need, enter};
use web::{Address, Fields, Method, Reply, Trouble, Visit};

use page::Told;

/// Applications that are refused at once: a transaction has room for no more.
const AT_ONCE: usize = 10;

/// The function.
#[derive(Clone)]
pub struct Resolve {
    /// Applications, officers' sessions
    pub store: Store,
    /// The names of schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Resolve { directory: Directory::new(store.clone()), store }).await
}

/// The applications for a child on the department's desk.
struct Compared {
    desk: Desk,
    /// The address's own application
    id: DraftId,
    /// Its service
    service: Service,
    /// Who sent for the child, over or not
    claims: Vec<ClaimOnChild>,
    /// Those that are not over, by number
    live: Vec<Application>,
    schools: Arc<Schools>,
}

impl Compared {
    /// Those that cannot be refused any more. Where there are any, they are kept.
    fn beyond(&self) -> Vec<&Application> {
        self.live.iter().filter(|one| !one.allows(Act::Refuse)).collect()
    }

    fn actor(&self) -> Actor {
        let officer = self.desk.officer();
        Actor::Officer { id: officer.id.clone(), name: officer.name.clone() }
    }

    /// Whether a form was shown for exactly these applications as they are now.
    fn are_seen(&self, form: &Fields) -> bool {
        let named = self.claims.iter().filter(|claim| form.ticked(&seen_field(&claim.id))).count();
        named == self.live.len() && self.live.iter().all(|one| seen(form, &one.id) == Some(one.version))
    }
}

/// The field with the version of an application that was compared.
fn seen_field(id: &DraftId) -> String {
    format!("seen-{id}")
}

fn seen(form: &Fields, id: &DraftId) -> Option<u64> {
    form.text(&seen_field(id)).parse().ok()
}

impl web::Function for Resolve {
    /// Compares, or decides. Three waits, four to decide, two more where somebody was faster.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let Address::OfficeResolve(_, id) = &visit.address else { return Err(Trouble::NotFound) };
        let compared = self.open(&visit, id).await?;
        if visit.method == Method::Get {
            return Ok(Reply::page(page::page(&visit, &compared, &Fields::default(), &Told::default())));
        }
        let form = visit.form()?;
        let (reason, mut errors) = reason(&visit, &form);
        if !compared.are_seen(&form) {
            return self.overtaken(&visit, compared, &form, &reason).await;
        }
        let beyond = compared.beyond();
        let keeps = |one: &&Application| match beyond.as_slice() {
            [] => one.id.as_str() == form.text("keep"),
            _ => !one.allows(Act::Refuse),
        };
        let (kept, refused): (Vec<&Application>, Vec<&Application>) = compared.live.iter().partition(keeps);
        if kept.is_empty() {
            errors.insert(0, FieldError::new("keep", t::KEEP_EMPTY.get(visit.locale)));
        }
        let whole = |some: Vec<&Application>| some.into_iter().take(AT_ONCE).cloned().collect::<Vec<_>>();
        let (kept, refused) = (whole(kept), whole(refused));
        let onward = kept.first().map(|one| Address::OfficeApplication(visit.locale, one.id.clone()));
        let Some(onward) = onward.filter(|_| errors.is_empty() && !refused.is_empty()) else {
            let told = Told { errors: &errors, ..Told::default() };
            return Ok(Reply::invalid(page::page(&visit, &compared, &form, &told)));
        };
        match self.store.keep(&kept, &refused, &compared.actor(), &reason, visit.now).await? {
            Changed::Done => {
                for one in &refused {
                    tracing::info!(application = %one.id, act = Act::Refuse.code(), "decided");
                }
                Ok(Reply::see_other(&onward))
            }
            Changed::NotAllowed(_) | Changed::Overtaken => self.overtaken(&visit, compared, &form, &reason).await,
        }
    }
}

impl Resolve {
    /// The applications for the child of one of them. That they were opened is written down. Three
    /// waits.
    async fn open(&self, visit: &Visit, id: &DraftId) -> Result<Compared, Trouble> {
        // Looked for while the door is asked: who is not let in learns nothing of it.
        let (desk, found) = futures::try_join!(enter(&self.store, visit, Need::DEPARTMENT), async {
            Ok(self.store.sent_application(id).await?)
        })?;
        let application = found.ok_or(Trouble::NotFound)?;
        let family = application.answers.family.as_ref();
        let child = &family.ok_or_else(|| Trouble::Ours(format!("{id} has no child")))?.child.iin;
        let claims = self.store.claims_on_child(application.service, child).await?;
        let ids: Vec<DraftId> = claims.iter().filter(|claim| !claim.ended).map(|claim| claim.id.clone()).collect();
        let opened = ids.iter().map(|id| async {
            let officer = desk.officer().id.clone();
            let opening = Opening { officer, application: id.clone(), at: visit.now };
            self.store.record_opening(&opening).await
        });
        let (mut live, schools, _) = futures::try_join!(
            self.store.sent_applications(&ids),
            self.directory.schools(),
            futures::future::try_join_all(opened),
        )?;
        live.retain(|one| one.state.is_live());
        live.sort_by_key(|one| one.number);
        Ok(Compared { desk, id: id.clone(), service: application.service, claims, live, schools })
    }

    /// Somebody changed one of the applications, or sent another, after the form was shown. If the
    /// change was this very form's, it is done; else the page says what happened.
    async fn overtaken(
        &self,
        visit: &Visit,
        before: Compared,
        form: &Fields,
        reason: &Reason,
    ) -> Result<Reply, Trouble> {
        let compared = self.open(visit, &before.id).await?;
        let named: Vec<(DraftId, u64)> =
            compared.claims.iter().filter_map(|claim| Some((claim.id.clone(), seen(form, &claim.id)?))).collect();
        let last = named.iter().map(|(id, _)| self.store.last_change(id));
        let last = futures::future::try_join_all(last).await?;
        let changed: Vec<(&DraftId, u64, &Change)> = named
            .iter()
            .zip(&last)
            .filter_map(|((id, seen), change)| Some((id, *seen, change.as_ref()?)))
            .filter(|(_, seen, change)| change.sequence != *seen)
            .collect();
        let decision = Decision::Refuse(reason.clone());
        let is_mine = |(id, seen, change): &(&DraftId, u64, &Change)| {
            change.sequence == seen + 1
                && is_by(change, &compared.actor())
                && change.decision.as_ref() == Some(&decision)
                && id.as_str() != form.text("keep")
        };
        if !changed.is_empty()
            && changed.iter().all(is_mine)
            && let Some(kept) = named.iter().map(|(id, _)| id).find(|id| !changed.iter().any(|(other, ..)| other == id))
        {
            return Ok(Reply::see_other(&Address::OfficeApplication(visit.locale, kept.clone())));
        }
        let more = compared.live.iter().any(|one| seen(form, &one.id).is_none());
        let changes: Vec<&Change> = changed.into_iter().map(|(.., change)| change).collect();
        let told = Told { met: &changes, more, ..Told::default() };
        Ok(Reply::page(page::page(visit, &compared, &Fields::default(), &told)).status(StatusCode::CONFLICT))
    }
}

/// Reads what the parents of the refused are told.
fn reason(visit: &Visit, form: &Fields) -> (Reason, Vec<FieldError>) {
    let (note, errors) = match form.ticked("note").then(|| note(visit, form)).transpose() {
        Ok(note) => (note, Vec::new()),
        Err(error) => (None, vec![error]),
    };
    (Reason { ground: Ground::LiveApplication, note }, errors)
}
