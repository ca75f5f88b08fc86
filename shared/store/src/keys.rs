//! The key text of every entity, in one place.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::directory::sheet::{ImportId, Sheet};
use domain::directory::{CampaignId, SchoolId, StreetId};
use domain::life::State;
use domain::{ApplicationNumber, DraftId, Iin, Language, Owner, Place, Service, Timestamp};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// A string attribute.
pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// The key of an item: partition and sort key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key
    pub pk: String,
    /// Sort key
    pub sk: String,
}

impl Key {
    /// From both parts.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The key's attributes.
    pub fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([("pk".to_owned(), text(&self.pk)), ("sk".to_owned(), text(&self.sk))])
    }

    /// The key of an item, empty where the item has none.
    pub fn of(item: &HashMap<String, AttributeValue>) -> Self {
        let part = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
        Self { pk: part("pk"), sk: part("sk") }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.pk, self.sk)
    }
}

// --- Applications ----------------------------------------------------------------------------

/// The partition of a draft and of the application that it becomes.
pub fn application(id: &DraftId) -> String {
    format!("application#{id}")
}

/// The draft or application of a partition; none for any other partition.
pub fn application_of(pk: &str) -> Option<DraftId> {
    pk.strip_prefix(CLAIM).and_then(DraftId::parse)
}

/// The draft itself.
pub fn draft(id: &DraftId) -> Key {
    Key::new(application(id), "draft")
}

/// The documents of a draft or application: one item, a map by slot.
pub fn documents(id: &DraftId) -> Key {
    Key::new(application(id), "documents")
}

/// What is typed of the corrections to a returned application.
pub fn corrections(id: &DraftId) -> Key {
    Key::new(application(id), "corrections")
}

/// The sent application.
pub fn sent(id: &DraftId) -> Key {
    Key::new(application(id), "sent")
}

/// How the lines of a history begin.
pub const HISTORY: &str = "history#";
/// How the claims on a child begin.
pub const CLAIM: &str = "application#";

/// A line of its history.
pub fn history(id: &DraftId, sequence: u64) -> Key {
    Key::new(application(id), format!("{HISTORY}{sequence:06}"))
}

/// The marker that a line of a history is counted; none for what is no such line.
pub fn counted(line: &Key) -> Option<Key> {
    let sequence = line.sk.strip_prefix(HISTORY)?;
    application_of(&line.pk).map(|id| Key::new(application(&id), format!("counted#{sequence}")))
}

/// How outbox entries begin.
const OUTBOX: &str = "outbox#";

/// An outbox entry of an application.
pub fn outbox(id: &DraftId, entry: &str) -> Key {
    Key::new(application(id), format!("{OUTBOX}{entry}"))
}

/// What tells an outbox entry from the others of its application; none for any other item.
pub fn outbox_entry(key: &Key) -> Option<&str> {
    key.sk.strip_prefix(OUTBOX)
}

/// A line of the audit: who asked or looked, when.
pub fn audit(id: &DraftId, entry: &str) -> Key {
    Key::new(application(id), format!("audit#{entry}"))
}

/// How the lines of the audit begin that tell which officer opened an application.
pub const OPENED: &str = "audit#opened-";

/// A line of the office's audit, by the city's day.
pub fn office_audit(day: domain::Date, entry: &str) -> Key {
    Key::new(format!("audit#office#{day}"), entry)
}

/// The partition of the days on which the portal itself does something to an application.
pub fn deadlines() -> String {
    "deadlines".to_owned()
}

/// Such a day of an application.
pub fn deadline(day: domain::Date, id: &DraftId) -> Key {
    Key::new(deadlines(), format!("{day}#{id}"))
}

/// That an owner wants no SMS about applications.
pub fn sms_stop(owner: &Owner) -> Key {
    Key::new(format!("stop#sms#{}", owner.as_str()), "stop")
}

/// That an e-mail address wants no letters about applications; `address` is its keyed hash.
pub fn mail_stop(address: &str) -> Key {
    Key::new(format!("stop#mail#{address}"), "stop")
}

/// The counter that gives a campaign's application numbers.
pub fn counter(campaign: &str) -> Key {
    Key::new(format!("counter#{campaign}"), "counter")
}

/// The lock of a child: one live application per child and service.
pub fn child_lock(key: &LookupKey, service: Service, child: &Iin) -> Key {
    Key::new(child_partition(key, service, child), "lock")
}

/// The claim of an application on a child, linked or not: who else sent for the same child.
pub fn child_claim(key: &LookupKey, service: Service, child: &Iin, id: &DraftId) -> Key {
    Key::new(child_partition(key, service, child), format!("{CLAIM}{id}"))
}

fn child_partition(key: &LookupKey, service: Service, child: &Iin) -> String {
    format!("child#{}#{}", service.code(), key.hash("child", child.as_str()))
}

/// The partition of an inbox that sees the whole city: the applications of a campaign in a state.
pub fn desk(campaign: &CampaignId, state: State) -> String {
    format!("{campaign}#{}", state.code())
}

/// The partition of a school's inbox.
pub fn school_desk(campaign: &CampaignId, school: &SchoolId, state: State) -> String {
    format!("{campaign}#{school}#{}", state.code())
}

/// The place in an inbox: who has stood there longest comes first.
pub fn desk_order(since: Timestamp, number: ApplicationNumber) -> String {
    format!("{:013}-{:012}", since.as_millisecond().max(0), number.get())
}

/// The partition of an application's number.
pub fn numbered(campaign: &CampaignId, number: ApplicationNumber) -> String {
    format!("{campaign}#{:012}", number.get())
}

/// The partition of a school's applications by name; the whole city's is the campaign itself.
pub fn school_named(campaign: &CampaignId, school: &SchoolId) -> String {
    format!("{campaign}#{school}")
}

/// The place among names: by the folded name, then by number.
pub fn name_order(folded: &str, number: ApplicationNumber) -> String {
    format!("{folded}#{:012}", number.get())
}

/// The partition of the news of a campaign that the ledger has not yet taken.
pub fn pending(campaign: &CampaignId) -> String {
    format!("pending#{campaign}")
}

/// How such news begins that a ticket was sent.
pub const PENDING_SENT: &str = "sent#";

/// News of a campaign: a sent ticket.
pub fn pending_sent(campaign: &CampaignId, number: ApplicationNumber) -> Key {
    Key::new(pending(campaign), format!("{PENDING_SENT}{:012}", number.get()))
}

/// News of a campaign: a change of a ticket. By time, then by application and its version.
pub fn pending_moved(campaign: &CampaignId, at: Timestamp, id: &DraftId, version: u64) -> Key {
    let at = at.as_millisecond().max(0);
    Key::new(pending(campaign), format!("moved#{at:013}#{id}#{version:06}"))
}

/// The partition of the counters of a campaign, of the whole city or of a school.
pub fn tally(campaign: &CampaignId, school: Option<&SchoolId>) -> String {
    match school {
        Some(school) => format!("tally#{campaign}#{school}"),
        None => format!("tally#{campaign}"),
    }
}

/// How the counters of what happened on a day begin.
pub const TALLY_DAY: &str = "day#";
/// How the counters of a place begin, beside those of the whole city.
pub const TALLY_PLACE: &str = "place#";

/// The counters of a place: either part may be missing while nothing is assigned.
pub fn tally_place(school: Option<&SchoolId>, language: Option<Language>) -> String {
    format!("{TALLY_PLACE}{}#{}", school.map_or("", SchoolId::as_str), language.map_or("", Language::code))
}

// --- Sessions --------------------------------------------------------------------------------

/// A session by the hash of its token.
pub fn session(hash: &str) -> Key {
    Key::new(format!("session#{hash}"), "session")
}

/// An officer's session by the hash of its token.
pub fn office_session(hash: &str) -> Key {
    Key::new(format!("office-session#{hash}"), "session")
}

/// An officer's sign-in between two steps, by the hash of its token.
pub fn office_sign_in(hash: &str) -> Key {
    Key::new(format!("office-sign-in#{hash}"), "sign-in")
}

/// The codes sent to an address for a session.
pub fn code(session: &str, address: &str) -> Key {
    Key::new(format!("code#{session}#{address}"), "code")
}

/// When codes were sent to an address.
pub fn sends(address: &str) -> Key {
    Key::new(format!("sends#{address}"), "sends")
}

/// Tries of a phone at naming a child's birth date on a day.
pub fn birth_tries(owner: &str, id: &DraftId, day: domain::Date) -> Key {
    Key::new(format!("birth-tries#{owner}#{id}#{day}"), "tries")
}

/// Tries at a status in an hour, counted from 1970, by whoever or whatever the hash stands for.
pub fn status_tries(hash: &str, hour: i64) -> Key {
    Key::new(format!("status-tries#{hash}#{hour}"), "tries")
}

/// How many SMS were sent on a day.
pub fn sms_day(day: domain::Date) -> Key {
    Key::new(format!("sms-day#{day}"), "count")
}

/// How many codes were sent to visitors from one network in an hour, counted from 1970.
pub fn network_hour(network: &str, hour: i64) -> Key {
    Key::new(format!("network-hour#{network}#{hour}"), "count")
}

/// The register look-ups of a phone on a day.
pub fn look_ups(phone: &str, day: domain::Date) -> Key {
    Key::new(format!("look-ups#{phone}#{day}"), "look-ups")
}

// --- Directory -------------------------------------------------------------------------------

/// The campaign that a service runs now.
pub fn campaign(service: Service) -> Key {
    Key::new(format!("campaign#{}", service.code()), "current")
}

/// Which version of each file the directory holds.
pub fn current() -> Key {
    Key::new("directory", "current")
}

/// The partition of a file's rows: a few chunks for each version that is kept.
pub fn list(sheet: Sheet) -> String {
    format!("list#{}", sheet.code())
}

/// How the chunks of a version begin.
pub fn version(version: &ImportId) -> String {
    format!("{version}#")
}

/// A chunk of a version, whatever the list.
pub fn chunk(list: impl Into<String>, of: &ImportId, number: usize) -> Key {
    Key::new(list, format!("{}{number:05}", version(of)))
}

/// The version that a chunk belongs to; none of what is no chunk.
pub fn version_of(sk: &str) -> Option<ImportId> {
    ImportId::parse(sk.split_once('#')?.0)
}

/// The partition of a street: its territory in each version that is kept.
pub fn street(street: &StreetId) -> String {
    format!("street#{street}")
}

/// The territory rows of a street in a version.
pub fn territory(of: &StreetId, version: &ImportId) -> Key {
    chunk(street(of), version, 0)
}

/// The partition of a school's territory in each version that is kept.
pub fn school_territory(school: &SchoolId) -> String {
    format!("territory#{school}")
}

/// The partition of the search index of the streets in each version that is kept.
pub fn street_index() -> String {
    "streets#index".to_owned()
}

/// The partition of the schools' own ratings in each version that is kept: whoever needs the schools does
/// not read the ratings of all teachers.
pub fn school_ratings() -> String {
    "ratings#schools".to_owned()
}

/// An import of a file, from the upload on.
pub fn sheet_import(id: &ImportId) -> Key {
    Key::new(format!("import#{id}"), "import")
}

/// Which import the directory holds.
pub fn import() -> Key {
    Key::new("import", "current")
}

/// A person of the register's local stand-in.
pub fn register(key: &LookupKey, iin: &Iin) -> Key {
    Key::new(format!("register#{}", key.hash("register", iin.as_str())), "person")
}

// --- Places ----------------------------------------------------------------------------------

/// A place within a key.
pub fn place(of: &Place) -> String {
    let place = format!("{}#{}", of.school, of.language.code());
    match of.section {
        None => place,
        Some(section) => format!("{place}#{}", section.code()),
    }
}

/// The partition of the terms of a campaign's places: a few chunks for each version that is kept.
pub fn terms(campaign: &CampaignId) -> String {
    format!("terms#{campaign}")
}

/// The partition of the changes of a campaign's terms that were made one by one.
pub fn terms_changes(campaign: &CampaignId) -> String {
    format!("terms-change#{campaign}")
}

/// How those of a place begin.
pub fn terms_changes_of(place: &Place) -> String {
    format!("{}#", self::place(place))
}

/// A change of a place's terms, by time.
pub fn terms_change(campaign: &CampaignId, place: &Place, at: Timestamp, version: &ImportId) -> Key {
    let at = at.as_millisecond().max(0);
    Key::new(terms_changes(campaign), format!("{}{at:013}#{version}", terms_changes_of(place)))
}

/// The partition of the free places that schools keep for transfers.
pub fn free_places(campaign: &CampaignId) -> String {
    format!("free#{campaign}")
}

/// Those of a school.
pub fn free_places_of(campaign: &CampaignId, school: &SchoolId) -> Key {
    Key::new(free_places(campaign), school.as_str())
}

/// The partition of a campaign's ledger.
pub fn ledger(campaign: &CampaignId) -> String {
    format!("ledger#{campaign}")
}

/// How far the ledger of a campaign is.
pub fn ledger_head(campaign: &CampaignId) -> Key {
    Key::new(ledger(campaign), "head")
}

/// A line of the ledger.
pub fn ledger_line(campaign: &CampaignId, line: u64) -> Key {
    Key::new(ledger(campaign), format!("line#{line:012}"))
}

/// The partition of the boards of a campaign that are kept, so that not every line has to be read again.
pub fn boards(campaign: &CampaignId) -> String {
    format!("board#{campaign}")
}

/// How the parts of the board begin that was kept after a line.
pub fn board(line: u64) -> String {
    format!("{line:012}#")
}

/// A part of such a board.
pub fn board_part(campaign: &CampaignId, line: u64, part: usize) -> Key {
    Key::new(boards(campaign), format!("{}{part:03}", board(line)))
}

/// The partition of how the places of a campaign stand.
pub fn standings(campaign: &CampaignId) -> String {
    format!("standing#{campaign}")
}

/// How a place stands.
pub fn standing(campaign: &CampaignId, place: &Place) -> Key {
    Key::new(standings(campaign), self::place(place))
}

/// The tickets of a place.
pub fn tickets(campaign: &CampaignId, place: &Place) -> Key {
    Key::new(format!("tickets#{campaign}#{}", self::place(place)), "tickets")
}

// --- hashes ----------------------------------------------------------------------------------

/// The key of keyed hashes, `LOOKUP_KEY`: look-ups by IIN, phone or e-mail go through it, since
/// twelve digits are no secret to a plain hash. It does not rotate.
#[derive(Clone)]
pub struct LookupKey([u8; 32]);

/// `LOOKUP_KEY` is not 64 hex digits.
#[derive(Debug, thiserror::Error)]
#[error("LOOKUP_KEY must be 64 hex digits")]
pub struct BadLookupKey;

impl std::fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookupKey(redacted)")
    }
}

impl LookupKey {
    /// Reads 64 hex digits.
    ///
    /// # Errors
    /// [`BadLookupKey`].
    pub fn parse(hex_digits: &str) -> Result<Self, BadLookupKey> {
        let bytes = hex::decode(hex_digits.trim()).map_err(|_| BadLookupKey)?;
        <[u8; 32]>::try_from(bytes).map(Self).map_err(|_| BadLookupKey)
    }

    /// The keyed hash of a value, in hex. `kind` keeps a phone's hash apart from an IIN's.
    pub fn hash(&self, kind: &str, value: &str) -> String {
        hex::encode(self.mac(&[kind, value]))
    }

    /// The keyed hash of several parts, unambiguous whatever they hold.
    pub fn mac(&self, parts: &[&str]) -> [u8; 32] {
        // A key of any length is accepted by HMAC: the error cannot happen, an empty mac would be found by every comparison.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

/// The keys of the keyed hashes of codes, `CODE_KEYS`: one or two, each 64 hex digits, the newest first. Codes that were
/// sent under the older one count until they end, so that the keys can be changed at any time.
#[derive(Clone, Debug)]
pub struct CodeKeys {
    newest: LookupKey,
    older: Option<LookupKey>,
}

/// `CODE_KEYS` is something else.
#[derive(Debug, thiserror::Error)]
#[error("CODE_KEYS must be one or two keys of 64 hex digits, the newest first, with a space between them")]
pub struct BadCodeKeys;

impl CodeKeys {
    /// Reads the keys.
    ///
    /// # Errors
    /// [`BadCodeKeys`].
    pub fn parse(keys: &str) -> Result<Self, BadCodeKeys> {
        let keys: Result<Vec<_>, _> = keys.split_whitespace().map(LookupKey::parse).collect();
        match keys.map_err(|_| BadCodeKeys)?.as_slice() {
            [newest] => Ok(Self::from(newest.clone())),
            [newest, older] => Ok(Self { newest: newest.clone(), older: Some(older.clone()) }),
            _ => Err(BadCodeKeys),
        }
    }

    /// The keyed hash under which a new code is kept, in hex.
    pub(crate) fn hash(&self, parts: &[&str]) -> String {
        hex::encode(self.newest.mac(parts))
    }

    /// The keyed hashes under which a code may be kept, in hex.
    pub(crate) fn hashes(&self, parts: &[&str]) -> Vec<String> {
        [Some(&self.newest), self.older.as_ref()].into_iter().flatten().map(|key| hex::encode(key.mac(parts))).collect()
    }
}

impl From<LookupKey> for CodeKeys {
    /// One key.
    fn from(newest: LookupKey) -> Self {
        Self { newest, older: None }
    }
}

/// The plain hash under which a random token of 256 bits is stored.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_one_or_two_keys_of_codes() {
        let (a, b) = ("0a".repeat(32), "0b".repeat(32));
        let hashes = |keys: &str| CodeKeys::parse(keys).map(|keys| keys.hashes(&["x"])).unwrap_or_default();
        let [one, both] = [hashes(&a), hashes(&format!("{b} {a}\n"))];
        assert_eq!((one.len(), both.len(), both.last()), (1, 2, one.first()));
        assert_eq!(both.first(), Some(&CodeKeys::parse(&b).unwrap().hash(&["x"])));
        for bad in ["", "0a", &format!("{a} {a} {b}"), &format!("{a},{b}")] {
            let refused = CodeKeys::parse(bad).unwrap_err();
            assert!(!refused.to_string().contains("0a"));
        }
        assert!(!format!("{:?}", CodeKeys::parse(&a)).contains("0a0a"));
    }

    #[test]
    fn keyed_hashes_differ_by_kind_and_by_where_parts_end() {
        let key = LookupKey::parse(&"0a".repeat(32)).unwrap();
        assert_ne!(key.hash("phone", "1"), key.hash("child", "1"));
        assert_ne!(key.mac(&["ab", "c"]), key.mac(&["a", "bc"]));
        assert_eq!(format!("{key:?}"), "LookupKey(redacted)");
        assert!(LookupKey::parse("short").is_err());
    }

    #[test]
    fn numbers_in_keys_sort_as_numbers() {
        let campaign = CampaignId::parse("c").unwrap();
        let key = |n| pending_sent(&campaign, ApplicationNumber::new(n).unwrap()).sk;
        assert!(key(9) < key(10));
        assert!(key(99_999) < key(100_000));
        let (n, at) = (|n| ApplicationNumber::new(n).unwrap(), |ms| Timestamp::from_millisecond(ms).unwrap());
        assert!(desk_order(at(999), n(2)) < desk_order(at(1_000), n(1)), "the longest there first");
        assert!(desk_order(at(1_000), n(9)) < desk_order(at(1_000), n(10)), "then by number");
    }
}
