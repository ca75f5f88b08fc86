//! Deciding on an application: what the functions of all decisions do alike. Each opens a
//! [`Case`], asks what belongs to its decision, and hands it to [`Case::decide`].
//!
//! A form names the version of the application that it was shown for: what was decided meanwhile
//! is shown and never overwritten, and the same form sent twice decides once.

use domain::decision::{Decision, Ground, Note, NoteFault, Order, OrderFault, Reason, Unfit};
use domain::life::{Act, Actor, Change};
use domain::officer::Scope;
use domain::{Application, Date, DraftId, Group, Service};
use store::Store;
use store::changes::Changed;
use store::directory::Schools;
use text::{decisions as t, family, life};
use views::{Choice, DateField, Field, FieldError, Markup, Radio, Width, error_of, html};

use crate::Trouble;
use crate::address::Address;
use crate::fields::{DateAnswer, Fields};
use crate::following;
use crate::office::{Desk, Need, enter};
use crate::reply::Reply;
use crate::visit::{Method, Visit};

/// The field with the version that a form was shown for.
pub const SEEN: &str = "seen";
/// The field of the button that also opens the next application.
const THEN: &str = "then";
/// Its value.
const NEXT: &str = "next";
/// Letters of a note's field at most: more than a note has, so that one is refused and not cut.
const NOTE_FIELD: u16 = 1_000;

/// An application on the desk of an officer who may decide on it.
#[derive(Debug)]
pub struct Case {
    /// Whose desk
    pub desk: Desk,
    /// The application as it was read
    pub application: Application,
    /// What is to be done
    pub act: Act,
}

/// What a page of a decision shows besides its own questions.
#[derive(Clone, Copy, Debug, Default)]
struct Told<'a> {
    errors: &'a [FieldError],
    met: Option<&'a Change>,
    unfit: Option<Unfit>,
}

impl Case {
    /// Opens an application for an act of the officer's group. One wait.
    ///
    /// # Errors
    /// Those of [`enter`]; [`Trouble::NotFound`]; [`Trouble::OfficeForbidden`] for another
    /// school's.
    pub async fn open(store: &Store, visit: &Visit, id: &DraftId, act: Act) -> Result<Self, Trouble> {
        let case = Self::open_as_known(store, visit, id, act).await?;
        // A form that was sent once more may be from when it was theirs: deciding tells.
        let may_be_again = visit.method == Method::Post && !case.is_struck_here();
        if case.is_anothers() && !may_be_again { Err(case.desk.refuse(store, visit).await) } else { Ok(case) }
    }

    /// Opens it for a school too that has declined it or handed it on, which may say so twice.
    async fn open_as_known(store: &Store, visit: &Visit, id: &DraftId, act: Act) -> Result<Self, Trouble> {
        let need = Need::act(act);
        // Looked for while the door is asked: who is not let in learns nothing of it.
        let (desk, found) =
            futures::try_join!(enter(store, visit, need), async { Ok(store.sent_application(id).await?) })?;
        let application = found.ok_or(Trouble::NotFound)?;
        if act.group(application.service) != Some(desk.officer().group()) {
            return Err(desk.refuse(store, visit).await);
        }
        let case = Self { desk, application, act };
        if case.is_anothers() && !case.is_struck_here() && !case.desk.scope().covers(&case.application) {
            return Err(case.desk.refuse(store, visit).await);
        }
        Ok(case)
    }

    fn is_anothers(&self) -> bool {
        !self.desk.scope().handles(&self.application)
    }

    /// Whether this officer's school has declined it.
    fn is_struck_here(&self) -> bool {
        let struck = self.application.seat.iter().flat_map(|seat| &seat.struck);
        match self.desk.scope() {
            Scope::School(school) => self.act == Act::Decline && struck.into_iter().any(|place| place.school == school),
            Scope::All => false,
        }
    }

    /// Whether a form was shown for the application as it is now.
    #[must_use]
    pub fn is_seen(&self, form: &Fields) -> bool {
        form.text(SEEN).parse() == Ok(self.application.version)
    }

    /// The page that asks what belongs to the decision; `inner` are its fields.
    #[must_use]
    pub fn ask(&self, visit: &Visit, inner: &Markup) -> Reply {
        let unfit = self.application.state.after(self.application.service, self.act).err().map(Unfit::NotAllowed);
        let page = self.page(visit, Told { unfit, ..Told::default() }, inner);
        if unfit.is_some() { Reply::invalid(page) } else { Reply::page(page) }
    }

    /// The same page again with what to correct.
    #[must_use]
    pub fn again(&self, visit: &Visit, errors: &[FieldError], inner: &Markup) -> Reply {
        Reply::invalid(self.page(visit, Told { errors, ..Told::default() }, inner))
    }

    /// The page that says why the decision does not fit.
    #[must_use]
    pub fn unfit(&self, visit: &Visit, unfit: Unfit, inner: &Markup) -> Reply {
        Reply::invalid(self.page(visit, Told { unfit: Some(unfit), ..Told::default() }, inner))
    }

    /// Makes the decision, once, and goes on. One wait; one more to open the next application; two
    /// more where somebody was faster.
    ///
    /// # Errors
    /// [`Trouble::Store`]; nothing is half-written.
    pub async fn decide(
        self,
        store: &Store,
        visit: &Visit,
        form: &Fields,
        decision: &Decision,
        inner: &Markup,
    ) -> Result<Reply, Trouble> {
        if !self.is_seen(form) {
            return self.overtaken(store, visit, form, decision, inner).await;
        }
        if self.is_anothers() {
            return Err(self.desk.refuse(store, visit).await);
        }
        match store.decide(&self.application, &self.actor(), decision, visit.now).await? {
            Changed::Done => {
                tracing::info!(application = %self.application.id, act = self.act.code(), "decided");
                self.onward(store, visit, form, decision).await
            }
            Changed::NotAllowed(unfit) => Ok(self.unfit(visit, unfit, inner)),
            Changed::Overtaken => self.overtaken(store, visit, form, decision, inner).await,
        }
    }

    /// Who decides.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let officer = self.desk.officer();
        Actor::Officer { id: officer.id.clone(), name: officer.name.clone() }
    }

    /// Somebody changed the application after the form was shown. If that was this very form, it
    /// is done; else the page says what happened.
    async fn overtaken(
        mut self,
        store: &Store,
        visit: &Visit,
        form: &Fields,
        decision: &Decision,
        inner: &Markup,
    ) -> Result<Reply, Trouble> {
        let id = self.application.id.clone();
        let (now, last) = futures::try_join!(store.sent_application(&id), store.last_change(&id))?;
        self.application = now.ok_or(Trouble::NotFound)?;
        let last = last.ok_or_else(|| Trouble::Ours(format!("{id} has no history")))?;
        let seen: Option<u64> = form.text(SEEN).parse().ok();
        let mine = seen.is_some_and(|seen| last.sequence == seen + 1)
            && is_by(&last, &self.actor())
            && last.decision.as_ref() == Some(decision);
        if mine {
            // The next one waits where this one waited.
            self.application.state = last.from.unwrap_or(self.application.state);
            return self.onward(store, visit, form, decision).await;
        }
        if self.is_anothers() {
            return Err(self.desk.refuse(store, visit).await);
        }
        let unfit = self.application.after(decision, visit.now).err();
        let page = self.page(visit, Told { met: Some(&last), unfit, ..Told::default() }, inner);
        Ok(Reply::page(page).status(http::StatusCode::CONFLICT))
    }

    /// After the decision: back to the application, or to the next one that waits where it waited.
    /// What a quota school has declined is not its own any more: back to its inbox.
    async fn onward(&self, store: &Store, visit: &Visit, form: &Fields, decision: &Decision) -> Result<Reply, Trouble> {
        let (l, application) = (visit.locale, &self.application);
        if form.text(THEN) != NEXT && decision.act() != Act::Strike {
            return Ok(Reply::see_other(&Address::OfficeApplication(l, application.id.clone())));
        }
        let state = application.state;
        let inbox =
            store.inbox(&self.desk.scope(), &application.campaign, &store::inbox::Choice::of(state), None).await?;
        let lines = inbox.map(|inbox| inbox.lines).unwrap_or_default();
        // The index may still show what was just decided.
        let next = lines.into_iter().find(|line| line.id != application.id && line.state == state);
        match next.filter(|_| form.text(THEN) == NEXT) {
            Some(next) => Ok(Reply::see_other(&Address::OfficeApplication(l, next.id))),
            None => Ok(Reply::to(&crate::office::inbox(l, application.service, state))),
        }
    }

    fn page(&self, visit: &Visit, told: Told<'_>, inner: &Markup) -> Markup {
        let (l, application) = (visit.locale, &self.application);
        let number = application.number.to_string();
        let title = t::act(application.service, self.act).get(l);
        let child = application.answers.family.as_ref().map(|family| family.child.full_name()).unwrap_or_default();
        let back = Address::OfficeApplication(l, application.id.clone());
        let act = Address::OfficeAct(l, application.id.clone(), self.act);
        let body = html! {
            a.back href=(back) { (t::BACK.fill(l, &[("n", &number)])) }
            h1 { (title) }
            @if let Some(change) = told.met { (met(visit, application.service, change)) }
            p.lead { (t::SUBJECT.fill(l, &[("n", &number), ("child", &child)])) }
            p { (views::state_tag(l, application.service, application.state)) }
            @match told.unfit {
                Some(unfit) => {
                    (views::warning(l, html! {
                        p { (t::unfit(unfit).get(l)) }
                        @if unfit == Unfit::Rival {
                            @if self.desk.officer().group() == Group::Department {
                                p { a href=(Address::OfficeResolve(l, application.id.clone())) { (t::RESOLVE.get(l)) } }
                            } @else {
                                p { (t::UNFIT_RIVAL_ELSEWHERE.get(l)) }
                            }
                        }
                    }))
                    @if told.met.is_some() { fieldset.field disabled { legend { (t::MET_TYPED.get(l)) } (inner) } }
                }
                None => (self.form(visit, &act, title, inner)),
            }
        };
        self.desk.page(visit, title, told.errors, body)
    }

    fn form(&self, visit: &Visit, act: &Address, label: &str, inner: &Markup) -> Markup {
        let l = visit.locale;
        let warning = match self.act {
            Act::Refuse => Some(t::WARN_REFUSE),
            Act::Decline if !self.application.sits_at_home() => Some(t::WARN_STRIKE),
            Act::Decline => Some(t::WARN_DECLINE),
            _ => None,
        };
        views::action_form(
            &act.to_string(),
            visit.csrf().as_deref(),
            html! {
                @if let Some(warning) = warning { (views::warning(l, html! { p { (warning.get(l)) } })) }
                (views::hidden(SEEN, &self.application.version.to_string()))
                (inner)
                (buttons(visit, self.act, label))
            },
        )
    }
}

/// The form of a decision that needs nothing but a press, to stand on the page of the application.
#[must_use]
pub fn one_press(visit: &Visit, application: &Application, act: Act) -> Markup {
    let address = Address::OfficeAct(visit.locale, application.id.clone(), act);
    let inner = html! {
        (views::hidden(SEEN, &application.version.to_string()))
        (buttons(visit, act, t::act(application.service, act).get(visit.locale)))
    };
    views::action_form(&address.to_string(), visit.csrf().as_deref(), inner)
}

fn buttons(visit: &Visit, act: Act, label: &str) -> Markup {
    views::buttons(html! {
        @if matches!(act, Act::Refuse | Act::Decline) { (views::warning_button(label)) } @else { (views::primary_button(label)) }
        (views::secondary_button(&t::AND_NEXT.fill(visit.locale, &[("act", label)]), THEN, NEXT, None))
    })
}

/// Whether a change is this officer's.
#[must_use]
pub fn is_by(change: &Change, actor: &Actor) -> bool {
    match (&change.actor, actor) {
        (Actor::Officer { id, .. }, Actor::Officer { id: mine, .. }) => id == mine,
        _ => false,
    }
}

/// What happened meanwhile, and by whom.
#[must_use]
pub fn met(visit: &Visit, service: Service, change: &Change) -> Markup {
    let l = visit.locale;
    let at = visit.site.local(change.at);
    let when = format!("{} {}", text::date(at.date()), text::time(at.time()));
    let said = t::MET.fill(
        l,
        &[("what", life::changed(service, change).get(l)), ("who", who(visit, &change.actor)), ("when", &when)],
    );
    views::warning(l, html! { h2.name { (t::MET_TITLE.get(l)) } p { (said) } })
}

/// Who made a change, as colleagues see it.
#[must_use]
pub fn who<'a>(visit: &Visit, actor: &'a Actor) -> &'a str {
    match actor {
        Actor::Parent => t::BY_PARENT.get(visit.locale),
        Actor::Officer { name, .. } => name,
        Actor::System => t::BY_SYSTEM.get(visit.locale),
    }
}

/// What was said with a change, on lines of their own; empty where nothing was.
#[must_use]
pub fn said(visit: &Visit, change: &Change, schools: &Schools) -> String {
    let l = visit.locale;
    let Some(decision) = &change.decision else { return String::new() };
    match decision {
        Decision::Return(request) => {
            let fields = request.fields.iter().map(|field| t::field(*field).get(l));
            let scans = request.scans.iter().map(|slot| text::documents::name(*slot).get(l));
            let what = fields.chain(scans).collect::<Vec<_>>().join(", ");
            format!("{}\n{}", request.note.as_str(), t::ASKED.fill(l, &[("what", &what)]))
        }
        Decision::Refuse(reason) | Decision::Decline(reason) | Decision::Strike(reason) => {
            let ground = t::ground(reason.ground).get(l);
            reason.note.as_ref().map_or_else(|| ground.to_owned(), |note| format!("{ground}\n{}", note.as_str()))
        }
        Decision::Enrol(given) => order(visit, given),
        Decision::Accept { until } => text::transfer::UNTIL_SAID.fill(l, &[("date", &text::date(*until))]),
        Decision::Release(given) => released(visit, given),
        Decision::Offer { until } => text::camp::UNTIL_SAID.fill(l, &[("date", &text::date(*until))]),
        Decision::Approve { until } => text::meals::UNTIL_SAID.fill(l, &[("date", &text::date(*until))]),
        Decision::Assign(place) | Decision::Move { place, .. } => following::place(place, schools, l),
        Decision::Register
        | Decision::Resend
        | Decision::Confirm
        | Decision::Stay
        | Decision::Expire
        | Decision::Remind
        | Decision::Lapse
        | Decision::Withdraw => String::new(),
    }
}

/// An order in words.
#[must_use]
pub fn order(visit: &Visit, order: &Order) -> String {
    t::ORDER.fill(visit.locale, &[("n", &order.number), ("date", &text::date(order.date))])
}

/// The order by which a school released a child, in words.
#[must_use]
pub fn released(visit: &Visit, order: &Order) -> String {
    let words = [("n", order.number.as_str()), ("date", &text::date(order.date))];
    text::transfer::RELEASED_SAID.fill(visit.locale, &words)
}

/// Reads an order of a school, not before a day.
///
/// # Errors
/// What is wrong with its number and its date.
pub fn read_order(visit: &Visit, first: Date, form: &Fields) -> Result<Order, Vec<FieldError>> {
    let (l, today) = (visit.locale, visit.today());
    let earliest = text::date(first);
    let said = |fault: OrderFault| match fault {
        OrderFault::NumberEmpty => FieldError::new("order-number", t::ORDER_NUMBER_EMPTY.get(l)),
        OrderFault::NumberTooLong => FieldError::new("order-number", t::ORDER_NUMBER_LONG.get(l)),
        OrderFault::TooEarly => FieldError::new("order-date", t::ORDER_EARLY.fill(l, &[("date", &earliest)])),
        OrderFault::InFuture => FieldError::new("order-date", t::ORDER_FUTURE.get(l)),
    };
    let number = Order::number(form.text("order-number")).map_err(said);
    let date = match form.date("order-date") {
        DateAnswer::Date(date) => Order::date(date, first, today).map_err(said),
        DateAnswer::Empty => Err(FieldError::new("order-date", t::ORDER_DATE_EMPTY.get(l))),
        DateAnswer::Unreadable => Err(FieldError::new("order-date", family::DATE_UNREADABLE.get(l))),
    };
    match (number, date) {
        (Ok(number), Ok(date)) => Ok(Order { number, date }),
        (number, date) => Err(number.err().into_iter().chain(date.err()).collect()),
    }
}

/// The fields of an order.
#[must_use]
pub fn order_fields(visit: &Visit, first: Date, typed: &Fields, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    let hint = t::ORDER_DATE_HINT.fill(l, &[("date", &text::date(first))]);
    html! {
        (views::text_input(&Field {
            value: typed.text("order-number"),
            error: error_of(errors, "order-number"),
            maxlength: Some(60),
            width: Width::W12,
            ..Field::new(l, "order-number", t::ORDER_NUMBER.get(l))
        }))
        (views::date_input(&DateField {
            locale: l,
            name: "order-date",
            label: t::ORDER_DATE.get(l),
            hint: Some(&hint),
            value: typed.date_parts("order-date"),
            error: error_of(errors, "order-date"),
            optional: false,
            own_birthday: false,
        }))
    }
}

/// Reads a typed note.
///
/// # Errors
/// What is wrong with it, for the field `note`.
pub fn note(visit: &Visit, form: &Fields) -> Result<Note, FieldError> {
    let (l, typed) = (visit.locale, form.text("note"));
    Note::parse(typed).map_err(|fault| match fault {
        NoteFault::Empty => FieldError::new("note", t::NOTE_EMPTY.get(l)),
        NoteFault::TooLong => {
            let count = typed.chars().count().to_string();
            FieldError::new("note", t::NOTE_LONG.fill(l, &[("n", &count)]))
        }
    })
}

/// The field of a note.
#[must_use]
pub fn note_field(visit: &Visit, label: &str, optional: bool, typed: &Fields, errors: &[FieldError]) -> Markup {
    let l = visit.locale;
    views::textarea(&Field {
        hint: Some(t::NOTE_HINT.get(l)),
        value: typed.text("note"),
        error: error_of(errors, "note"),
        maxlength: Some(NOTE_FIELD),
        optional,
        ..Field::new(l, "note", label)
    })
}

/// A decision that is a refusal, from its question to what came of it. One wait, two to refuse.
///
/// # Errors
/// Those of [`Case::open`] and [`Case::decide`].
pub async fn refuse(
    store: &Store,
    visit: &Visit,
    id: &DraftId,
    act: Act,
    decision: fn(&Application, Reason) -> Decision,
) -> Result<Reply, Trouble> {
    let case = Case::open_as_known(store, visit, id, act).await?;
    if case.is_anothers() && visit.method == Method::Get {
        return Err(case.desk.refuse(store, visit).await);
    }
    if visit.method == Method::Get {
        return Ok(case.ask(visit, &case.reason_fields(visit, &Fields::default(), &[])));
    }
    let form = visit.form()?;
    match case.reason(visit, &form) {
        Ok(reason) => {
            let inner = case.reason_fields(visit, &form, &[]);
            if case.is_anothers() {
                // Nothing is decided there: it is the same form once more, or not theirs.
                return case.overtaken(store, visit, &form, &Decision::Strike(reason), &inner).await;
            }
            let decision = decision(&case.application, reason);
            case.decide(store, visit, &form, &decision, &inner).await
        }
        // It is not shown any more where it was declined, whatever is sent.
        Err(_) if case.is_anothers() => Err(case.desk.refuse(store, visit).await),
        Err(errors) => Ok(case.again(visit, &errors, &case.reason_fields(visit, &form, &errors))),
    }
}

impl Case {
    /// The grounds of the refusal. A form that a quota school sends once more had those of a quota school,
    /// wherever the child sits by now.
    fn grounds(&self) -> &'static [Ground] {
        let act = if self.is_anothers() { Act::Strike } else { self.act };
        self.application.grounds(act)
    }

    /// The questions of a refusal: the ground, and more in words.
    #[must_use]
    fn reason_fields(&self, visit: &Visit, typed: &Fields, errors: &[FieldError]) -> Markup {
        let l = visit.locale;
        let grounds = self.grounds();
        let options: Vec<Radio<'_>> = grounds
            .iter()
            .map(|ground| Radio { value: ground.code(), label: t::ground(*ground).get(l), hint: None })
            .collect();
        html! {
            (views::radios(&Choice {
                locale: l,
                name: "ground",
                label: t::GROUND.get(l),
                hint: None,
                options: &options,
                value: typed.text("ground"),
                error: error_of(errors, "ground"),
                optional: false,
                inline: false,
            }))
            (note_field(visit, t::NOTE.get(l), true, typed, errors))
        }
    }

    /// Reads a refusal.
    ///
    /// # Errors
    /// What is wrong with it.
    fn reason(&self, visit: &Visit, form: &Fields) -> Result<Reason, Vec<FieldError>> {
        let ground = self.grounds().iter().find(|ground| ground.code() == form.text("ground"));
        let note = if form.ticked("note") { note(visit, form).map(Some) } else { Ok(None) };
        match (ground, note) {
            (Some(ground), Ok(note)) => Ok(Reason { ground: *ground, note }),
            (ground, note) => {
                let missing = FieldError::new("ground", t::GROUND_EMPTY.get(visit.locale));
                let missing = ground.is_none().then_some(missing);
                Err(missing.into_iter().chain(note.err()).collect())
            }
        }
    }
}
