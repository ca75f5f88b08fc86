//! Wizard step 6: everything on one page, sending, and the thank-you page.

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
use web::step::{Act, StepVisit, open};
use web::{Address, Method, Reply, Site, Trouble, Visit};

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
    let store = Store::read(&lambda::aws().await, lambda::required)?;
    store.warm().await;
    let step = ReviewStep { directory: Directory::new(store.clone()), store };
    web::serve(Site::from_env()?, |visit| {
        let step = &step;
        async move { step.handle(visit).await }
    })
    .await
}

impl ReviewStep {
    /// Shows the review or sends; shows the thank-you page of a sent draft.
    ///
    /// # Errors
    /// [`Trouble`], shown as a page by [`web::serve`].
    pub async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match &visit.address {
            Address::Step(_, service, id, Step::Review) => {
                let mine = open(&self.store, &visit, *service, id).await?;
                self.review(&visit, mine).await
            }
            Address::Sent(_, service, id) => {
                if visit.method != Method::Get {
                    return Err(Trouble::Method);
                }
                let mine = open(&self.store, &visit, *service, id).await?;
                match mine.draft.sent {
                    Some(number) => Ok(Reply::page(thanks::page(&visit, &mine.draft, number))),
                    None => Ok(Reply::see_other(&Address::Step(visit.locale, *service, id.clone(), Step::Review))),
                }
            }
            _ => Err(Trouble::NotFound),
        }
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
        if mine.campaign.phase(visit.now) != Phase::Open {
            // The page itself says when sending is possible.
            return Ok(Reply::invalid(page::page(&here, &mine, &*self.directory.schools().await?, &errors)));
        }
        if errors.is_empty() {
            let refused = match self.store.send(&mine, visit.now).await? {
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
