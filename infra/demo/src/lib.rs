//! The made-up demo city: schools, streets, territories, teachers, a campaign and the state
//! register's stand-in, as the CSV files that a real city would hand over.
//!
//! The same school year and standing of the campaign give the same city, byte for byte.

mod campaign;
mod camps;
mod dice;
mod facts;
mod families;
mod load;
mod names;
mod schools;
mod streets;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use domain::address::{Territory, TerritoryRow};
use domain::directory::rows;
use domain::directory::{SchoolId, StreetId};
use domain::transfer::{FreePlaces, GRADES};
use domain::{Date, Language, Service};
use jiff::{Span, tz::TimeZone};
use serde::{Serialize, de::DeserializeOwned};

pub use campaign::Standing;
pub use families::{Case, Sample};
pub use load::{load, load_into};

use dice::Dice;
use families::Families;

/// Primary teachers of the city.
const TEACHERS: usize = 150;

/// Why the city could not be made, written or loaded.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A table of this package lacks something.
    #[error("the demo's tables lack {0}")]
    Table(&'static str),
    /// A date outside of the calendar
    #[error(transparent)]
    Date(#[from] jiff::Error),
    /// An id of the tables
    #[error(transparent)]
    Id(#[from] domain::directory::BadId),
    /// A house number of the tables
    #[error(transparent)]
    House(#[from] domain::address::NotAHouse),
    /// A phone of the tables
    #[error(transparent)]
    Phone(#[from] domain::contact::PhoneFault),
    /// A name of the tables
    #[error(transparent)]
    Name(#[from] domain::person::NameFault),
    /// A file
    #[error("{0}: {1}")]
    File(PathBuf, #[source] std::io::Error),
    /// A CSV file
    #[error("{0}: {1}")]
    Csv(PathBuf, #[source] csv::Error),
    /// A row that an import would not take
    #[error("{0:?}: {1:?}")]
    Row(domain::directory::sheet::Sheet, domain::directory::sheet::RowFault),
    /// The database
    #[error("loading the demo city: {0}")]
    Store(#[from] store::StoreError),
    /// The environment
    #[error(transparent)]
    Variable(#[from] lambda::MissingVariable),
    /// `LOOKUP_KEY`
    #[error(transparent)]
    LookupKey(#[from] store::keys::BadLookupKey),
    /// The command line
    #[error("{0}\nusage: demo write|load --campaign before|open|closed --out DIR [--today YYYY-MM-DD]")]
    Usage(String),
}

/// The city as rows of its CSV files.
pub struct City {
    campaigns: Vec<rows::CampaignRow>,
    holidays: Vec<rows::HolidayRow>,
    schools: Vec<rows::SchoolRow>,
    teachers: Vec<rows::TeacherRow>,
    ratings: Vec<rows::RatingRow>,
    streets: Vec<rows::StreetRow>,
    territories: Vec<rows::TerritoryRow>,
    places: Vec<rows::PlaceRow>,
    shifts: Vec<rows::ShiftRow>,
    free: BTreeMap<SchoolId, FreePlaces>,
    people: Vec<rows::RegisterPersonRow>,
    links: Vec<rows::RegisterLinkRow>,
    samples: Vec<Sample>,
}

impl City {
    /// Makes the city with a campaign that stands so on `today`.
    ///
    /// # Errors
    /// [`DemoError`] if the tables of this package contradict each other.
    pub fn make(standing: Standing, today: Date) -> Result<Self, DemoError> {
        let campaigns = campaign::campaigns(standing, today)?;
        let campaign = campaigns.first().ok_or(DemoError::Table("a campaign"))?;
        let mut dice = Dice::new(u64::from(campaign.school_year.unsigned_abs()));
        let areas = schools::schools(&mut dice)?;
        let territories = schools::territories(&areas)?;
        let mut schools: Vec<rows::SchoolRow> = areas.into_iter().flatten().collect();
        let teachers = schools::teachers(&schools, TEACHERS, &mut dice)?;
        // Drawn apart: another programme of a school is no reason for other families.
        let mut facts = Dice::new(u64::from(campaign.school_year.unsigned_abs()) << 16);
        schools.iter_mut().for_each(|school| facts::furnish(school, &mut facts));
        // Before any day on which such a campaign is shown.
        let as_of = Date::new(campaign.school_year - 1, 3, 1)?;
        let ratings = facts::ratings(&schools, &teachers, as_of, &mut facts);
        let free = schools.iter().map(|school| (school.id.clone(), free_places(school, &mut facts))).collect();
        let mut streets = Vec::new();
        for area in streets::AREAS {
            for entry in area.streets {
                streets.push(streets::row(area, entry)?);
            }
        }
        let Families { people, links, samples, expected } =
            families::families(campaign.school_year, &by_street(&territories).into_iter().collect(), &mut dice)?;
        let places = places(campaign, &schools, &expected, &mut dice)?;
        let holidays = campaign::holidays(&campaigns);
        let camp = campaigns.iter().find(|campaign| campaign.service == Service::Camp);
        let shifts = camps::shifts(camp.ok_or(DemoError::Table("a campaign of camps"))?)?;
        Ok(Self {
            campaigns,
            holidays,
            schools,
            teachers,
            ratings,
            streets,
            territories,
            places,
            shifts,
            free,
            people,
            links,
            samples,
        })
    }

    /// The family that newcomers are shown.
    ///
    /// # Errors
    /// None in a city that was made.
    pub fn sample(&self) -> Result<&Sample, DemoError> {
        self.samples.first().ok_or(DemoError::Table("a sample family"))
    }

    /// The campaign of a service.
    fn campaign(&self, service: Service) -> Option<&rows::CampaignRow> {
        self.campaigns.iter().find(|campaign| campaign.service == service)
    }

    /// The content of every CSV file, by its name.
    ///
    /// # Errors
    /// [`DemoError::Csv`] if a row cannot be written.
    pub fn files(&self) -> Result<BTreeMap<&'static str, Vec<u8>>, DemoError> {
        Ok(BTreeMap::from([
            ("campaigns.csv", csv_of("campaigns.csv", &self.campaigns)?),
            ("holidays.csv", csv_of("holidays.csv", &self.holidays)?),
            ("schools.csv", csv_of("schools.csv", &self.schools)?),
            ("teachers.csv", csv_of("teachers.csv", &self.teachers)?),
            ("ratings.csv", csv_of("ratings.csv", &self.ratings)?),
            ("streets.csv", csv_of("streets.csv", &self.streets)?),
            ("territories.csv", csv_of("territories.csv", &self.territories)?),
            ("places.csv", csv_of("places.csv", &self.places)?),
            ("shifts.csv", csv_of("shifts.csv", &self.shifts)?),
            ("register-people.csv", csv_of("register-people.csv", &self.people)?),
            ("register-links.csv", csv_of("register-links.csv", &self.links)?),
            ("samples.csv", csv_of("samples.csv", &self.samples)?),
        ]))
    }
}

/// Seats and forecasts: enough for the children who live there, and in most places a few more.
fn places(
    campaign: &rows::CampaignRow,
    schools: &[rows::SchoolRow],
    expected: &HashMap<(domain::directory::SchoolId, Language), u16>,
    dice: &mut Dice,
) -> Result<Vec<rows::PlaceRow>, DemoError> {
    const CLASS: u16 = 25;
    let city = TimeZone::get("Asia/Almaty")?;
    let closes = campaign.closes.to_zoned_datetime(city).date();
    let mut rows = Vec::new();
    for school in schools {
        for language in &school.languages {
            let forecast = expected.get(&(school.id.clone(), *language)).copied().unwrap_or_default();
            let classes = forecast.div_ceil(CLASS).max(1) + u16::from(dice.percent(60));
            rows.push(rows::PlaceRow {
                campaign: campaign.id.clone(),
                school: school.id.clone(),
                language: *language,
                capacity: classes * CLASS,
                forecast,
                ratio: 3,
                priority_until: closes.checked_sub(Span::new().months(1))?,
            });
        }
    }
    Ok(rows)
}

/// What a school keeps free for transfers: in most grades a few places, in some none.
fn free_places(school: &rows::SchoolRow, dice: &mut Dice) -> FreePlaces {
    let mut free = FreePlaces::default();
    for language in &school.languages {
        for grade in GRADES {
            let some = dice.percent(70);
            free.set(*language, grade, if some { 1 + i32::from(grade % 4) } else { 0 });
        }
    }
    free
}

/// The rows of each street together.
fn by_street(rows: &[rows::TerritoryRow]) -> BTreeMap<StreetId, Territory> {
    let mut streets: BTreeMap<StreetId, Territory> = BTreeMap::new();
    for row in rows {
        streets.entry(row.street.clone()).or_default().rows.push(TerritoryRow::from(row.clone()));
    }
    streets
}

fn csv_of<T: Serialize>(name: &str, rows: &[T]) -> Result<Vec<u8>, DemoError> {
    let wrong = |error: csv::Error| DemoError::Csv(name.into(), error);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).map_err(wrong)?;
    }
    writer.into_inner().map_err(|error| wrong(error.into_error().into()))
}

fn rows_of<T: DeserializeOwned>(name: &str, content: &[u8]) -> Result<Vec<T>, DemoError> {
    csv::Reader::from_reader(content)
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| DemoError::Csv(name.into(), error))
}

/// Sample scans: drawn, without any person, and marked as samples.
const SCANS: [(&str, &[u8]); 2] = [
    ("birth-certificate.pdf", include_bytes!("../scans/birth-certificate.pdf")),
    ("photo.jpg", include_bytes!("../scans/photo.jpg")),
];

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Load after writing
    pub load: bool,
    /// Where the campaign stands
    pub standing: Standing,
    /// Folder for the files
    pub out: PathBuf,
    /// The day that counts as today; none for the clock's
    pub today: Option<Date>,
}

impl Command {
    /// Reads the arguments after the program's name.
    ///
    /// # Errors
    /// [`DemoError::Usage`].
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, DemoError> {
        let usage = |why: &str| DemoError::Usage(why.to_owned());
        let mut arguments = arguments.into_iter();
        let load = match arguments.next().as_deref() {
            Some("write") => false,
            Some("load") => true,
            _ => return Err(usage("write or load?")),
        };
        let (mut standing, mut out, mut today) = (None, None, None);
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or_else(|| usage("an option without its value"))?;
            match option.as_str() {
                "--campaign" => standing = Standing::parse(&value),
                "--out" => out = Some(PathBuf::from(value)),
                "--today" => today = Some(value.parse::<Date>()?),
                _ => return Err(usage("an unknown option")),
            }
        }
        Ok(Self {
            load,
            standing: standing.ok_or_else(|| usage("--campaign is before, open or closed"))?,
            out: out.ok_or_else(|| usage("--out is missing"))?,
            today,
        })
    }
}

/// What is printed for a newcomer.
#[derive(Serialize)]
pub struct Printed<'a> {
    phone: &'a domain::Phone,
    parent_iin: &'a domain::Iin,
    child_iin: &'a domain::Iin,
    child_birth_date: Option<Date>,
    address: &'a str,
    language: Language,
    school: Option<&'a SchoolId>,
    scans: Vec<PathBuf>,
}

/// Writes the files of a city into a folder, with the sample scans, and tells the sample family.
///
/// # Errors
/// [`DemoError`].
pub fn write<'a>(city: &'a City, out: &Path) -> Result<Printed<'a>, DemoError> {
    let scans = out.join("scans");
    std::fs::create_dir_all(&scans).map_err(|error| DemoError::File(scans.clone(), error))?;
    let put = |path: PathBuf, content: &[u8]| {
        std::fs::write(&path, content).map(|()| path.clone()).map_err(|error| DemoError::File(path, error))
    };
    for (name, content) in city.files()? {
        put(out.join(name), &content)?;
    }
    let scans = SCANS.iter().map(|(name, content)| put(scans.join(name), content)).collect::<Result<_, _>>()?;
    let sample = city.sample()?;
    Ok(Printed {
        phone: &sample.phone,
        parent_iin: &sample.parent_iin,
        child_iin: &sample.child_iin,
        child_birth_date: sample.child_iin.birth_date(),
        address: &sample.address,
        language: sample.language,
        school: sample.school.as_ref(),
        scans,
    })
}

/// The day of the city's clock.
///
/// # Errors
/// None with the bundled time zones.
pub fn today() -> Result<Date, DemoError> {
    Ok(jiff::Timestamp::now().to_zoned_datetime(TimeZone::get("Asia/Almaty")?).date())
}

#[cfg(test)]
mod tests;
