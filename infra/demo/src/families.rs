//! The state register's stand-in: families with a child of the campaign's age, most of them as
//! they should be, some with what goes wrong in real registers.

use std::collections::HashMap;

use domain::address::{House, Territory};
use domain::directory::rows::{RegisterLinkRow, RegisterPersonRow};
use domain::directory::{Kinship, SchoolId, StreetId};
use domain::person::PersonName;
use domain::{Date, Iin, Language, Phone};
use jiff::civil::date;
use serde::Serialize;

use crate::DemoError;
use crate::dice::Dice;
use crate::names::{self, Nation, Sex};
use crate::streets::{AREAS, Entry};

/// Families in all.
const FAMILIES: u32 = 3_060;
/// Mobile codes of the country (`domain.md`, section 3); with `000` after the code the numbers are
/// recognisably made up.
const CODES: [u16; 12] = [700, 701, 702, 705, 707, 708, 747, 771, 775, 776, 777, 778];

/// What is particular about a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// Nothing
    Plain,
    /// The adult is a guardian
    Guardian,
    /// The register does not link parent and child
    NotLinked,
    /// The register links another family's phone to the parent
    OtherPhone,
    /// The child has no registered address
    AddressUnknown,
    /// The birth date differs from the digits of the child's IIN
    IinUnlikeBirthDate,
    /// The child has no patronymic
    NoPatronymic,
    /// Six only after 1 September: the parents' explicit wish is needed
    AfterSeptember,
}

/// So many families in a thousand.
const SHARES: [(Case, u32); 7] = [
    (Case::Guardian, 20),
    (Case::NotLinked, 20),
    (Case::OtherPhone, 15),
    (Case::AddressUnknown, 15),
    (Case::IinUnlikeBirthDate, 10),
    (Case::NoPatronymic, 60),
    (Case::AfterSeptember, 30),
];

/// One family, to find it among the others.
#[derive(Clone, Serialize)]
pub struct Sample {
    /// What is particular about it
    pub case: Case,
    /// The phone that is the parent's in life, whatever the register says
    pub phone: Phone,
    /// The parent's IIN
    pub parent_iin: Iin,
    /// The child's IIN
    pub child_iin: Iin,
    /// Where the child lives, as one would type it; empty if unknown
    pub address: String,
    /// Language in which the child is to be taught
    pub language: Language,
    /// The school of residence for that language
    pub school: Option<SchoolId>,
}

/// All families.
#[derive(Default)]
pub struct Families {
    /// Parents and children
    pub people: Vec<RegisterPersonRow>,
    /// Who is whose parent or guardian
    pub links: Vec<RegisterLinkRow>,
    /// The first family of each case; the first of all is the sample that is always there
    pub samples: Vec<Sample>,
    /// Children who live in the territory of a school and language
    pub expected: HashMap<(SchoolId, Language), u16>,
}

/// Draws the families for a school year.
pub fn families(
    school_year: i16,
    territories: &HashMap<StreetId, Territory>,
    dice: &mut Dice,
) -> Result<Families, DemoError> {
    let mut drawn = Families::default();
    let mut iins = Iins::default();
    drawn.add(&sample(school_year)?, &mut iins, territories)?;
    for number in 1..FAMILIES {
        let family = draw(number, school_year, dice)?;
        drawn.add(&family, &mut iins, territories)?;
    }
    Ok(drawn)
}

struct Family {
    case: Case,
    language: Language,
    parent: Someone,
    child: Someone,
    /// The other parent, in some families
    other: Option<Someone>,
    phone: Phone,
    /// Another family's phone
    foreign: Phone,
    home: (StreetId, House, String),
    typed: String,
}

struct Someone {
    surname: String,
    name: String,
    patronymic: Option<String>,
    born: Date,
    sex: Sex,
}

/// The family that is printed to newcomers: nothing wrong, a known address, both languages there.
fn sample(school_year: i16) -> Result<Family, DemoError> {
    Ok(Family {
        case: Case::Plain,
        language: Language::Russian,
        parent: Someone {
            surname: "Үлгіева".to_owned(),
            name: "Айгүл".to_owned(),
            patronymic: Some("Ерланқызы".to_owned()),
            born: date(school_year - 34, 5, 17),
            sex: Sex::Female,
        },
        child: Someone {
            surname: "Үлгіев".to_owned(),
            name: "Алихан".to_owned(),
            patronymic: Some("Тимурұлы".to_owned()),
            born: date(school_year - 6, 3, 14),
            sex: Sex::Male,
        },
        other: None,
        phone: phone(0)?,
        foreign: phone(1)?,
        home: (StreetId::parse("mkr-17")?, House::plain(47), "9".to_owned()),
        typed: "микрорайон 17, дом 47, кв. 9".to_owned(),
    })
}

fn draw(number: u32, school_year: i16, dice: &mut Dice) -> Result<Family, DemoError> {
    let mut share = dice.below(1_000);
    let case = SHARES
        .iter()
        .find_map(|(case, of_thousand)| {
            let hit = share < *of_thousand;
            share = share.saturating_sub(*of_thousand);
            hit.then_some(*case)
        })
        .unwrap_or(Case::Plain);
    let nation = if dice.percent(62) { Nation::Kazakh } else { Nation::Russian };
    let language = match nation {
        Nation::Kazakh if dice.percent(85) => Language::Kazakh,
        _ => Language::Russian,
    };
    let family = names::family_name(dice, nation);
    let sex = if dice.percent(50) { Sex::Male } else { Sex::Female };
    let father = names::father_name(dice, nation);
    let parent_sex = if dice.percent(75) { Sex::Female } else { Sex::Male };
    let adult = |sex: Sex, dice: &mut Dice| -> Result<Someone, DemoError> {
        let grandfather = names::father_name(dice, nation);
        Ok(Someone {
            surname: names::inflect(&family, sex),
            name: names::given_name(dice, nation, sex),
            patronymic: Some(names::patronymic(nation, sex, &grandfather)),
            born: day(school_year - 26 - i16::try_from(dice.below(20)).unwrap_or_default(), 1, 365, dice)?,
            sex,
        })
    };
    let parent = adult(parent_sex, dice)?;
    let other = if dice.percent(12) {
        let sex = if parent_sex == Sex::Male { Sex::Female } else { Sex::Male };
        Some(adult(sex, dice)?)
    } else {
        None
    };
    let born = match case {
        // 2 September is day 245 of a common year.
        Case::AfterSeptember => day(school_year - 6, 246, 119, dice)?,
        _ if dice.percent(35) => day(school_year - 7, 246, 119, dice)?,
        _ => day(school_year - 6, 1, 243, dice)?,
    };
    let home = home(dice)?;
    Ok(Family {
        child: Someone {
            surname: names::inflect(&family, sex),
            name: names::given_name(dice, nation, sex),
            patronymic: (case != Case::NoPatronymic).then(|| names::patronymic(nation, sex, &father)),
            born,
            sex,
        },
        typed: format!(
            "{}, {}{}",
            home.3,
            home.1,
            if home.2.is_empty() { String::new() } else { format!(", кв. {}", home.2) }
        ),
        home: (home.0, home.1, home.2),
        phone: phone(number)?,
        // The stranger's number belongs to nobody in the register.
        foreign: phone(number + FAMILIES)?,
        case,
        language,
        parent,
        other,
    })
}

/// A day of a year, from its `first` day on within so many days.
fn day(year: i16, first: u32, within: u32, dice: &mut Dice) -> Result<Date, DemoError> {
    let days = first - 1 + dice.below(within);
    Ok(date(year, 1, 1).checked_add(jiff::Span::new().try_days(days)?)?)
}

/// A house of some street, larger streets more often.
fn home(dice: &mut Dice) -> Result<(StreetId, House, String, String), DemoError> {
    let all: u32 = AREAS.iter().flat_map(|area| area.streets).map(|entry| entry.5).sum();
    let mut left = dice.below(all);
    let entry: &Entry = AREAS
        .iter()
        .flat_map(|area| area.streets)
        .find(|entry| {
            let here = left < entry.5;
            left = left.saturating_sub(entry.5);
            here
        })
        .ok_or(DemoError::Table("a street for a family"))?;
    let number = 1 + dice.below(entry.5);
    let house: House = match dice.below(100) {
        0..=5 => format!("{number}{}", if dice.percent(70) { "А" } else { "Б" }).parse()?,
        6..=10 => format!("{number}/{}", 1 + dice.below(4)).parse()?,
        11..=14 => format!("{number} к {}", 1 + dice.below(3)).parse()?,
        _ => House::plain(number),
    };
    let many_flats =
        matches!(entry.1, domain::directory::StreetKind::Microdistrict | domain::directory::StreetKind::Avenue);
    let flat = if many_flats || dice.percent(40) { (1 + dice.below(90)).to_string() } else { String::new() };
    Ok((StreetId::parse(entry.0)?, house, flat, format!("{} {}", entry.1.word(domain::Locale::Ru), entry.2)))
}

/// The phone of a family: +7 7CC 000 NN NN.
fn phone(number: u32) -> Result<Phone, DemoError> {
    let codes = u32::try_from(CODES.len()).unwrap_or(1);
    let code = CODES.get((number % codes) as usize).copied().unwrap_or_default();
    Ok(Phone::parse(&format!("+7{code}000{:04}", number / codes + 1))?)
}

impl Families {
    fn add(
        &mut self,
        family: &Family,
        iins: &mut Iins,
        territories: &HashMap<StreetId, Territory>,
    ) -> Result<(), DemoError> {
        let parent = iins.draw(family.parent.born, family.parent.sex)?;
        let in_iin = match family.case {
            Case::IinUnlikeBirthDate => family.child.born.checked_sub(jiff::Span::new().days(3))?,
            _ => family.child.born,
        };
        let child = iins.draw(in_iin, family.child.sex)?;
        let kinship = if family.case == Case::Guardian { Kinship::Guardian } else { Kinship::Parent };
        if family.case != Case::NotLinked {
            self.links.push(RegisterLinkRow { parent: parent.clone(), child: child.clone(), kinship });
        }
        let phone = if family.case == Case::OtherPhone { &family.foreign } else { &family.phone };
        let home = (family.case != Case::AddressUnknown).then_some(&family.home);
        self.people.push(person(&parent, &family.parent, vec![phone.clone()], Some(&family.home))?);
        self.people.push(person(&child, &family.child, Vec::new(), home)?);
        if let Some(other) = &family.other {
            let iin = iins.draw(other.born, other.sex)?;
            self.links.push(RegisterLinkRow { parent: iin.clone(), child: child.clone(), kinship: Kinship::Parent });
            self.people.push(person(&iin, other, Vec::new(), Some(&family.home))?);
        }
        let school = territories
            .get(&family.home.0)
            .and_then(|territory| territory.home_school(&family.home.1, family.language));
        if let Some(school) = school {
            *self.expected.entry((school.clone(), family.language)).or_default() += 1;
        }
        if self.samples.iter().all(|sample| sample.case != family.case) {
            self.samples.push(Sample {
                case: family.case,
                phone: family.phone.clone(),
                parent_iin: parent,
                child_iin: child,
                address: home.map(|_| family.typed.clone()).unwrap_or_default(),
                language: family.language,
                school: home.and(school).cloned(),
            });
        }
        Ok(())
    }
}

fn person(
    iin: &Iin,
    someone: &Someone,
    phones: Vec<Phone>,
    home: Option<&(StreetId, House, String)>,
) -> Result<RegisterPersonRow, DemoError> {
    let (street, house, flat) =
        home.cloned().map_or((None, None, String::new()), |(street, house, flat)| (Some(street), Some(house), flat));
    Ok(RegisterPersonRow {
        iin: iin.clone(),
        surname: PersonName::parse(&someone.surname)?,
        name: PersonName::parse(&someone.name)?,
        patronymic: someone.patronymic.as_deref().map(PersonName::parse).transpose()?,
        birth_date: someone.born,
        sex: someone.sex,
        phones,
        street,
        house,
        flat,
    })
}

/// Hands out IINs of the serial block 0000–0099, each once.
#[derive(Default)]
struct Iins {
    next: HashMap<(Date, bool), u32>,
}

impl Iins {
    fn draw(&mut self, born: Date, sex: Sex) -> Result<Iin, DemoError> {
        let male = sex == Sex::Male;
        let century = match (born.year(), male) {
            (..2000, true) => 3,
            (..2000, false) => 4,
            (_, true) => 5,
            (_, false) => 6,
        };
        let serial = self.next.entry((born, male)).or_default();
        while *serial < 100 {
            let digits = format!("{:02}{:02}{:02}{century}{serial:04}", born.year() % 100, born.month(), born.day());
            *serial += 1;
            // Some digits have no check digit at all: those numbers do not exist.
            if let Some(iin) = (0..10).find_map(|check| Iin::parse(&format!("{digits}{check}")).ok()) {
                return Ok(iin);
            }
        }
        Err(DemoError::Table("an unused IIN for a birth date"))
    }
}
