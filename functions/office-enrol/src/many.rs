//! Many children by one order: chosen from the school's list, shown once more, then enrolled one by
//! one, each only as it was shown. The same form sent again enrols nobody twice.

use domain::decision::{Decision, Order};
use domain::life::{Act, Actor, Change, State};
use domain::{Application, DraftId, Service};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use store::StoreError;
use store::changes::Changed;
use store::inbox::{Choice, Inbox, PAGE};
use text::enrolling as t;
use views::FieldError;
use web::deciding::{is_by, read_order};
use web::office::{Desk, Need, enter};
use web::{Fields, Method, Reply, Trouble, Visit};

use crate::{Enrol, page};

/// Children that are enrolled at the same time: fifty take seven waits, far less than a function may.
const AT_ONCE: usize = 8;

/// A school's officer at the list.
pub struct Here<'a> {
    pub visit: &'a Visit,
    pub desk: Desk,
    pub year: i16,
}

impl Here<'_> {
    fn actor(&self) -> Actor {
        let officer = self.desk.officer();
        Actor::Officer { id: officer.id.clone(), name: officer.name.clone() }
    }
}

/// What became of one of many.
pub enum Came {
    /// The child is enrolled, now or by this very form before
    Done,
    /// Somebody was faster
    Changed(Change),
    /// Its state does not allow it
    NotAllowed,
    /// The table did not answer: whether it is written shows when the form is sent again
    Failed,
}

/// The field that names a child of the list.
pub fn child_field(at: usize) -> String {
    format!("child-{at}")
}

/// The field with the version of the application that was shown.
pub fn seen_field(at: usize) -> String {
    format!("seen-{at}")
}

/// The children that a form names, each once, with the version that it was shown for.
fn named(form: &Fields) -> Vec<(DraftId, Option<u64>)> {
    let mut named: Vec<(DraftId, Option<u64>)> = Vec::new();
    for at in 0..PAGE {
        let Some(id) = DraftId::parse(form.text(&child_field(at))) else { continue };
        if !named.iter().any(|(known, _)| *known == id) {
            named.push((id, form.text(&seen_field(at)).parse().ok()));
        }
    }
    named
}

impl Enrol {
    /// The list, the preview or what came of it. Two waits, a third to look at the chosen, and one
    /// for every eight to enrol; one more where somebody was faster.
    pub(crate) async fn many(&self, visit: &Visit) -> Result<Reply, Trouble> {
        let (desk, campaign) = futures::try_join!(enter(&self.store, visit, Need::SCHOOL), async {
            Ok(self.store.campaign(Service::FirstGrade).await?)
        })?;
        let campaign = campaign.ok_or_else(|| Trouble::Ours("no campaign".to_owned()))?;
        let here = Here { visit, desk, year: campaign.school_year };
        let scope = here.desk.scope();
        let list = async |cursor: &str| -> Result<Inbox, Trouble> {
            let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
            let inbox = self.store.inbox(&scope, &campaign.id, &Choice::of(State::PlaceConfirmed), cursor).await?;
            inbox.ok_or(Trouble::NotFound)
        };
        if visit.method == Method::Get {
            let cursor = visit.query.text("after");
            let inbox = list(cursor).await?;
            return Ok(Reply::page(page::list(&here, &inbox, cursor, &Fields::default(), &[])));
        }
        let form = visit.form()?;
        let named = named(&form);
        let order = read_order(visit, Order::first_day(here.year), &form);
        let (order, mut errors) = match order {
            Ok(order) => (Some(order), Vec::new()),
            Err(errors) => (None, errors),
        };
        if named.is_empty() {
            errors.insert(0, FieldError::new("children", t::CHILDREN_EMPTY.get(visit.locale)));
        }
        let asks_again = form.text("act") == "list";
        let Some(order) = order.filter(|_| errors.is_empty() && !asks_again) else {
            let cursor = form.text("after");
            let inbox = list(cursor).await?;
            let errors = if asks_again { &[] } else { errors.as_slice() };
            let page = page::list(&here, &inbox, cursor, &form, errors);
            return Ok(if asks_again { Reply::page(page) } else { Reply::invalid(page) });
        };
        let ids: Vec<DraftId> = named.iter().map(|(id, _)| id.clone()).collect();
        let mut chosen = self.store.sent_applications(&ids).await?;
        chosen.sort_by_key(|one| one.number);
        if chosen.is_empty() {
            return Err(Trouble::NotFound);
        }
        // No list of ours names another school's child.
        if chosen.iter().any(|one| !scope.covers(one)) {
            return Err(here.desk.refuse(&self.store, visit).await);
        }
        if form.text("act") != "enrol" {
            let (enrolled, left): (Vec<_>, Vec<_>) = chosen.iter().partition(|one| one.allows(Act::Enrol));
            return Ok(Reply::page(page::preview(&here, &enrolled, &left, &order, form.text("after"))));
        }
        let came = self.enrol(&here, &named, chosen, order).await?;
        Ok(Reply::page(page::result(&here, &came)))
    }

    /// Enrols, some at a time. A child whose write did not come to an end is told as such, and the
    /// others are not held up by it.
    async fn enrol(
        &self,
        here: &Here<'_>,
        named: &[(DraftId, Option<u64>)],
        chosen: Vec<Application>,
        order: Order,
    ) -> Result<Vec<(Application, Came)>, Trouble> {
        let (decision, actor) = (Decision::Enrol(order), here.actor());
        let (decision, actor) = (&decision, &actor);
        let one = |application: Application| async move {
            let seen = named.iter().find(|(id, _)| *id == application.id).and_then(|(_, seen)| *seen);
            let came = match self.one(here, &application, seen, decision, actor).await {
                Ok(came) => came,
                Err(error @ (StoreError::Corrupt { .. } | StoreError::Conflict)) => return Err(Trouble::from(error)),
                Err(error) => {
                    tracing::error!(application = %application.id, %error, "one of many was not enrolled");
                    Came::Failed
                }
            };
            Ok((application, came))
        };
        stream::iter(chosen.into_iter().map(one)).buffered(AT_ONCE).try_collect().await
    }

    async fn one(
        &self,
        here: &Here<'_>,
        application: &Application,
        seen: Option<u64>,
        decision: &Decision,
        actor: &Actor,
    ) -> Result<Came, StoreError> {
        if seen == Some(application.version) {
            match self.store.decide(application, actor, decision, here.visit.now).await? {
                Changed::Done => {
                    tracing::info!(application = %application.id, act = Act::Enrol.code(), "decided");
                    return Ok(Came::Done);
                }
                Changed::NotAllowed(_) => return Ok(Came::NotAllowed),
                Changed::Overtaken => {}
            }
        }
        let Some(last) = self.store.last_change(&application.id).await? else { return Ok(Came::NotAllowed) };
        let mine = seen.is_some_and(|seen| last.sequence == seen + 1)
            && is_by(&last, actor)
            && last.decision.as_ref() == Some(decision);
        Ok(if mine { Came::Done } else { Came::Changed(last) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_names_each_child_once_and_no_more_than_a_page_has() {
        let mut form = Fields::default();
        let id = |n: u8| DraftId::from_bytes([n; 16]).to_string();
        form.set("child-0", id(1));
        form.set("seen-0", "4");
        form.set("child-3", id(2));
        form.set("child-4", id(1));
        form.set("seen-4", "5");
        form.set("child-5", "x");
        form.set(child_field(PAGE), id(3));
        let read: Vec<_> = named(&form).into_iter().map(|(id, seen)| (id.to_string(), seen)).collect();
        assert_eq!(read, [(id(1), Some(4)), (id(2), None)]);
    }
}
