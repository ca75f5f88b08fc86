//! What a parent settles about a sent application by one press, after reading what follows from it: staying with a
//! place, taking one that is offered.
//!
//! The form names the version of the application that it was shown for: the place may be another one by now. The
//! same press twice settles once.

use domain::decision::Decision;
use domain::{Application, DraftId, Service};
use http::StatusCode;
use store::Store;
use store::changes::Changed;
use store::directory::{Directory, Schools};
use views::Markup;

use crate::Trouble;
use crate::address::Address;
use crate::deciding::SEEN;
use crate::reply::Reply;
use crate::step::{Act as Button, open};
use crate::visit::{Method, Visit};

/// Something that a parent can settle.
pub trait Settling {
    /// What is decided by it.
    const DECISION: Decision;

    /// Whether it is settled so already.
    fn is_settled(application: &Application) -> bool;

    /// Whether it can be settled now.
    fn may_settle(visit: &Visit, application: &Application) -> bool;

    /// The page that asks; `changed`: the application is another than the one that the pressed page showed.
    fn ask(visit: &Visit, application: &Application, schools: &Schools, changed: bool) -> Markup;

    /// The page that says that there is nothing to settle.
    fn late(visit: &Visit, application: &Application) -> Markup;
}

/// Asks whether the parent is sure, or settles it. Two waits, one more to do it, one more where somebody was faster.
///
/// # Errors
/// [`Trouble::NotFound`] for what is not this parent's, or not sent; those of opening and of the form.
pub async fn settle<S: Settling>(
    store: &Store,
    directory: &Directory,
    visit: &Visit,
    (service, id): (Service, &DraftId),
) -> Result<Reply, Trouble> {
    // Opening asks a new device for the child's birth date first.
    let mine = open(store, visit, service, id).await?;
    if mine.draft.sent.is_none() {
        return Err(Trouble::NotFound);
    }
    let (application, schools) = futures::try_join!(store.sent_application(id), directory.schools())?;
    let application = application.ok_or(Trouble::NotFound)?;
    let thanks = Reply::see_other(&Address::Sent(visit.locale, service, id.clone()));
    if S::is_settled(&application) {
        // Done before: a second press, a second tab, a lost reply.
        return Ok(thanks);
    }
    let late = |application: &Application| Reply::invalid(S::late(visit, application));
    if visit.method == Method::Get {
        return Ok(match S::may_settle(visit, &application) {
            true => Reply::page(S::ask(visit, &application, &schools, false)),
            false => late(&application),
        });
    }
    let form = visit.form()?;
    if Button::of(&form) == Button::Language {
        return Ok(Reply::see_other(&visit.address.other_language()));
    }
    let again = |application: &Application| match S::may_settle(visit, application) {
        true => Reply::page(S::ask(visit, application, &schools, true)).status(StatusCode::CONFLICT),
        false => late(application),
    };
    if !S::may_settle(visit, &application) || form.text(SEEN).parse() != Ok(application.version) {
        return Ok(again(&application));
    }
    match store.decide(&application, &mine.session.actor(), &S::DECISION, visit.now).await? {
        Changed::Done => {
            tracing::info!(application = %id, act = S::DECISION.act().code(), "settled by the parent");
            Ok(thanks)
        }
        Changed::NotAllowed(_) => Ok(late(&application)),
        Changed::Overtaken => {
            let application = store.sent_application(id).await?.ok_or(Trouble::NotFound)?;
            Ok(if S::is_settled(&application) { thanks } else { again(&application) })
        }
    }
}
