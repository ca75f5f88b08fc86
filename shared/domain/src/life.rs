//! The life of an application: where it may stand and what may be done there (`domain.md`
//! section 4). Every service and every function that changes an application asks this.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decision::Decision;
use crate::officer::{Group, OfficerId};
use crate::service::Service;
use crate::transfer::SLIP_DAYS;

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Sent, waits for the education department
    Submitted,
    /// The department asks the parent to correct something
    Returned,
    /// The department has registered it; waits for the school that holds its place
    Registered,
    /// The department refused to register it
    RegistrationRefused,
    /// A place in a camp is offered: the parent confirms it until a day
    Offered,
    /// The place is confirmed: by the school, whose order of enrolment comes from 25 August on; in a camp by the
    /// parent
    PlaceConfirmed,
    /// The school of residence refused to enrol
    Declined,
    /// The order of enrolment is written
    Enrolled,
    /// The new school has accepted the child: its slip is valid until a day, and the old school owes its own
    Accepted,
    /// The old school has released the child; the new one owes the order of enrolment
    Released,
    /// The school has approved free meals until a day
    Approved,
    /// That day is near: the parent was reminded and may apply anew
    Ending,
    /// The last day of what was approved or offered has passed
    Lapsed,
    /// The parent took it back
    Withdrawn,
}

/// What is done to an application. Who may do it is decided where it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// The department registers it
    Register,
    /// The department asks for corrections
    Return,
    /// The parent sends the corrections
    Resend,
    /// The department refuses to register it
    Refuse,
    /// The portal offers the place that the queue gave
    Offer,
    /// The place is confirmed: by the school that holds it, in a camp by the parent
    Confirm,
    /// The school of residence refuses to enrol
    Decline,
    /// A quota school refuses: the child sits at home again
    Strike,
    /// The school writes the order of enrolment
    Enrol,
    /// The department assigns or corrects the home place
    Assign,
    /// The parent stays with the place that is held
    Stay,
    /// The queue gives a place that is wanted more
    Move,
    /// The new school accepts the child and gives a slip
    Accept,
    /// The old school releases the child by its order
    Release,
    /// The slip was not used in time: the new school decides anew
    Expire,
    /// The school approves free meals until a day
    Approve,
    /// The portal reminds the parent that this day is near
    Remind,
    /// The last day of what was approved or offered has passed
    Lapse,
    /// The parent takes it back
    Withdraw,
}

/// An act that the application's state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{act:?} is not allowed in the state {state:?}")]
pub struct NotAllowed {
    /// Where the application stands
    pub state: State,
    /// What was to be done
    pub act: Act,
}

impl State {
    /// Every state, in the order of an application's life.
    pub const ALL: [Self; 14] = [
        Self::Submitted,
        Self::Returned,
        Self::Registered,
        Self::RegistrationRefused,
        Self::Offered,
        Self::PlaceConfirmed,
        Self::Declined,
        Self::Enrolled,
        Self::Accepted,
        Self::Released,
        Self::Approved,
        Self::Ending,
        Self::Lapsed,
        Self::Withdrawn,
    ];

    /// Its name in addresses and keys, the same as in stored items.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Registered => "registered",
            Self::RegistrationRefused => "registration-refused",
            Self::Offered => "offered",
            Self::PlaceConfirmed => "place-confirmed",
            Self::Declined => "declined",
            Self::Enrolled => "enrolled",
            Self::Accepted => "accepted",
            Self::Released => "released",
            Self::Approved => "approved",
            Self::Ending => "ending",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state after an act in the life of a service's application: the only place where states
    /// follow one another.
    ///
    /// # Errors
    /// [`NotAllowed`].
    pub const fn after(self, service: Service, act: Act) -> Result<Self, NotAllowed> {
        let next = match (self, act) {
            (Self::Submitted, Act::Return) => Some(Self::Returned),
            (Self::Returned, Act::Resend) => Some(Self::Submitted),
            (Self::Submitted | Self::Returned, Act::Refuse) => Some(Self::RegistrationRefused),
            (Self::Submitted | Self::Returned, Act::Withdraw) => Some(Self::Withdrawn),
            // What only some services have.
            (state, act) => match service {
                Service::FirstGrade => state.after_in_first_grade(act),
                Service::Transfer => state.after_in_transfer(act),
                Service::Meals => state.after_in_meals(act),
                Service::Camp => state.after_in_camp(act),
            },
        };
        match next {
            Some(next) => Ok(next),
            None => Err(NotAllowed { state: self, act }),
        }
    }

    const fn after_in_first_grade(self, act: Act) -> Option<Self> {
        Some(match (self, act) {
            (Self::Submitted, Act::Register) => Self::Registered,
            (Self::Registered, Act::Confirm) => Self::PlaceConfirmed,
            (Self::Registered | Self::PlaceConfirmed, Act::Decline) => Self::Declined,
            (Self::Registered | Self::PlaceConfirmed, Act::Strike) => Self::Registered,
            (Self::PlaceConfirmed, Act::Enrol) => Self::Enrolled,
            (Self::Registered | Self::PlaceConfirmed, Act::Withdraw) => Self::Withdrawn,
            (same @ (Self::Submitted | Self::Returned | Self::Registered), Act::Assign) => same,
            (same @ (Self::Submitted | Self::Returned | Self::Registered | Self::PlaceConfirmed), Act::Stay) => same,
            (same @ (Self::Submitted | Self::Returned | Self::Registered), Act::Move) => same,
            // Another school has to confirm.
            (Self::PlaceConfirmed, Act::Move) => Self::Registered,
            _ => return None,
        })
    }

    const fn after_in_transfer(self, act: Act) -> Option<Self> {
        Some(match (self, act) {
            (Self::Submitted, Act::Accept) => Self::Accepted,
            (Self::Accepted, Act::Release) => Self::Released,
            (Self::Accepted, Act::Expire) => Self::Submitted,
            (Self::Released, Act::Enrol) => Self::Enrolled,
            (Self::Accepted | Self::Released, Act::Withdraw) => Self::Withdrawn,
            _ => return None,
        })
    }

    const fn after_in_meals(self, act: Act) -> Option<Self> {
        Some(match (self, act) {
            (Self::Submitted, Act::Approve) => Self::Approved,
            (Self::Approved, Act::Remind) => Self::Ending,
            (Self::Approved, Act::Withdraw) => Self::Withdrawn,
            (Self::Ending, Act::Lapse) => Self::Lapsed,
            _ => return None,
        })
    }

    const fn after_in_camp(self, act: Act) -> Option<Self> {
        Some(match (self, act) {
            (Self::Submitted, Act::Register) => Self::Registered,
            (Self::Registered, Act::Offer) => Self::Offered,
            (Self::Offered, Act::Confirm) => Self::PlaceConfirmed,
            (Self::Offered, Act::Lapse) => Self::Lapsed,
            (Self::Registered | Self::Offered | Self::PlaceConfirmed, Act::Withdraw) => Self::Withdrawn,
            (same @ (Self::Submitted | Self::Returned | Self::Registered), Act::Move) => same,
            // Another place is offered anew.
            (Self::Offered, Act::Move) => Self::Registered,
            _ => return None,
        })
    }

    /// Whether it still has or waits for what was asked for, and keeps the child's lock: one live application
    /// per child and service. Enrolled is live; what ends soon makes room for the next.
    pub const fn is_live(self) -> bool {
        match self {
            Self::Submitted
            | Self::Returned
            | Self::Registered
            | Self::Offered
            | Self::PlaceConfirmed
            | Self::Enrolled
            | Self::Accepted
            | Self::Released
            | Self::Approved => true,
            Self::RegistrationRefused | Self::Declined | Self::Ending | Self::Lapsed | Self::Withdrawn => false,
        }
    }

    /// The working days in which somebody owes an answer; none where nobody does (`domain.md` section 2,
    /// "term", and section 4).
    pub const fn answer_days(self, service: Service) -> Option<u8> {
        match (service, self) {
            // The department, then the school.
            (Service::FirstGrade, Self::Submitted | Self::Registered) => Some(1),
            // The new school, the old one while the slip is valid, the new one for its order.
            (Service::Transfer, Self::Submitted | Self::Released) => Some(1),
            (Service::Transfer, Self::Accepted) => Some(SLIP_DAYS),
            (Service::Meals, Self::Submitted) => Some(5),
            (Service::Camp, Self::Submitted) => Some(1),
            _ => None,
        }
    }

    /// Whether somebody owes an answer by a day.
    pub const fn is_awaited(self, service: Service) -> bool {
        self.answer_days(service).is_some()
    }
}

impl Service {
    /// The states in which its applications stand, in the order of their life.
    pub const fn states(self) -> &'static [State] {
        match self {
            Self::FirstGrade => &[
                State::Submitted,
                State::Returned,
                State::Registered,
                State::RegistrationRefused,
                State::PlaceConfirmed,
                State::Declined,
                State::Enrolled,
                State::Withdrawn,
            ],
            Self::Transfer => &[
                State::Submitted,
                State::Returned,
                State::RegistrationRefused,
                State::Accepted,
                State::Released,
                State::Enrolled,
                State::Withdrawn,
            ],
            Self::Meals => &[
                State::Submitted,
                State::Returned,
                State::RegistrationRefused,
                State::Approved,
                State::Ending,
                State::Lapsed,
                State::Withdrawn,
            ],
            Self::Camp => &[
                State::Submitted,
                State::Returned,
                State::Registered,
                State::RegistrationRefused,
                State::Offered,
                State::PlaceConfirmed,
                State::Lapsed,
                State::Withdrawn,
            ],
        }
    }
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 19] = [
        Self::Register,
        Self::Return,
        Self::Resend,
        Self::Refuse,
        Self::Offer,
        Self::Confirm,
        Self::Decline,
        Self::Strike,
        Self::Enrol,
        Self::Assign,
        Self::Stay,
        Self::Move,
        Self::Accept,
        Self::Release,
        Self::Expire,
        Self::Approve,
        Self::Remind,
        Self::Lapse,
        Self::Withdraw,
    ];

    /// The officers who do it by a page of its own to an application of a service; none where it is the
    /// parent's or the portal's. A quota school declines as every school does, and what that comes to is
    /// for the application to say.
    pub const fn group(self, service: Service) -> Option<Group> {
        match (service, self) {
            (Service::FirstGrade, Self::Register | Self::Return | Self::Refuse | Self::Assign)
            // A parent who came in person, or has no phone, confirms there.
            | (Service::Camp, Self::Register | Self::Return | Self::Refuse | Self::Confirm) => Some(Group::Department),
            (Service::FirstGrade, Self::Confirm | Self::Decline | Self::Enrol) => Some(Group::School),
            (Service::Transfer, Self::Return | Self::Refuse | Self::Accept | Self::Release | Self::Enrol)
            | (Service::Meals, Self::Return | Self::Refuse | Self::Approve) => Some(Group::School),
            _ => None,
        }
    }

    /// The officers who do it to applications of some service.
    pub fn groups(self) -> impl Iterator<Item = Group> {
        Service::ALL.into_iter().filter_map(move |service| self.group(service))
    }

    /// Its name in addresses and in the codes of messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Return => "return",
            Self::Resend => "resend",
            Self::Refuse => "refuse",
            Self::Offer => "offer",
            Self::Confirm => "confirm",
            Self::Decline => "decline",
            Self::Strike => "strike",
            Self::Enrol => "enrol",
            Self::Assign => "assign-territory",
            Self::Stay => "stay",
            Self::Move => "move",
            Self::Accept => "accept-transfer",
            Self::Release => "release-transfer",
            Self::Expire => "expire",
            Self::Approve => "approve-meals",
            Self::Remind => "remind",
            Self::Lapse => "lapse",
            Self::Withdraw => "withdraw",
        }
    }

    /// Reads a name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

/// Who made a change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The parent
    Parent,
    /// An officer; colleagues see the name, parents never do
    Officer {
        /// The pool's id
        id: OfficerId,
        /// The name at that time
        name: String,
    },
    /// The portal itself
    System,
}

/// It may hold an officer's name.
impl std::fmt::Debug for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Parent => f.write_str("Parent"),
            Self::Officer { id, .. } => write!(f, "Officer({id}, redacted)"),
            Self::System => f.write_str("System"),
        }
    }
}

/// A line of an application's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// 1 for the sending; the application's version after it
    pub sequence: u64,
    /// Who
    pub actor: Actor,
    /// When
    pub at: Timestamp,
    /// From which state; none for the sending
    pub from: Option<State>,
    /// To which state
    pub to: State,
    /// What was decided; none for the sending
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

impl Change {
    /// What was done; none for the sending.
    pub fn act(&self) -> Option<Act> {
        self.decision.as_ref().map(Decision::act)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The picture of `domain.md` section 4, written once more and by hand.
    const FIRST_GRADE: [(State, Act, State); 26] = [
        (State::Registered, Act::Strike, State::Registered),
        (State::PlaceConfirmed, Act::Strike, State::Registered),
        (State::Submitted, Act::Move, State::Submitted),
        (State::Returned, Act::Move, State::Returned),
        (State::Registered, Act::Move, State::Registered),
        (State::PlaceConfirmed, Act::Move, State::Registered),
        (State::Submitted, Act::Register, State::Registered),
        (State::Submitted, Act::Return, State::Returned),
        (State::Submitted, Act::Refuse, State::RegistrationRefused),
        (State::Submitted, Act::Withdraw, State::Withdrawn),
        (State::Returned, Act::Resend, State::Submitted),
        (State::Returned, Act::Refuse, State::RegistrationRefused),
        (State::Returned, Act::Withdraw, State::Withdrawn),
        (State::Registered, Act::Confirm, State::PlaceConfirmed),
        (State::Registered, Act::Decline, State::Declined),
        (State::Registered, Act::Withdraw, State::Withdrawn),
        (State::PlaceConfirmed, Act::Decline, State::Declined),
        (State::PlaceConfirmed, Act::Enrol, State::Enrolled),
        (State::PlaceConfirmed, Act::Withdraw, State::Withdrawn),
        (State::Submitted, Act::Assign, State::Submitted),
        (State::Returned, Act::Assign, State::Returned),
        (State::Registered, Act::Assign, State::Registered),
        (State::Submitted, Act::Stay, State::Submitted),
        (State::Returned, Act::Stay, State::Returned),
        (State::Registered, Act::Stay, State::Registered),
        (State::PlaceConfirmed, Act::Stay, State::PlaceConfirmed),
    ];

    const TRANSFER: [(State, Act, State); 12] = [
        (State::Submitted, Act::Return, State::Returned),
        (State::Submitted, Act::Refuse, State::RegistrationRefused),
        (State::Submitted, Act::Withdraw, State::Withdrawn),
        (State::Submitted, Act::Accept, State::Accepted),
        (State::Returned, Act::Resend, State::Submitted),
        (State::Returned, Act::Refuse, State::RegistrationRefused),
        (State::Returned, Act::Withdraw, State::Withdrawn),
        (State::Accepted, Act::Release, State::Released),
        (State::Accepted, Act::Expire, State::Submitted),
        (State::Accepted, Act::Withdraw, State::Withdrawn),
        (State::Released, Act::Enrol, State::Enrolled),
        (State::Released, Act::Withdraw, State::Withdrawn),
    ];

    const MEALS: [(State, Act, State); 10] = [
        (State::Submitted, Act::Return, State::Returned),
        (State::Submitted, Act::Refuse, State::RegistrationRefused),
        (State::Submitted, Act::Withdraw, State::Withdrawn),
        (State::Submitted, Act::Approve, State::Approved),
        (State::Returned, Act::Resend, State::Submitted),
        (State::Returned, Act::Refuse, State::RegistrationRefused),
        (State::Returned, Act::Withdraw, State::Withdrawn),
        (State::Approved, Act::Withdraw, State::Withdrawn),
        (State::Approved, Act::Remind, State::Ending),
        (State::Ending, Act::Lapse, State::Lapsed),
    ];

    const CAMP: [(State, Act, State); 17] = [
        (State::Submitted, Act::Register, State::Registered),
        (State::Submitted, Act::Return, State::Returned),
        (State::Submitted, Act::Refuse, State::RegistrationRefused),
        (State::Submitted, Act::Move, State::Submitted),
        (State::Submitted, Act::Withdraw, State::Withdrawn),
        (State::Returned, Act::Resend, State::Submitted),
        (State::Returned, Act::Refuse, State::RegistrationRefused),
        (State::Returned, Act::Move, State::Returned),
        (State::Returned, Act::Withdraw, State::Withdrawn),
        (State::Registered, Act::Offer, State::Offered),
        (State::Registered, Act::Move, State::Registered),
        (State::Registered, Act::Withdraw, State::Withdrawn),
        (State::Offered, Act::Confirm, State::PlaceConfirmed),
        (State::Offered, Act::Lapse, State::Lapsed),
        (State::Offered, Act::Move, State::Registered),
        (State::Offered, Act::Withdraw, State::Withdrawn),
        (State::PlaceConfirmed, Act::Withdraw, State::Withdrawn),
    ];

    /// Each service's picture.
    fn arrows(service: Service) -> &'static [(State, Act, State)] {
        match service {
            Service::FirstGrade => &FIRST_GRADE,
            Service::Transfer => &TRANSFER,
            Service::Meals => &MEALS,
            Service::Camp => &CAMP,
        }
    }

    #[test]
    fn every_state_and_act_is_an_arrow_of_the_picture_or_refused() {
        for service in Service::ALL {
            for state in State::ALL {
                for act in Act::ALL {
                    let mut drawn = arrows(service).iter().filter(|(from, by, _)| (*from, *by) == (state, act));
                    let to = drawn.next().map(|(.., to)| *to);
                    assert_eq!(state.after(service, act), to.ok_or(NotAllowed { state, act }), "{service:?}");
                    assert_eq!(drawn.next(), None, "drawn twice");
                }
            }
        }
    }

    #[test]
    fn what_is_over_stays_over_and_what_lives_can_be_taken_back_until_the_order() {
        for (service, state) in standings() {
            let allows = |act: Act| state.after(service, act).is_ok();
            let ended = !Act::ALL.into_iter().any(allows);
            let over = !state.is_live() && state != State::Ending;
            assert_eq!(ended, over || state == State::Enrolled, "{service:?} {state:?}");
            assert_eq!(allows(Act::Withdraw), state.is_live() && state != State::Enrolled, "{service:?} {state:?}");
        }
    }

    /// Every state in which an application of each service stands.
    fn standings() -> impl Iterator<Item = (Service, State)> {
        Service::ALL.into_iter().flat_map(|service| service.states().iter().map(move |state| (service, *state)))
    }

    #[test]
    fn whoever_decides_is_an_officer_of_one_group_and_only_on_what_the_service_has() {
        for service in Service::ALL {
            for act in Act::ALL {
                let possible = State::ALL.into_iter().any(|state| state.after(service, act).is_ok());
                assert!(possible || act.group(service).is_none(), "{service:?} {act:?}");
            }
        }
    }

    #[test]
    fn a_state_is_read_by_its_name_and_by_no_other() {
        for state in State::ALL {
            assert_eq!(State::parse(state.code()), Some(state));
        }
        assert_eq!(State::parse("Submitted"), None);
        for act in Act::ALL {
            assert_eq!(Act::parse(act.code()), Some(act));
        }
    }

    #[test]
    fn every_state_of_a_service_and_no_other_is_reached_from_the_sending() {
        for service in Service::ALL {
            let mut reached = vec![State::Submitted];
            while let Some(next) = reached
                .iter()
                .flat_map(|state| Act::ALL.iter().filter_map(|act| state.after(service, *act).ok()))
                .find(|next| !reached.contains(next))
            {
                reached.push(next);
            }
            let count = reached.len();
            assert!(service.states().iter().all(|state| reached.contains(state)), "{service:?}");
            assert_eq!(service.states().len(), count, "{service:?}");
        }
        assert!(State::ALL.iter().all(|state| standings().any(|(_, one)| one == *state)));
    }
}
