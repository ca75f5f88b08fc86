//! What is decided on an application: what belongs to each decision, when it is one, and what
//! becomes of the application (`domain.md` section 4).

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::answers::Answers;
use crate::application::Application;
use crate::document::Slot;
use crate::life::{Act, NotAllowed, State};
use crate::place::{Place, wanted};
use crate::redacted::redacted;
use crate::service::Service;
use crate::wizard::Step;

/// Free text that the parent will read: 1–500 characters, line breaks kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Note(String);

redacted!(Note);

/// Why a text is no note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteFault {
    /// Nothing was typed
    Empty,
    /// Over [`Note::LONGEST`] characters
    TooLong,
}

impl Note {
    /// Characters at most.
    pub const LONGEST: usize = 500;

    /// Reads what was typed.
    ///
    /// # Errors
    /// [`NoteFault`].
    pub fn parse(typed: &str) -> Result<Self, NoteFault> {
        let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
        let text: String = lines.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
        let text = text.trim();
        match text.chars().count() {
            0 => Err(NoteFault::Empty),
            count if count > Self::LONGEST => Err(NoteFault::TooLong),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An answer that can be corrected after sending. IINs, contacts and the choice of schools cannot:
/// locks, sign-in and the queue hang on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// Surname, name, patronymic of the parent
    ParentName,
    /// Birth date of the parent
    ParentBirthDate,
    /// Sex of the parent
    ParentSex,
    /// Surname, name, patronymic of the child
    ChildName,
    /// Birth date of the child
    ChildBirthDate,
    /// Sex of the child
    ChildSex,
    /// Number of the birth certificate
    CertificateNumber,
    /// Its date of issue
    CertificateIssued,
    /// Home address of the child, in words; the territory is an officer's to assign
    Address,
}

impl Field {
    /// All of them, in the order of the steps.
    pub const ALL: [Self; 9] = [
        Self::ParentName,
        Self::ParentBirthDate,
        Self::ParentSex,
        Self::ChildName,
        Self::ChildBirthDate,
        Self::ChildSex,
        Self::CertificateNumber,
        Self::CertificateIssued,
        Self::Address,
    ];

    /// Those that an application of a service has.
    pub fn of(service: Service) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |field| *field != Self::Address || service.own_step() == Step::School)
    }

    /// Its name in forms, the same as in stored items.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ParentName => "parent-name",
            Self::ParentBirthDate => "parent-birth-date",
            Self::ParentSex => "parent-sex",
            Self::ChildName => "child-name",
            Self::ChildBirthDate => "child-birth-date",
            Self::ChildSex => "child-sex",
            Self::CertificateNumber => "certificate-number",
            Self::CertificateIssued => "certificate-issued",
            Self::Address => "address",
        }
    }
}

/// What the parent is asked to correct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Answers, in the order of the steps
    pub fields: Vec<Field>,
    /// Documents to send again, in the order of the pages
    pub scans: Vec<Slot>,
    /// What is wrong with them
    pub note: Note,
}

impl Request {
    /// A request for at least one thing.
    pub fn new(fields: Vec<Field>, scans: Vec<Slot>, note: Note) -> Option<Self> {
        (!fields.is_empty() || !scans.is_empty()).then_some(Self { fields, scans, note })
    }

    /// Whether an answer is asked for.
    pub fn asks(&self, field: Field) -> bool {
        self.fields.contains(&field)
    }

    /// The documents that the parent may change, in the order of the pages: those that were named,
    /// the other pages of a health passport whose first is one of them (one file may have held them
    /// all), and the proof of an address that is to be corrected.
    pub fn open(&self) -> Vec<Slot> {
        let passport = self.scans.contains(&Slot::HealthPassport1);
        let also = |slot: Slot| match slot {
            Slot::HealthPassport17 | Slot::HealthPassport18 => passport,
            Slot::AddressProof => self.asks(Field::Address),
            _ => false,
        };
        Slot::ALL.into_iter().filter(|slot| self.scans.contains(slot) || also(*slot)).collect()
    }
}

/// Grounds of a refusal (`domain.md` section 2, Order 564).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// False documents or data
    FalseData,
    /// The requirements are not met
    RequirementsNotMet,
    /// No consent to the use of personal data
    NoConsent,
    /// The classes are full: only for who lives outside the territory
    ClassesFull,
    /// Incomplete papers
    IncompletePapers,
    /// The child has a live application
    LiveApplication,
}

impl Ground {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::FalseData,
        Self::RequirementsNotMet,
        Self::NoConsent,
        Self::ClassesFull,
        Self::IncompletePapers,
        Self::LiveApplication,
    ];

    /// Its name in forms, the same as in stored items.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FalseData => "false-data",
            Self::RequirementsNotMet => "requirements-not-met",
            Self::NoConsent => "no-consent",
            Self::ClassesFull => "classes-full",
            Self::IncompletePapers => "incomplete-papers",
            Self::LiveApplication => "live-application",
        }
    }
}

/// Why an application was refused or declined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The ground
    pub ground: Ground,
    /// More, in words
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// The order by which a child is enrolled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number, 1–30 characters
    pub number: String,
    /// Its date
    pub date: Date,
}

/// Why an order is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderFault {
    /// No number
    NumberEmpty,
    /// Over [`Order::LONGEST`] characters
    NumberTooLong,
    /// Before the first day that is possible
    TooEarly,
    /// In the future
    InFuture,
}

impl Order {
    /// Characters of a number at most.
    pub const LONGEST: usize = 30;

    /// Reads a typed number.
    ///
    /// # Errors
    /// [`OrderFault`] of the number.
    pub fn number(typed: &str) -> Result<String, OrderFault> {
        let number = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        match number.chars().filter(|letter| !letter.is_control()).count() {
            0 => Err(OrderFault::NumberEmpty),
            count if count > Self::LONGEST => Err(OrderFault::NumberTooLong),
            _ => Ok(number),
        }
    }

    /// The first day on which an order may be written (`domain.md` section 2, "order of enrolment").
    pub const fn first_day(school_year: i16) -> Date {
        date(school_year, 8, 25)
    }

    /// Checks a date against the first day that is possible.
    ///
    /// # Errors
    /// [`OrderFault`] of the date.
    pub fn date(date: Date, first: Date, today: Date) -> Result<Date, OrderFault> {
        if date < first {
            return Err(OrderFault::TooEarly);
        }
        if date > today {
            return Err(OrderFault::InFuture);
        }
        Ok(date)
    }
}

/// A decision with what belongs to it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The department registers it
    Register,
    /// The department asks for corrections
    Return(Request),
    /// The parent has corrected what was asked
    Resend,
    /// The department refuses to register it
    Refuse(Reason),
    /// The portal offers the place that the queue gave
    Offer {
        /// The last day on which it can be confirmed
        until: Date,
    },
    /// The school, in a camp the parent, confirms the place
    Confirm,
    /// The school of residence refuses to enrol
    Decline(Reason),
    /// A quota school refuses: that choice is struck, and the child sits at home again
    Strike(Reason),
    /// The school writes the order
    Enrol(Order),
    /// An officer assigns or corrects the home place
    Assign(Place),
    /// The parent stays with the place that is held
    Stay,
    /// The queue gives a place that is wanted more
    Move {
        /// The place
        place: Place,
        /// The line of the ledger that gives it
        line: u64,
    },
    /// The new school accepts the child
    Accept {
        /// The last day of its slip
        until: Date,
    },
    /// The old school releases the child by its order
    Release(Order),
    /// The slip was not used in time
    Expire,
    /// The school approves free meals
    Approve {
        /// The last day
        until: Date,
    },
    /// The portal reminds the parent that this day is near
    Remind,
    /// That day has passed
    Lapse,
    /// The parent takes it back
    Withdraw,
}

/// It may hold a note about a family.
impl std::fmt::Debug for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decision({:?}, redacted)", self.act())
    }
}

impl Decision {
    /// What is done by it.
    pub const fn act(&self) -> Act {
        match self {
            Self::Register => Act::Register,
            Self::Return(_) => Act::Return,
            Self::Resend => Act::Resend,
            Self::Refuse(_) => Act::Refuse,
            Self::Offer { .. } => Act::Offer,
            Self::Confirm => Act::Confirm,
            Self::Decline(_) => Act::Decline,
            Self::Strike(_) => Act::Strike,
            Self::Enrol(_) => Act::Enrol,
            Self::Assign(_) => Act::Assign,
            Self::Stay => Act::Stay,
            Self::Move { .. } => Act::Move,
            Self::Accept { .. } => Act::Accept,
            Self::Release(_) => Act::Release,
            Self::Expire => Act::Expire,
            Self::Approve { .. } => Act::Approve,
            Self::Remind => Act::Remind,
            Self::Lapse => Act::Lapse,
            Self::Withdraw => Act::Withdraw,
        }
    }

    /// Why, where it says so.
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Refuse(reason) | Self::Decline(reason) | Self::Strike(reason) => Some(reason),
            _ => None,
        }
    }
}

/// Why a decision does not fit an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Its state does not allow it
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Registered without a home place it would be no school's: an officer assigns one first
    #[error("it has no place yet")]
    NoPlace,
    /// The ground is none of this decision
    #[error("not a ground of this decision")]
    Ground,
    /// It sits elsewhere: at home where a quota school is to decline, and the other way round
    #[error("it sits elsewhere")]
    Elsewhere,
    /// The place is the one it has
    #[error("it has that place already")]
    SamePlace,
    /// It waits for no better place
    #[error("it waits for nothing")]
    NothingAwaited,
    /// Another live application for the child is not yet decided on
    #[error("another application for the child is live")]
    Rival,
    /// There is no free place
    #[error("there is no free place")]
    Full,
    /// The acceptance slip is past its last day
    #[error("the acceptance slip has ended")]
    SlipEnded,
    /// The place is offered no more
    #[error("the offer has ended")]
    OfferEnded,
}

impl Application {
    /// Whether the act may be done to it where it stands.
    pub const fn allows(&self, act: Act) -> bool {
        self.state.after(self.service, act).is_ok()
    }

    /// The grounds on which an act may be done.
    pub fn grounds(&self, act: Act) -> &'static [Ground] {
        match act {
            Act::Refuse if self.service == Service::Transfer => &[
                Ground::ClassesFull,
                Ground::FalseData,
                Ground::RequirementsNotMet,
                Ground::NoConsent,
                Ground::IncompletePapers,
                Ground::LiveApplication,
            ],
            Act::Refuse => &[
                Ground::FalseData,
                Ground::RequirementsNotMet,
                Ground::NoConsent,
                Ground::IncompletePapers,
                Ground::LiveApplication,
            ],
            Act::Decline if self.sits_at_home() => {
                &[Ground::FalseData, Ground::RequirementsNotMet, Ground::NoConsent, Ground::IncompletePapers]
            }
            Act::Decline | Act::Strike => &[
                Ground::FalseData,
                Ground::RequirementsNotMet,
                Ground::NoConsent,
                Ground::ClassesFull,
                Ground::IncompletePapers,
            ],
            _ => &[],
        }
    }

    /// Whether the place that it holds is its home place.
    pub fn sits_at_home(&self) -> bool {
        self.place() == self.home_place()
    }

    /// The places that it still waits for, the best first (`domain.md` section 5, rule 2). Nobody waits
    /// after the campaign's close, which an application does not know.
    pub fn awaits(&self) -> Vec<Place> {
        let waits = self.state.is_live() && self.state != State::Enrolled && !self.stays;
        let (home, held) = (self.home_place(), self.place());
        let struck = |place: &Place| self.seat.as_ref().is_some_and(|seat| seat.struck.contains(place));
        // Another section of the shift where it sits is no other place to a family.
        let same_shift =
            |place: &Place| place.section.is_some() && held.as_ref().is_some_and(|held| held.school == place.school);
        let choices = self.answers.choices();
        wanted(&choices, home.as_ref())
            .take_while(|place| waits && Some(*place) != held.as_ref())
            .filter(|place| !struck(place) && !same_shift(place))
            .cloned()
            .collect()
    }

    /// A school's refusal: of the school of residence it ends the application, of a quota school it
    /// strikes that choice.
    pub fn declined(&self, reason: Reason) -> Decision {
        if self.sits_at_home() { Decision::Decline(reason) } else { Decision::Strike(reason) }
    }

    /// Whether it sits in a place that it wants more than a home.
    fn prefers_its_seat_to(&self, home: &Place) -> bool {
        let held = self.place().filter(|_| !self.sits_at_home());
        held.is_some() && wanted(&self.answers.choices(), Some(home)).any(|place| Some(place) == held.as_ref())
    }

    /// The application after a decision: the only place where one becomes another.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn after(&self, decision: &Decision, at: Timestamp) -> Result<Self, Unfit> {
        let act = decision.act();
        let state = self.state.after(self.service, act)?;
        let mut next = self.clone();
        match decision {
            // In a camp nobody has a place before the day on which they are given.
            Decision::Register if self.place().is_none() && self.service == Service::FirstGrade => {
                return Err(Unfit::NoPlace);
            }
            Decision::Offer { .. } if self.place().is_none() => return Err(Unfit::NoPlace),
            Decision::Confirm if self.service == Service::Camp => {
                (next.stays, next.until) = (true, None);
            }
            Decision::Register | Decision::Confirm | Decision::Remind | Decision::Lapse | Decision::Withdraw => {}
            Decision::Accept { until } | Decision::Approve { until } | Decision::Offer { until } => {
                next.until = Some(*until);
            }
            Decision::Release(order) => next.released = Some(order.clone()),
            Decision::Expire => next.until = None,
            Decision::Return(request) => next.asked = Some(request.clone()),
            Decision::Resend => next.asked = None,
            Decision::Decline(_) if !self.sits_at_home() => return Err(Unfit::Elsewhere),
            Decision::Strike(_) if self.sits_at_home() => return Err(Unfit::Elsewhere),
            Decision::Refuse(reason) | Decision::Decline(reason) | Decision::Strike(reason) => {
                if !self.grounds(act).contains(&reason.ground) {
                    return Err(Unfit::Ground);
                }
                if act == Act::Strike {
                    let mut seat = self.seat.clone().unwrap_or_default();
                    seat.struck.extend(seat.place.take());
                    seat.place = self.home_place();
                    next.seat = Some(seat);
                }
            }
            Decision::Enrol(order) => next.order = Some(order.clone()),
            Decision::Assign(place) => {
                if self.home_place().as_ref() == Some(place) {
                    return Err(Unfit::SamePlace);
                }
                if let Some(seat) = next.seat.as_mut().filter(|_| !self.prefers_its_seat_to(place)) {
                    seat.place = Some(place.clone());
                }
                if let Some(school) = &mut next.answers.school {
                    school.home = Some(place.school.clone());
                    school.language = place.language;
                }
            }
            Decision::Stay if self.awaits().is_empty() => return Err(Unfit::NothingAwaited),
            Decision::Stay if self.place().is_none() => return Err(Unfit::NoPlace),
            Decision::Stay => next.stays = true,
            Decision::Move { place, .. } if self.place().as_ref() == Some(place) => return Err(Unfit::SamePlace),
            Decision::Move { place, line } => {
                let mut seat = self.seat.clone().unwrap_or_default();
                (seat.place, seat.line) = (Some(place.clone()), *line);
                // What was offered was another place.
                (next.seat, next.until) = (Some(seat), None);
            }
        }
        next.version += 1;
        next.state = state;
        // Another school begins to count its day; who stays where they are begins nothing anew.
        if state != self.state || matches!(act, Act::Assign | Act::Strike | Act::Move) {
            next.since = Some(at);
        }
        if !state.is_live() {
            next.asked = None;
        }
        Ok(next)
    }

    /// The application with the parent's corrections. What the register told and the remarks
    /// follow the new answers; choices and number stay.
    #[must_use]
    pub fn corrected(mut self, answers: Answers, scans: Vec<Slot>) -> Self {
        self.remarks = answers.remarks(&self.register);
        self.answers = answers;
        self.scans = scans;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::HomeAddress;
    use crate::answers::samples::{address, school};
    use crate::application::samples::application;
    use crate::application::{Deadline, Seat, Task};
    use crate::camp::{Claim, samples as camps};
    use crate::directory::SchoolId;
    use crate::locale::Language;
    use crate::meals::Category;

    fn note() -> Note {
        Note::parse("Снимок не читается").unwrap()
    }

    fn reason(ground: Ground) -> Reason {
        Reason { ground, note: None }
    }

    fn place(school: &str) -> Place {
        Place::new(SchoolId::parse(school).unwrap(), Language::Kazakh)
    }

    /// One decision for every act.
    fn decision(act: Act) -> Decision {
        match act {
            Act::Register => Decision::Register,
            Act::Return => Decision::Return(Request::new(vec![Field::ChildName], vec![], note()).unwrap()),
            Act::Resend => Decision::Resend,
            Act::Refuse => Decision::Refuse(reason(Ground::FalseData)),
            Act::Offer => Decision::Offer { until: date(2099, 12, 31) },
            Act::Confirm => Decision::Confirm,
            Act::Decline => Decision::Decline(reason(Ground::FalseData)),
            Act::Strike => Decision::Strike(reason(Ground::ClassesFull)),
            Act::Enrol => Decision::Enrol(Order { number: "12".to_owned(), date: date(2099, 8, 25) }),
            Act::Assign => Decision::Assign(place("school-202")),
            Act::Stay => Decision::Stay,
            Act::Move => Decision::Move { place: place("school-203"), line: 9 },
            Act::Accept => Decision::Accept { until: date(2099, 12, 31) },
            Act::Release => Decision::Release(Order { number: "7".to_owned(), date: date(2099, 12, 30) }),
            Act::Expire => Decision::Expire,
            Act::Approve => Decision::Approve { until: date(2099, 12, 31) },
            Act::Remind => Decision::Remind,
            Act::Lapse => Decision::Lapse,
            Act::Withdraw => Decision::Withdraw,
        }
    }

    fn waiting(state: State) -> Application {
        let mut application = Application { state, ..application() };
        if let Some(school) = &mut application.answers.school {
            school.quota = vec![place("school-203")];
        }
        application
    }

    /// One that was given its choice.
    fn moved(state: State) -> Application {
        let seat = Seat { place: Some(place("school-203")), line: 9, struck: Vec::new() };
        Application { seat: Some(seat), ..waiting(state) }
    }

    #[test]
    fn every_decision_leads_where_its_act_does_and_counts_one_version_up() {
        let at = Timestamp::from_second(4_090_000_000).unwrap();
        for (service, state) in Service::ALL.into_iter().flat_map(|one| State::ALL.map(|state| (one, state))) {
            for act in Act::ALL {
                let seated = matches!(act, Act::Strike | Act::Offer);
                let before = if seated { moved(state) } else { waiting(state) };
                let before = Application { service, ..before };
                let decision = decision(act);
                assert_eq!(decision.act(), act);
                match (state.after(before.service, act), before.after(&decision, at)) {
                    (Ok(to), Ok(after)) => {
                        assert_eq!((after.state, after.version), (to, before.version + 1));
                        assert_eq!(after.number, before.number);
                        let anew = to != state || matches!(act, Act::Assign | Act::Strike | Act::Move);
                        assert_eq!(after.since == Some(at), anew, "{service:?} {state:?} {act:?}");
                    }
                    (Err(not_allowed), Err(unfit)) => assert_eq!(unfit, Unfit::NotAllowed(not_allowed)),
                    other => panic!("{service:?} {state:?} {act:?}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn what_is_asked_is_known_until_it_is_answered() {
        let asked = waiting(State::Submitted).after(&decision(Act::Return), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(asked.asked.as_ref().map(|asked| asked.fields.as_slice()), Some(&[Field::ChildName][..]));
        for act in [Act::Resend, Act::Refuse, Act::Withdraw] {
            assert_eq!(asked.after(&decision(act), Timestamp::UNIX_EPOCH).unwrap().asked, None, "{act:?}");
        }
        assert_eq!(Request::new(vec![], vec![], note()), None);
    }

    #[test]
    fn without_a_place_nothing_is_registered_and_an_assigned_one_is_another() {
        let mut lost = waiting(State::Submitted);
        lost.answers.school = Some(crate::answers::SchoolChoice {
            home: None,
            ..school(HomeAddress::Typed { text: "у реки".to_owned() })
        });
        assert_eq!(lost.after(&Decision::Register, Timestamp::UNIX_EPOCH), Err(Unfit::NoPlace));
        let found = lost.after(&Decision::Assign(place("school-202")), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((found.place(), found.state), (Some(place("school-202")), State::Submitted));
        assert!(found.after(&Decision::Register, Timestamp::UNIX_EPOCH).is_ok());
        let again = found.after(&Decision::Assign(place("school-202")), Timestamp::UNIX_EPOCH);
        assert_eq!(again, Err(Unfit::SamePlace));
    }

    #[test]
    fn a_quota_schools_refusal_strikes_that_choice_and_leaves_the_child_at_home() {
        let confirmed = moved(State::PlaceConfirmed);
        let refusal = confirmed.declined(reason(Ground::ClassesFull));
        assert_eq!(refusal.act(), Act::Strike);
        let end = Decision::Decline(reason(Ground::FalseData));
        assert_eq!(confirmed.after(&end, Timestamp::UNIX_EPOCH), Err(Unfit::Elsewhere));
        let back = confirmed.after(&refusal, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((back.state, back.place(), back.awaits()), (State::Registered, back.home_place(), vec![]));
        assert_eq!(back.seat.as_ref().map(|seat| seat.line), Some(9));
        assert_eq!(back.after(&refusal, Timestamp::UNIX_EPOCH), Err(Unfit::Elsewhere));
        assert_eq!(back.declined(reason(Ground::FalseData)).act(), Act::Decline);
    }

    #[test]
    fn a_better_place_has_to_be_confirmed_anew_and_is_waited_for_no_more() {
        let confirmed = waiting(State::PlaceConfirmed);
        let given = Decision::Move { place: place("school-203"), line: 9 };
        let after = confirmed.after(&given, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((after.state, after.place()), (State::Registered, Some(place("school-203"))));
        assert_eq!((after.awaits(), after.home_place()), (vec![], confirmed.home_place()));
        assert_eq!(after.after(&given, Timestamp::UNIX_EPOCH), Err(Unfit::SamePlace));
    }

    #[test]
    fn a_corrected_home_leaves_the_child_in_a_place_that_it_wants_more() {
        let before = moved(State::Registered);
        let kept = before.after(&Decision::Assign(place("school-208")), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((kept.place(), kept.home_place()), (Some(place("school-203")), Some(place("school-208"))));
        let home = before.after(&Decision::Assign(place("school-203")), Timestamp::UNIX_EPOCH).unwrap();
        assert!(home.sits_at_home());
        let mut back = moved(State::Registered);
        back.seat.as_mut().unwrap().place = back.home_place();
        let other = back.after(&Decision::Assign(place("school-208")), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((other.place(), other.awaits()), (Some(place("school-208")), vec![place("school-203")]));
    }

    #[test]
    fn who_stays_waits_for_nothing_more() {
        let before = waiting(State::PlaceConfirmed);
        assert_eq!(before.awaits(), [place("school-203")]);
        let stays = before.after(&Decision::Stay, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((stays.awaits(), stays.state), (vec![], State::PlaceConfirmed));
        assert_eq!(stays.after(&Decision::Stay, Timestamp::UNIX_EPOCH), Err(Unfit::NothingAwaited));
        for state in Service::FirstGrade.states().iter().copied() {
            let waits = state.is_live() && state != State::Enrolled;
            assert_eq!(waiting(state).awaits().is_empty(), !waits, "{state:?}");
        }
    }

    #[test]
    fn what_is_approved_ends_by_itself_and_is_said_before() {
        let meals = Application { service: Service::Meals, ..waiting(State::Submitted) };
        assert_eq!(meals.deadline(), None);
        let mut now = meals.after(&decision(Act::Approve), Timestamp::UNIX_EPOCH).unwrap();
        for (day, task) in [(date(2099, 12, 17), Task::Remind), (date(2100, 1, 1), Task::Lapse)] {
            let deadline = now.deadline().unwrap();
            assert_eq!(deadline, Deadline { day, task, latest: None });
            now = now.after(&deadline.decision(day), Timestamp::UNIX_EPOCH).unwrap();
        }
        assert_eq!((now.state, now.deadline()), (State::Lapsed, None));
    }

    /// A place in a camp is offered by itself, for so many days, and again where the queue gives a better one.
    #[test]
    fn a_place_in_a_camp_is_offered_and_is_confirmed_in_time_or_goes_on() {
        let mut camp = Application { service: Service::Camp, ..waiting(State::Submitted) };
        camp.answers.school = None;
        camp.answers.camp = Some(camps::choice(Claim::Category(Category::Emergency)));
        let wants = camps::choice(Claim::Category(Category::Emergency)).wants();
        assert_eq!((camp.place(), camp.awaits()), (None, wants.clone()));
        assert_eq!(
            camp.ticket().map(|ticket| (ticket.home, ticket.choices, ticket.rank)),
            Some((None, wants.clone(), 0))
        );
        let at = "2099-05-15T09:30:00Z".parse().unwrap();
        let registered = camp.after(&Decision::Register, at).unwrap();
        assert_eq!((registered.state, registered.deadline()), (State::Registered, None));
        let nothing = registered.after(&decision(Act::Offer), at);
        assert_eq!(nothing, Err(Unfit::NoPlace));
        // The general places of the second shift: those of the first are still waited for, its own others not.
        let given = Decision::Move { place: wants[3].clone(), line: 9 };
        let seated = registered.after(&given, at).unwrap();
        assert_eq!(seated.awaits(), wants[..2]);
        let today = date(2099, 5, 16);
        let due = seated.deadline().unwrap();
        let latest = Some(date(2099, 6, 9));
        assert_eq!(due, Deadline { day: date(2099, 5, 15), task: Task::Offer, latest });
        let offered = seated.after(&due.decision(today), at).unwrap();
        assert_eq!((offered.state, offered.until), (State::Offered, Some(date(2099, 5, 19))));
        assert!(!offered.offer_ended(date(2099, 5, 19)) && offered.offer_ended(date(2099, 5, 20)));
        let end = offered.deadline().unwrap();
        assert_eq!(end, Deadline { day: date(2099, 5, 20), task: Task::Lapse, latest: None });
        assert_eq!(offered.after(&end.decision(end.day), at).unwrap().state, State::Lapsed);
        let better = offered.after(&Decision::Move { place: wants[0].clone(), line: 10 }, at).unwrap();
        assert_eq!((better.state, better.until, better.awaits()), (State::Registered, None, vec![]));
        let confirmed = offered.after(&Decision::Confirm, at).unwrap();
        assert_eq!((confirmed.state, confirmed.until, confirmed.awaits()), (State::PlaceConfirmed, None, vec![]));
        assert_eq!(confirmed.deadline(), None);
    }

    #[test]
    fn a_resident_is_never_refused_for_want_of_room() {
        let registered = waiting(State::Registered);
        assert!(registered.sits_at_home());
        let full = Decision::Decline(reason(Ground::ClassesFull));
        assert_eq!(registered.after(&full, Timestamp::UNIX_EPOCH), Err(Unfit::Ground));
        let refused = Decision::Refuse(reason(Ground::ClassesFull));
        assert_eq!(waiting(State::Submitted).after(&refused, Timestamp::UNIX_EPOCH), Err(Unfit::Ground));
        for act in Act::ALL {
            let has = !registered.grounds(act).is_empty();
            assert_eq!(has, decision(act).reason().is_some(), "{act:?}");
        }
    }

    #[test]
    fn an_order_is_written_from_25_august_to_today() {
        let today = date(2099, 9, 3);
        for (day, expected) in [
            (date(2099, 8, 24), Err(OrderFault::TooEarly)),
            (date(2099, 8, 25), Ok(date(2099, 8, 25))),
            (today, Ok(today)),
            (date(2099, 9, 4), Err(OrderFault::InFuture)),
        ] {
            assert_eq!(Order::date(day, Order::first_day(2099), today), expected, "{day}");
        }
        assert_eq!(Order::number(" 12   -ө "), Ok("12 -ө".to_owned()));
        assert_eq!(Order::number("  "), Err(OrderFault::NumberEmpty));
        assert_eq!(Order::number(&"1".repeat(31)), Err(OrderFault::NumberTooLong));
    }

    #[test]
    fn a_note_is_short_plain_text_and_is_not_printed() {
        assert_eq!(Note::parse(" a\r\nb\u{7} ").unwrap().as_str(), "a\nb");
        assert_eq!(Note::parse(" \n "), Err(NoteFault::Empty));
        assert_eq!(Note::parse(&"ә".repeat(501)), Err(NoteFault::TooLong));
        assert!(Note::parse(&"ә".repeat(500)).is_ok());
        let printed = format!("{:?} {:?}", note(), decision(Act::Return));
        assert!(!printed.contains("Снимок"), "{printed}");
    }

    #[test]
    fn codes_are_the_stored_form() {
        for ground in Ground::ALL {
            assert_eq!(serde_json::to_value(ground).unwrap(), ground.code());
        }
        for field in Field::ALL {
            assert_eq!(serde_json::to_value(field).unwrap(), field.code());
        }
        for act in Act::ALL {
            let back: Decision = serde_json::from_value(serde_json::to_value(decision(act)).unwrap()).unwrap();
            assert_eq!(back, decision(act));
        }
    }

    #[test]
    fn what_hangs_together_with_what_is_asked_for_is_open_too() {
        let open = |fields: &[Field], scans: &[Slot]| {
            Request::new(fields.to_vec(), scans.to_vec(), note()).map(|request| request.open()).unwrap_or_default()
        };
        assert_eq!(open(&[Field::ChildName], &[]), []);
        assert_eq!(open(&[], &[Slot::Pmpc, Slot::Photo]), [Slot::Photo, Slot::Pmpc]);
        assert_eq!(open(&[Field::Address], &[Slot::Photo]), [Slot::Photo, Slot::AddressProof]);
        assert_eq!(
            open(&[], &[Slot::HealthPassport1]),
            [Slot::HealthPassport1, Slot::HealthPassport17, Slot::HealthPassport18]
        );
        assert_eq!(open(&[], &[Slot::HealthPassport17]), [Slot::HealthPassport17]);
    }

    #[test]
    fn corrections_are_remarked_anew() {
        let before = waiting(State::Returned);
        let mut answers = before.answers.clone();
        answers.school = Some(school(address(false)));
        let after = before.corrected(answers, vec![Slot::Photo]);
        assert!(after.remarks.contains(&crate::answers::Remark::AddressUnlikeRegister));
        assert_eq!(after.scans, [Slot::Photo]);
    }
}
