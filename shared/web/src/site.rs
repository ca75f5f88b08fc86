//! What is the same for every request: city, origin, mode.

use domain::Locale;
use domain::directory::Bilingual;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::network::OriginSecret;

/// The configuration of the public side.
#[derive(Clone, Debug)]
pub struct Site {
    /// `PUBLIC_ORIGIN`: scheme, host and port that parents see, no slash at the end
    pub origin: String,
    /// `SECURE_COOKIES`: false only where there is no HTTPS, on a developer's machine
    pub secure_cookies: bool,
    /// `DEMO_DATA`: every page says that the data are made up
    pub demo: bool,
    /// The city
    pub city: City,
    /// `WORKS_UNTIL`, an instant: until then every page says that works are under way
    pub works_until: Option<Timestamp>,
    /// Where the bucket answers browsers; only pages that upload or show scans name it
    pub bucket_origin: Option<String>,
    /// `ORIGIN_SECRET`, empty where no CloudFront is in front: who comes without it is not served
    pub origin_secret: Option<OriginSecret>,
}

/// The city that the portal serves.
#[derive(Clone, Debug)]
pub struct City {
    /// `CITY_NAME_RU`, `CITY_NAME_KK`
    pub name: Bilingual,
    /// `TIME_ZONE`, an IANA name: days and hours are the city's
    pub time_zone: TimeZone,
    /// How people reach the education department
    pub contacts: Contacts,
}

/// How people reach the education department; each may be empty.
#[derive(Clone, Debug, Default)]
pub struct Contacts {
    /// `DEPARTMENT_PHONE`, as it is printed
    pub phone: String,
    /// `DEPARTMENT_EMAIL`
    pub email: String,
    /// `DEPARTMENT_ADDRESS_RU`, `DEPARTMENT_ADDRESS_KK`, with the hours
    pub address: Option<Bilingual>,
}

impl Contacts {
    fn from_env() -> Self {
        let (ru, kk) = (lambda::optional("DEPARTMENT_ADDRESS_RU"), lambda::optional("DEPARTMENT_ADDRESS_KK"));
        Self {
            phone: lambda::optional("DEPARTMENT_PHONE").unwrap_or_default(),
            email: lambda::optional("DEPARTMENT_EMAIL").unwrap_or_default(),
            address: ru.zip(kk).map(|(ru, kk)| Bilingual::new(ru, kk)),
        }
    }
}

/// The end of the works that are planned, if any are.
fn works_until() -> Result<Option<Timestamp>, lambda::Error> {
    let until = lambda::optional("WORKS_UNTIL").map(|until| until.parse());
    Ok(until.transpose().map_err(|_| lambda::BadVariable("WORKS_UNTIL"))?)
}

impl Site {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Names the variable that is missing or unusable.
    pub fn from_env() -> Result<Self, lambda::Error> {
        let time_zone = lambda::required("TIME_ZONE")?;
        Ok(Self {
            origin: lambda::required("PUBLIC_ORIGIN")?,
            secure_cookies: lambda::flag("SECURE_COOKIES")?,
            demo: lambda::flag("DEMO_DATA")?,
            city: City {
                name: Bilingual::new(lambda::required("CITY_NAME_RU")?, lambda::required("CITY_NAME_KK")?),
                time_zone: TimeZone::get(&time_zone).map_err(|_| lambda::BadVariable("TIME_ZONE"))?,
                contacts: Contacts::from_env(),
            },
            works_until: works_until()?,
            bucket_origin: None,
            origin_secret: lambda::optional("ORIGIN_SECRET").map(OriginSecret::new),
        })
    }

    /// The city's name.
    pub fn city_name(&self, locale: Locale) -> &str {
        self.city.name.get(locale)
    }

    /// An instant on the city's clock.
    pub fn local(&self, at: Timestamp) -> ZonedDateTime {
        at.to_zoned_datetime(self.city.time_zone.clone())
    }
}
