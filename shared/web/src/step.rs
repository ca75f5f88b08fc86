//! What every step of the wizard does alike: open the draft for its owner, guard the URL, show
//! the page, keep what is typed, go on.

use domain::{Draft, DraftId, Service, Slot, Step, fields};
use maud::Markup;
use store::Store;
use store::drafts::{Mine, Opened};
use text::{paper, steps};
use views::{Back, FieldError, LanguageSwitch, Progress};

use crate::Trouble;
use crate::address::{Address, DocumentAction};
use crate::fields::Fields;
use crate::reply::Reply;
use crate::visit::Visit;

/// What the pressed button of a step's form asks for. Anything but "next" keeps what is typed,
/// valid or not, before it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Check, save, go on
    Next,
    /// To the step before
    Back,
    /// The same page in the other language
    Language,
    /// To the page of a document
    Document(Slot),
}

impl Act {
    /// Reads the pressed button; an unknown one is "next".
    pub fn of(form: &Fields) -> Self {
        match form.text("act").split_once(':') {
            Some(("document" | "remove", slot)) => Slot::parse(slot).map_or(Self::Next, Self::Document),
            _ => match form.text("act") {
                "back" => Self::Back,
                "language" => Self::Language,
                _ => Self::Next,
            },
        }
    }
}

/// Opens the draft of a URL for its owner. One round trip.
///
/// # Errors
/// [`Trouble::SignIn`] without a live session; [`Trouble::NotFound`] for no such draft or
/// somebody else's; [`Trouble::BirthDate`] for a sent one on a device that has not yet proved more
/// than the phone.
pub async fn open(store: &Store, visit: &Visit, service: Service, id: &DraftId) -> Result<Mine, Trouble> {
    let mine = open_sent(store, visit, service, id).await?;
    // An officer who has typed for a parent does not go on to act as one who can act for themselves.
    let handed_over = mine.session.paper.is_some() && !mine.draft.owner.is_nobody();
    if handed_over && matches!(visit.address, Address::Withdraw(..) | Address::Correct(..) | Address::Stay(..)) {
        return Err(Trouble::NotFound);
    }
    if !mine.may_open() {
        return Err(Trouble::BirthDate(Address::Sent(visit.locale, service, id.clone())));
    }
    Ok(mine)
}

/// Opens a draft even where it was sent from another device: only for the page that asks for the
/// child's birth date first. One round trip.
///
/// # Errors
/// As [`open`], apart from [`Trouble::BirthDate`].
pub async fn open_sent(store: &Store, visit: &Visit, service: Service, id: &DraftId) -> Result<Mine, Trouble> {
    match store.open(visit.session.as_ref(), service, id, visit.now).await? {
        Opened::Mine(mine) => Ok(*mine),
        Opened::NoSession => Err(Trouble::SignIn),
        Opened::NotFound => Err(Trouble::NotFound),
        Opened::NoOfficer => Err(Trouble::OfficeSignIn { wanted: Some(Address::OfficePaper(visit.locale)) }),
    }
}

/// One step of one draft, as visited.
#[derive(Clone, Copy, Debug)]
pub struct StepVisit<'a> {
    /// The request
    pub visit: &'a Visit,
    /// The step
    pub step: Step,
}

impl StepVisit<'_> {
    /// Where the visitor has to go instead: a sent draft to its thank-you page, a step whose
    /// predecessors are not answered to the first of those.
    pub fn guard(&self, draft: &Draft) -> Option<Reply> {
        if draft.sent.is_some() {
            return Some(Reply::see_other(&Address::Sent(self.visit.locale, draft.service, draft.id.clone())));
        }
        (!draft.may_visit(self.step)).then(|| Reply::see_other(&self.at(draft, draft.furthest())))
    }

    /// The address of a step of the same draft.
    pub fn at(&self, draft: &Draft, step: Step) -> Address {
        Address::Step(self.visit.locale, draft.service, draft.id.clone(), step)
    }

    /// Where the form is sent: here, keeping the wish to return to the review page.
    pub fn action(&self, draft: &Draft) -> String {
        self.with_return(&self.at(draft, self.step))
    }

    /// An address that keeps the wish to return to the review page.
    pub fn with_return(&self, address: &Address) -> String {
        if self.returns() { format!("{address}?return=review") } else { address.to_string() }
    }

    /// What a page shows: what is typed and kept, else the answer.
    pub fn shown(&self, draft: &Draft, answered: Fields) -> Fields {
        draft.typed(self.step).map_or(answered, Fields::from_typed)
    }

    /// The whole page of this step around its form.
    pub fn page(&self, draft: &Draft, title: &str, errors: &[FieldError], inner: Markup) -> Markup {
        let l = self.visit.locale;
        let names = draft.service.path().map(|step| steps::name(step).get(l));
        let csrf = self.visit.csrf();
        let shell = self.visit.shell(title, LanguageSwitch::Button);
        let inner = match draft.owner.is_officer() {
            true => views::html! {
                (views::notice(views::html! {
                    p { (paper::BANNER.get(l)) " " a href=(Address::OfficePaper(l)) { (paper::TO_PAPER.get(l)) } }
                }))
                (inner)
            },
            false => inner,
        };
        let progress = Progress { current: self.step.number(), total: names.len(), names: &names, back: Back::Button };
        views::wizard_page(&shell, &progress, errors, views::form(&self.action(draft), csrf.as_deref(), false, inner))
    }

    /// Keeps what is typed and goes where the button asks. Two waits in all, with opening.
    ///
    /// # Errors
    /// [`Trouble::Conflict`] if another tab saved meanwhile.
    pub async fn keep_and_go(&self, store: &Store, mine: &mut Mine, form: &Fields, act: Act) -> Result<Reply, Trouble> {
        self.keep(store, mine, form).await?;
        let draft = &mine.draft;
        let here = self.at(draft, self.step);
        let to = match act {
            Act::Next => here,
            Act::Back => match self.step.before(draft.service) {
                _ if self.returns() => self.at(draft, Step::Review),
                Some(before) => self.at(draft, before),
                None => Address::Home(self.visit.locale),
            },
            Act::Language => return Ok(Reply::to(&self.with_return(&here.other_language()))),
            Act::Document(slot) => {
                let page =
                    Address::Document(self.visit.locale, draft.service, draft.id.clone(), slot, DocumentAction::Page);
                return Ok(Reply::to(&self.with_return(&page)));
            }
        };
        Ok(Reply::see_other(&to))
    }

    /// Keeps what is typed, unchecked. One wait.
    ///
    /// # Errors
    /// [`Trouble::Conflict`] if another tab saved meanwhile.
    pub async fn keep(&self, store: &Store, mine: &mut Mine, form: &Fields) -> Result<(), Trouble> {
        mine.draft.keep_typed(self.step, form.only(fields::kept(self.step)));
        store.save_draft(&mut mine.draft, &mine.campaign, self.visit.now).await?;
        Ok(())
    }

    /// Gives a trouble back after keeping what is typed, as far as that can be done now. One wait.
    pub async fn kept_despite(&self, store: &Store, mine: &mut Mine, form: &Fields, trouble: Trouble) -> Trouble {
        if let Err(error) = self.keep(store, mine, form).await {
            tracing::warn!(request_id = %self.visit.request_id, %error, "what was typed could not be kept either");
        }
        trouble
    }

    /// Gives `answered` back, unless another tab or device saved meanwhile: then what is typed here
    /// is kept beside what was saved there, and the page says so. Two more waits in that case.
    ///
    /// # Errors
    /// [`Trouble::Conflict`] with everything kept, or the trouble of `answered`.
    pub async fn or_kept(
        &self,
        store: &Store,
        service: Service,
        id: &DraftId,
        form: &Fields,
        answered: Result<Reply, Trouble>,
    ) -> Result<Reply, Trouble> {
        if !matches!(answered, Err(Trouble::Conflict)) {
            return answered;
        }
        let mut mine = open(store, self.visit, service, id).await?;
        if let Some(elsewhere) = self.guard(&mine.draft) {
            return Ok(elsewhere);
        }
        self.keep(store, &mut mine, form).await?;
        answered
    }

    /// Where a saved step leads: back to the review page if the visitor came from there and all
    /// is answered, else to the next step.
    pub fn onward(&self, draft: &Draft) -> Reply {
        let furthest = draft.furthest();
        let to = match self.step.after(draft.service) {
            _ if self.returns() => furthest,
            Some(next) => next.min(furthest),
            None => furthest,
        };
        Reply::see_other(&self.at(draft, to))
    }

    fn returns(&self) -> bool {
        self.visit.query.text("return") == "review"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_what_it_does_and_an_unknown_one_means_next() {
        let act = |form: &str| Act::of(&Fields::decode(form.as_bytes()).unwrap());
        assert_eq!(act("act=document:photo"), Act::Document(Slot::Photo));
        assert_eq!(act("act=remove:photo"), Act::Document(Slot::Photo));
        assert_eq!(act("act=language"), Act::Language);
        assert_eq!(act("act=back"), Act::Back);
        for next in ["", "act=", "act=document:../x", "act=x"] {
            assert_eq!(act(next), Act::Next, "{next}");
        }
    }
}
