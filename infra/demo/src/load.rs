//! From CSV files to the Directory and Places tables.

use std::collections::{BTreeMap, HashMap};

use domain::answers::HomeAddress;
use domain::directory::rows::{self, Row};
use domain::directory::sheet::Rows;
use domain::directory::{KnownPerson, Street, StreetId};
use domain::person::Person;
use domain::{Iin, Service};
use sha2::{Digest, Sha256};
use store::directory::{Import, ImportVersion};
use store::free_places::Kept;
use store::register::{Registered, RegisteredChild};
use store::{LookupKey, Store, Tables};

use crate::{City, DemoError, rows_of};

/// Loads a city, unless it is loaded already. Tables and key come from the environment that the
/// functions have.
///
/// # Errors
/// [`DemoError`].
pub async fn load(city: &City) -> Result<bool, DemoError> {
    let tables = Tables::read(lambda::required)?;
    let key = LookupKey::parse(&lambda::required("LOOKUP_KEY")?)?;
    let store = Store::new(&lambda::aws().await, tables, key.clone());
    load_into(city, &store, &key).await
}

/// Loads a city into the tables of a store, unless it is loaded already.
///
/// # Errors
/// [`DemoError`].
pub async fn load_into(city: &City, store: &Store, key: &LookupKey) -> Result<bool, DemoError> {
    // The register is kept under keyed hashes: with another key it must be loaded anew.
    let files = city.files()?;
    let of = |register: bool| key.hash("demo", &content_hash(&files, |name| name.starts_with("register-") == register));
    let version = ImportVersion { city: of(false), register: of(true) };
    let held = store.import_version().await?;
    if held.as_ref() == Some(&version) {
        return Ok(false);
    }
    store.import(&import(&files, version)?, held.as_ref(), jiff::Timestamp::now()).await?;
    free_places(city, store).await?;
    Ok(true)
}

/// What schools keep free for transfers, unless they have told it themselves.
async fn free_places(city: &City, store: &Store) -> Result<(), DemoError> {
    let Some(campaign) = city.campaign(Service::Transfer) else { return Ok(()) };
    for (school, free) in &city.free {
        let kept = store.free_places_of(&campaign.id, school).await?;
        if kept.version == 0 {
            let kept = Kept { free: free.clone(), ..kept };
            store.keep_free_places(&campaign.id, school, &kept).await?;
        }
    }
    Ok(())
}

fn content_hash(files: &BTreeMap<&'static str, Vec<u8>>, of: impl Fn(&str) -> bool) -> String {
    let mut hash = Sha256::new();
    for (name, content) in files.iter().filter(|(name, _)| of(name)) {
        hash.update(name);
        hash.update(content.len().to_be_bytes());
        hash.update(content);
    }
    hex::encode(hash.finalize())
}

/// Reads the files as a city's own would be read.
pub(crate) fn import(files: &BTreeMap<&'static str, Vec<u8>>, version: ImportVersion) -> Result<Import, DemoError> {
    let file = |name: &'static str| files.get(name).map(Vec::as_slice).ok_or(DemoError::Table("a file"));
    let people = rows_of::<rows::RegisterPersonRow>("register-people.csv", file("register-people.csv")?)?;
    let links = rows_of::<rows::RegisterLinkRow>("register-links.csv", file("register-links.csv")?)?;
    let streets = read::<rows::StreetRow>(file("streets.csv")?)?;
    let named: Vec<Street> = streets.iter().cloned().map(Street::from).collect();
    Ok(Import {
        version,
        files: vec![
            Rows::Campaigns(read(file("campaigns.csv")?)?),
            Rows::Holidays(read(file("holidays.csv")?)?),
            Rows::Schools(read(file("schools.csv")?)?),
            Rows::Teachers(read(file("teachers.csv")?)?),
            Rows::Ratings(read(file("ratings.csv")?)?),
            Rows::Streets(streets),
            Rows::Territories(read(file("territories.csv")?)?),
            Rows::Places(read(file("places.csv")?)?),
            Rows::Shifts(read(file("shifts.csv")?)?),
        ],
        register: register(people, links, &named),
    })
}

/// A file of the directory, read as an officer's upload is.
fn read<R: Row>(content: &[u8]) -> Result<Vec<R>, DemoError> {
    let refused = |_| DemoError::Table("a file that can be imported");
    let mut reader = sheets::Reader::default();
    reader.feed(content).map_err(refused)?;
    let read = reader.finish().map_err(refused)?;
    match read.faults.first.first() {
        Some(fault) => Err(DemoError::Row(R::SHEET, fault.clone())),
        None => Ok(read.rows.into_iter().map(|(_, row)| row).collect()),
    }
}

fn register(
    people: Vec<rows::RegisterPersonRow>,
    links: Vec<rows::RegisterLinkRow>,
    streets: &[Street],
) -> Vec<Registered> {
    let streets: HashMap<&StreetId, &Street> = streets.iter().map(|street| (&street.id, street)).collect();
    let mut known: HashMap<Iin, KnownPerson> = HashMap::new();
    let mut order = Vec::new();
    for row in people {
        let street = row.street.as_ref().and_then(|street| streets.get(street));
        let home =
            street.zip(row.house.as_ref()).map(|(street, house)| HomeAddress::known(street, house, &row.flat, true));
        let phones = row.phones.clone();
        let person = Person::from(row);
        order.push(person.iin.clone());
        known.insert(person.iin.clone(), KnownPerson { person, phones, home });
    }
    let mut children: HashMap<Iin, Vec<RegisteredChild>> = HashMap::new();
    for link in links {
        if let Some(child) = known.get(&link.child) {
            children
                .entry(link.parent)
                .or_default()
                .push(RegisteredChild { kinship: link.kinship, known: child.clone() });
        }
    }
    // Somebody without a phone and without children can be asked for by nobody.
    order
        .iter()
        .filter_map(|iin| {
            Some(Registered { known: known.get(iin)?.clone(), children: children.remove(iin).unwrap_or_default() })
        })
        .filter(|person| !person.known.phones.is_empty() || !person.children.is_empty())
        .collect()
}
