//! Summer camp: shifts, who may go, and who is served first (`domain.md` section 2, "summer camp").

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::directory::{Bilingual, SchoolId};
use crate::document::Slot;
use crate::draft::Typed;
use crate::locale::Language;
use crate::meals::Category;
use crate::place::Place;
use crate::places::Terms;

/// Shifts that can be chosen at most, the better first (ours, as the choices of grade 1).
pub const CHOICES: usize = 2;

/// Days in which a parent confirms the place that is offered, the day of the offer not counted (ours).
pub const CONFIRM_DAYS: u8 = 3;

/// Which places of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// Those kept for the categories that free meals have too
    Social,
    /// Those for everybody
    General,
}

impl Section {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Social, Self::General];

    /// The code in keys and in the ledger.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Social => "social",
            Self::General => "general",
        }
    }
}

/// On what ground a child goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Claim {
    /// One of the categories of free meals
    Category(Category),
    /// On none of them
    Other,
    /// As one of the best pupils, where places remain
    BestPupil,
}

impl Claim {
    /// All of them, in the order in which they are served.
    pub const ALL: [Self; 7] = [
        Self::Category(Category::SocialAssistance),
        Self::Category(Category::LowIncome),
        Self::Category(Category::WithoutParents),
        Self::Category(Category::Emergency),
        Self::Category(Category::Collegial),
        Self::Other,
        Self::BestPupil,
    ];

    /// The code in forms and stored items.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Category(category) => category.code(),
            Self::Other => "other",
            Self::BestPupil => "best-pupil",
        }
    }

    /// Reads a code of [`Claim::code`].
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.code() == code)
    }

    /// The paper that proves it; none is needed where nothing is claimed.
    pub const fn paper(self) -> Option<Slot> {
        match self {
            Self::Category(category) => Some(category.paper()),
            Self::Other => None,
            Self::BestPupil => Some(Slot::Achievement),
        }
    }

    /// Before the number counts: a lower one is served first.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Category(_) => 0,
            Self::Other => 1,
            Self::BestPupil => 2,
        }
    }

    /// The places of a shift that it may have, the better first.
    pub const fn sections(self) -> &'static [Section] {
        match self {
            Self::Category(_) => &[Section::Social, Section::General],
            Self::Other | Self::BestPupil => &[Section::General],
        }
    }
}

impl Serialize for Claim {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Claim {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not a claim"))
    }
}

/// What kind of camp it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CampKind {
    /// At a school, by day
    Day,
    /// Out of town, children stay overnight
    Country,
}

impl CampKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Day, Self::Country];

    /// The code in CSV files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Country => "country",
        }
    }
}

/// A shift of a camp.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Its id; it has places as a school has
    pub id: SchoolId,
    /// The camp
    pub camp: Bilingual,
    /// The shift's own name
    pub name: Bilingual,
    /// What kind of camp it is
    pub kind: CampKind,
    /// Where it is
    pub venue: Bilingual,
    /// The language that is spoken there
    pub language: Language,
    /// The first day
    pub first: Date,
    /// The last day
    pub last: Date,
    /// Full years of the youngest child on the first day
    pub youngest: u8,
    /// Full years of the oldest child on the first day
    pub oldest: u8,
    /// The first day on which its places are given; until then everybody who has sent waits
    pub given: Date,
    /// Places kept for the categories
    pub social: u16,
    /// Places for everybody
    pub general: u16,
}

/// Why a child is not taken on a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShiftFault {
    /// It has begun
    Begun,
    /// Too young on its first day
    TooYoung,
    /// Too old on its first day
    TooOld,
}

impl Shift {
    /// A section's place.
    pub fn place(&self, section: Section) -> Place {
        Place::of_shift(self.id.clone(), self.language, section)
    }

    /// The terms of both sections: nobody has a home there, so until the day before places are given the
    /// residents' priority leaves nothing to give, and afterwards every seat is for whoever stands first.
    pub fn terms(&self) -> [(Place, Terms); 2] {
        let priority_until = self.given.yesterday().unwrap_or(Date::MIN);
        let of = |section, capacity| (self.place(section), Terms { capacity, forecast: 0, ratio: 1, priority_until });
        [of(Section::Social, self.social), of(Section::General, self.general)]
    }

    /// How old a child is on the first day, in full years.
    pub fn age(&self, born: Date) -> i16 {
        let years = self.first.year() - born.year();
        let had_birthday = (self.first.month(), self.first.day()) >= (born.month(), born.day());
        if had_birthday { years } else { years - 1 }
    }

    /// Why a child is not taken; none where it is.
    pub fn fault(&self, born: Date, today: Date) -> Option<ShiftFault> {
        match self.age(born) {
            _ if self.first <= today => Some(ShiftFault::Begun),
            young if young < i16::from(self.youngest) => Some(ShiftFault::TooYoung),
            old if old > i16::from(self.oldest) => Some(ShiftFault::TooOld),
            _ => None,
        }
    }
}

/// Step 4 of a camp: the shifts, and on what ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampChoice {
    /// One or two shifts, the better first
    pub shifts: Vec<ChosenShift>,
    /// The ground that the parent names
    pub claim: Claim,
}

/// A chosen shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenShift {
    /// Its id
    pub id: SchoolId,
    /// Its language
    pub language: Language,
    /// Its first day
    pub first: Date,
}

impl CampChoice {
    /// The day before one of the shifts begins: nobody confirms a place there later.
    pub fn last_day_before(&self, shift: &SchoolId) -> Option<Date> {
        let chosen = self.shifts.iter().find(|chosen| chosen.id == *shift)?;
        chosen.first.yesterday().ok()
    }

    /// The fields of its form as they were answered.
    pub fn typed(&self) -> Typed {
        let shifts = self.shifts.iter().zip(1_u8..).map(|(shift, n)| (format!("shift-{n}"), shift.id.to_string()));
        shifts.chain([("claim".to_owned(), self.claim.code().to_owned())]).collect()
    }

    /// The places that it wants, the better first: in each shift those that its claim opens.
    pub fn wants(&self) -> Vec<Place> {
        let of = |shift: &ChosenShift| {
            let sections = self.claim.sections().iter();
            let places = sections.map(|section| Place::of_shift(shift.id.clone(), shift.language, *section));
            places.collect::<Vec<_>>()
        };
        self.shifts.iter().flat_map(of).collect()
    }
}

/// The last day on which a place that is offered on a day can be confirmed; not after `latest`, unless that is past.
pub fn confirmed_by(offered: Date, latest: Option<Date>) -> Date {
    use jiff::ToSpan as _;
    let until = offered.checked_add(i32::from(CONFIRM_DAYS).days()).unwrap_or(Date::MAX);
    latest.map_or(until, |latest| until.min(latest).max(offered))
}

#[cfg(test)]
pub(crate) mod samples {
    //! One shift in a year that is far away.
    use jiff::civil::date;

    use super::*;

    pub fn shift() -> Shift {
        Shift {
            id: SchoolId::parse("lake-1").unwrap(),
            camp: Bilingual::new("Озеро", "Көл"),
            name: Bilingual::new("1-я смена", "1-ауысым"),
            kind: CampKind::Country,
            venue: Bilingual::new("у озера", "көл жағасында"),
            language: Language::Kazakh,
            first: date(2099, 6, 10),
            last: date(2099, 6, 20),
            youngest: 7,
            oldest: 10,
            given: date(2099, 5, 15),
            social: 2,
            general: 3,
        }
    }

    pub fn choice(claim: Claim) -> CampChoice {
        let shift = |id: &str| ChosenShift {
            id: SchoolId::parse(id).unwrap(),
            language: Language::Kazakh,
            first: date(2099, 6, 10),
        };
        CampChoice { shifts: vec![shift("lake-1"), shift("hill-1")], claim }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::samples::{choice, shift};
    use super::*;
    use crate::application::ApplicationNumber;
    use crate::place::Ticket;
    use crate::places::{Board, Event};

    #[test]
    fn each_claim_has_a_code_and_all_but_one_a_paper_of_their_own() {
        for claim in Claim::ALL {
            assert_eq!(Claim::parse(claim.code()), Some(claim));
            assert_eq!(serde_json::from_value::<Claim>(serde_json::to_value(claim).unwrap()).unwrap(), claim);
            assert_eq!(claim.paper().is_none(), claim == Claim::Other);
            let same = Claim::ALL.into_iter().filter(|other| other.paper() == claim.paper());
            assert_eq!(same.count(), 1);
        }
        assert!(serde_json::from_value::<Claim>(serde_json::json!("first")).is_err());
        assert!(Claim::ALL.is_sorted_by_key(|claim| claim.rank()));
    }

    #[test]
    fn a_child_is_as_old_as_on_the_first_day_of_the_shift() {
        let shift = shift();
        for (born, fault) in [
            (date(2092, 6, 10), None),
            (date(2092, 6, 11), Some(ShiftFault::TooYoung)),
            (date(2088, 6, 11), None),
            (date(2088, 6, 10), Some(ShiftFault::TooOld)),
            (date(2092, 2, 29), None),
        ] {
            assert_eq!(shift.fault(born, date(2099, 6, 9)), fault, "{born}");
            assert_eq!(shift.fault(born, date(2099, 6, 10)), Some(ShiftFault::Begun));
        }
    }

    #[test]
    fn a_category_opens_the_places_that_are_kept_for_it_and_those_for_everybody() {
        let codes = |claim| {
            let wants = choice(claim).wants();
            wants.into_iter().map(|place| (place.school.to_string(), place.section)).collect::<Vec<_>>()
        };
        let place = |shift: &str, section| (shift.to_owned(), Some(section));
        let general = [place("lake-1", Section::General), place("hill-1", Section::General)];
        assert_eq!(codes(Claim::Other), general);
        assert_eq!(codes(Claim::BestPupil), general);
        let [first, second] = general;
        assert_eq!(
            codes(Claim::Category(Category::Emergency)),
            [place("lake-1", Section::Social), first, place("hill-1", Section::Social), second]
        );
    }

    /// "The same categories first, then others, then best pupils if places remain", by number among equals.
    #[test]
    fn on_the_day_places_are_given_by_claim_and_then_by_number() {
        let shift = shift();
        let mut board = Board::default();
        let number = |of| ApplicationNumber::new(of).unwrap();
        let mut take = |event: Event| board.apply(&event).unwrap();
        take(Event::Date(date(2099, 4, 1)));
        for (place, terms) in shift.terms() {
            take(Event::Changed { place, terms });
        }
        let needy = Claim::Category(Category::LowIncome);
        let sent = [Claim::BestPupil, Claim::Other, Claim::Other, needy, needy, needy, Claim::Other];
        for (claim, of) in sent.into_iter().zip(1..) {
            let mut choice = choice(claim);
            choice.shifts.truncate(1);
            let ticket = Ticket { number: number(of), home: None, choices: choice.wants(), rank: claim.rank() };
            assert_eq!(take(Event::Sent(ticket)).moves, [], "nobody is served before the day");
        }
        assert_eq!(take(Event::Date(date(2099, 5, 14))).moves, []);
        let given: Vec<_> = take(Event::Date(date(2099, 5, 15)))
            .moves
            .into_iter()
            .map(|moved| (moved.number.get(), moved.to.and_then(|place| place.section)))
            .collect();
        let (social, general) = (Some(Section::Social), Some(Section::General));
        assert_eq!(given, [(4, social), (5, social), (6, general), (2, general), (3, general)]);
        // Who stands first afterwards: the other before the best pupil, though its number is higher.
        let freed = take(Event::Left { number: number(2) }).moves;
        assert_eq!(freed.last().map(|moved| moved.number.get()), Some(7));
        // A place that is kept for a category is given to no other; whoever sat among all moves there.
        let freed: Vec<_> = take(Event::Left { number: number(4) }).moves.iter().map(|one| one.number.get()).collect();
        assert_eq!(freed, [4, 6, 1]);
    }

    #[test]
    fn what_is_offered_can_be_confirmed_for_three_days_and_before_the_shift_begins() {
        let latest = Some(date(2099, 6, 9));
        for (offered, until) in [
            (date(2099, 5, 30), date(2099, 6, 2)),
            (date(2099, 6, 7), date(2099, 6, 9)),
            (date(2099, 6, 9), date(2099, 6, 9)),
            (date(2099, 6, 11), date(2099, 6, 11)),
        ] {
            assert_eq!(confirmed_by(offered, latest), until, "{offered}");
        }
        assert_eq!(confirmed_by(date(2099, 6, 7), None), date(2099, 6, 10));
    }
}
