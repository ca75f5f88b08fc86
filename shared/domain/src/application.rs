//! A sent application.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::answers::{Answers, RegisterFacts, Remark, SchoolChoice};
use crate::camp::confirmed_by;
use crate::decision::{Decision, Order, Request};
use crate::directory::{CampaignId, SchoolId};
use crate::document::Slot;
use crate::draft::{DraftId, Owner};
use crate::life::{Act, State};
use crate::place::{Place, Ticket};
use crate::redacted::redacted;
use crate::service::Service;

/// The number of an application within its campaign: 1, 2, 3 … It is the order of the queue;
/// a gap is allowed, a repeat or an inversion never (`domain.md` section 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApplicationNumber(u64);

impl ApplicationNumber {
    /// A number that the campaign's counter gave; zero is none.
    pub fn new(number: u64) -> Option<Self> {
        (number > 0).then_some(Self(number))
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl std::fmt::Display for ApplicationNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Days before the end of what was approved on which the parent is reminded (ours).
const REMINDED_BEFORE: i32 = 14;

/// What the portal itself does to an application from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The first day on which it is done
    pub day: Date,
    /// What is done
    pub task: Task,
    /// The day after which what is asked for by it would be too late
    pub latest: Option<Date>,
}

/// What the portal does to an application by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Offers the place that the queue gave
    Offer,
    /// Takes an acceptance slip back
    Expire,
    /// Reminds that the last day is near
    Remind,
    /// Ends what was approved or offered
    Lapse,
}

impl Deadline {
    /// What is decided where it is done on a day.
    pub fn decision(&self, today: Date) -> Decision {
        match self.task {
            Task::Offer => Decision::Offer { until: confirmed_by(today, self.latest) },
            Task::Expire => Decision::Expire,
            Task::Remind => Decision::Remind,
            Task::Lapse => Decision::Lapse,
        }
    }
}

/// An application that another one renews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewed {
    /// Its id
    pub id: DraftId,
    /// Its number
    pub number: ApplicationNumber,
}

/// Where an application sits since the queue last moved it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The place
    pub place: Option<Place>,
    /// The line of the ledger that moved it last
    pub line: u64,
    /// Choices whose schools declined
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub struck: Vec<Place>,
}

/// A sent application.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// The id of the draft that it was
    pub id: DraftId,
    /// Its number
    pub number: ApplicationNumber,
    /// Service
    pub service: Service,
    /// Campaign
    pub campaign: CampaignId,
    /// Whose it is
    pub owner: Owner,
    /// Counts the writes
    pub version: u64,
    /// Where it stands
    pub state: State,
    /// Since when; of one that was never changed, when it was sent
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When it was sent
    pub sent: Timestamp,
    /// The answers as sent
    pub answers: Answers,
    /// What the register told when it was sent
    pub register: RegisterFacts,
    /// The sender is linked to the child by the register and holds the child's lock
    pub linked: bool,
    /// What an officer should look at
    pub remarks: Vec<Remark>,
    /// The documents that came with it
    pub scans: Vec<Slot>,
    /// The device that sent it, by the hash of its session
    pub sent_from: String,
    /// What the department asked to correct, until that is done
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Request>,
    /// The parent stays with the place that is held: better choices are struck
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stays: bool,
    /// Where it sits; none while the queue has not moved it from its home place
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    /// The order of enrolment
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// The order by which the old school released the child
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub released: Option<Order>,
    /// The last day of what was approved, of the acceptance slip, or for confirming what is offered
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The application that it renews
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renews: Option<Renewed>,
}

redacted!(Application);

impl Application {
    /// Since when it stands where it stands.
    pub fn since(&self) -> Timestamp {
        self.since.unwrap_or(self.sent)
    }

    /// The place that it holds: at the school of residence, until the queue gives it a better one.
    pub fn place(&self) -> Option<Place> {
        match &self.seat {
            Some(seat) => seat.place.clone(),
            None => self.home_place(),
        }
    }

    /// The school that handles it: the one that holds its place, or where the child learns; none until it
    /// has one.
    pub fn handler(&self) -> Option<SchoolId> {
        match self.service {
            Service::FirstGrade => self.place().map(|place| place.school),
            Service::Transfer => {
                let transfer = self.answers.transfer.as_ref()?;
                let place = if self.state == State::Accepted { &transfer.from } else { &transfer.to };
                Some(place.school.clone())
            }
            Service::Meals => self.answers.meals.as_ref().map(|meals| meals.school.clone()),
            // The department's alone.
            Service::Camp => None,
        }
    }

    /// Whether a school has to do with it: it handles it, or in a transfer waits for what the other one does.
    pub fn concerns(&self, school: &SchoolId) -> bool {
        let changes = self.answers.transfer.as_ref().is_some_and(|transfer| {
            // The old school hears of it once the new one has accepted the child.
            let told = matches!(self.state, State::Accepted | State::Released | State::Enrolled);
            transfer.to.school == *school || (told && transfer.from.school == *school)
        });
        changes || self.handler().as_ref() == Some(school)
    }

    /// Whether a school needs to know who changes to which school, and no more: the old one in a transfer. Why,
    /// and by which papers, is not its business.
    pub fn is_partly_for(&self, school: &SchoolId) -> bool {
        let transfer = self.answers.transfer.as_ref();
        transfer.is_some_and(|transfer| transfer.from.school == *school && transfer.to.school != *school)
    }

    /// The free place of a school that it takes, with the grade; none while it takes none.
    pub fn free_place(&self) -> Option<(&Place, u8)> {
        let taken = matches!(self.state, State::Accepted | State::Released | State::Enrolled);
        self.answers.transfer.as_ref().filter(|_| taken).map(|transfer| (&transfer.to, transfer.grade))
    }

    /// Whether another may be begun from it, with the same answers.
    pub const fn may_renew(&self) -> bool {
        matches!((self.service, self.state), (Service::Meals, State::Ending | State::Lapsed))
    }

    /// Whether the acceptance slip is past its last day: nobody is released by it any more.
    pub fn slip_ended(&self, today: Date) -> bool {
        self.state == State::Accepted && self.until.is_some_and(|until| until < today)
    }

    /// Whether the place that is offered can be confirmed no more, even if the portal has not yet given it on.
    pub fn offer_ended(&self, today: Date) -> bool {
        self.state == State::Offered && self.until.is_some_and(|until| until < today)
    }

    /// Whether the parent is asked to confirm the place that is offered.
    pub fn may_confirm(&self) -> bool {
        self.service == Service::Camp && self.allows(Act::Confirm)
    }

    /// What the portal itself does to it next, and from which day on; none where nothing is to be done.
    pub fn deadline(&self) -> Option<Deadline> {
        let mut latest = None;
        let (day, task) = match (self.state, self.until) {
            // Since the day, by UTC, on which it is both registered and has a place: in Kazakhstan it is never later
            // than the day of the city.
            (State::Registered, _) if self.service == Service::Camp => {
                let shift = self.place()?.school;
                latest = self.answers.camp.as_ref().and_then(|camp| camp.last_day_before(&shift));
                (self.since().to_zoned_datetime(TimeZone::UTC).date(), Task::Offer)
            }
            (State::Accepted, Some(until)) => (until.tomorrow().ok()?, Task::Expire),
            (State::Approved, Some(until)) => {
                (until.checked_sub(REMINDED_BEFORE.days()).unwrap_or(until), Task::Remind)
            }
            (State::Ending | State::Offered, Some(until)) => (until.tomorrow().ok()?, Task::Lapse),
            _ => return None,
        };
        Some(Deadline { day, task, latest })
    }

    /// The ticket with which it joins the queue; none where the service has no queue.
    pub fn ticket(&self) -> Option<Ticket> {
        if !self.service.has_queue() {
            return None;
        }
        let rank = self.answers.camp.as_ref().map_or(0, |camp| camp.claim.rank());
        Some(Ticket { number: self.number, home: self.home_place(), choices: self.answers.choices(), rank })
    }

    /// The place at the school of residence; none until the address was found or an officer
    /// assigned one.
    pub fn home_place(&self) -> Option<Place> {
        self.answers.school.as_ref().and_then(SchoolChoice::home_place)
    }
}

#[cfg(test)]
pub(crate) mod samples {
    //! One sent application; its people have birth dates in 2099.
    use super::*;
    use crate::answers::samples as given;

    pub fn application() -> Application {
        let answers = Answers {
            contacts: given::contacts("+77010000001"),
            family: Some(given::family()),
            school: Some(given::school(given::address(true))),
            transfer: None,
            meals: None,
            camp: None,
            intentions: Some(given::intentions(false)),
        };
        Application {
            id: DraftId::from_bytes([7; 16]),
            number: ApplicationNumber(8),
            service: Service::FirstGrade,
            campaign: CampaignId::parse("first-grade-2099").unwrap(),
            owner: serde_json::from_value(serde_json::json!("owner")).unwrap(),
            version: 1,
            state: State::Submitted,
            since: None,
            sent: Timestamp::UNIX_EPOCH,
            answers,
            register: given::register(),
            linked: true,
            remarks: Vec::new(),
            scans: Vec::new(),
            sent_from: String::new(),
            asked: None,
            stays: false,
            seat: None,
            order: None,
            released: None,
            until: None,
            renews: None,
        }
    }
}
