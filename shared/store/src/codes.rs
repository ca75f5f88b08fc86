//! Confirmation codes: how many may be sent, and whether a typed one is right.
//!
//! A code is bound to one session and one address and stored only as a keyed hash. Every try is
//! counted before it is compared, in one conditional update, so tries in parallel get no more
//! than five comparisons. Sending is recorded in one transaction, conditional on the windows that
//! were read: requests in parallel cannot pass them. Nothing here knows whether an address is
//! known to the portal.

use aws_sdk_dynamodb::types::{KeysAndAttributes, Put, ReturnValue, TransactWriteItem, Update};
use domain::{Email, Phone, Timestamp};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use subtle::{Choice, ConstantTimeEq};

use crate::error::Unmet;
use crate::item::{Item, body, item, number, read_number};
use crate::keys::{self, Key};
use crate::{Failure, Store, StoreError};

/// How long a code is valid.
pub const VALID: SignedDuration = SignedDuration::from_mins(10);
/// How many wrong tries kill a code.
pub const TRIES: u32 = 5;

/// Where a code is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// By SMS
    Phone(Phone),
    /// By e-mail
    Email(Email),
}

impl Recipient {
    /// The hash under which codes and windows are kept. Mail hosts take no notice of case, so
    /// another spelling must not open another window.
    fn hash(&self, key: &keys::LookupKey) -> String {
        match self {
            Self::Phone(phone) => key.hash("phone", phone.as_str()),
            Self::Email(email) => key.hash("email", &email.as_str().to_ascii_lowercase()),
        }
    }
}

/// Six digits. Prints as redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(redacted)")
    }
}

impl Code {
    const COUNT: u32 = 1_000_000;

    /// Draws a code; every one is as likely as every other.
    fn draw() -> Result<Self, getrandom::Error> {
        loop {
            if let Some(code) = Self::from_random(getrandom::u32()?) {
                return Ok(code);
            }
        }
    }

    /// None for the few numbers at the top that would make the low codes likelier.
    fn from_random(random: u32) -> Option<Self> {
        let fair = u32::MAX - u32::MAX % Self::COUNT;
        (random < fair).then(|| Self(format!("{:06}", random % Self::COUNT)))
    }

    /// Reads what a person typed; spaces and dashes are let through. Anything but six digits is
    /// no code, and no try either.
    pub fn parse(typed: &str) -> Option<Self> {
        let kept: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        (kept.len() == 6 && kept.bytes().all(|b| b.is_ascii_digit())).then_some(Self(kept))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What bounds the codes that all visitors together, or all from one place, may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceilings {
    /// `SMS_DAILY_LIMIT`: confirmation SMS on one day (UTC) in the whole portal. The breaker that
    /// bounds what an attacker can make the city pay
    pub sms_a_day: u32,
    /// `NETWORK_HOURLY_LIMIT`: codes in one hour to visitors from one network. High: a mobile
    /// carrier has thousands of families behind one
    pub network_an_hour: u32,
}

/// Whether a code may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeSend {
    /// The sending is recorded: send this code now.
    Allowed(Code),
    /// Too soon or too often.
    TryAgainAt(Timestamp),
    /// The day's SMS are used up, for everybody; they may be sent again at this time.
    SpentUntil(Timestamp),
    /// The hour's codes are used up for everybody in the visitor's network.
    CrowdedUntil(Timestamp),
}

/// Whether a typed code is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCheck {
    /// It is.
    Right {
        /// When consent to messages on this address was given, with the request for the code
        consent_at: Timestamp,
    },
    /// It is not; so many tries are left for the newest code, none if it is now dead.
    Wrong {
        /// Tries left
        left: u32,
    },
    /// No code is alive: none was sent, or it is too old, used or killed by wrong tries.
    Gone,
}

/// What a page tells about the codes of one address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeState {
    /// When the newest code that is still alive was sent
    pub sent: Option<Timestamp>,
    /// From when another may be sent; none means now
    pub again_at: Option<Timestamp>,
}

/// What was typed on the sign-in page when a code was asked for, and what came of it. The page that
/// shows it again has no draft to find it in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInAsked {
    /// The phone as typed, valid or not
    pub typed: String,
    /// What came of it, as `domain::fields::OUTCOME` of step 2
    pub outcome: String,
}

impl SignInAsked {
    /// Characters of a typed phone that are worth showing again.
    const AT_MOST: usize = 40;

    /// What was typed, cut to what is worth keeping, and nothing come of it yet.
    pub fn new(typed: &str) -> Self {
        Self { typed: typed.chars().take(Self::AT_MOST).collect(), outcome: String::new() }
    }
}

/// A phone may be in it.
impl std::fmt::Debug for SignInAsked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInAsked(redacted)")
    }
}

/// What was sent so far to one address and from one session, as read by [`Store::code_sends`].
#[derive(Debug)]
pub struct CodeSends {
    session: String,
    address: String,
    network: String,
    by_sms: bool,
    to_address: Window,
    from_session: Window,
    codes: Codes,
}

// --- windows: pure -----------------------------------------------------------------------------

/// How often something may be done.
#[derive(Clone, Copy, Debug)]
struct Limits {
    gap: SignedDuration,
    hour: usize,
    day: usize,
}

/// Per phone or e-mail address.
const PER_ADDRESS: Limits = Limits { gap: SignedDuration::from_secs(60), hour: 5, day: 10 };
/// Per session: room for a family with three addresses, not for a list of numbers.
const PER_SESSION: Limits = Limits { gap: SignedDuration::ZERO, hour: 15, day: 30 };

/// The times of the last sends, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Window {
    version: u64,
    at: Vec<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct WindowBody {
    at: Vec<Timestamp>,
}

impl Window {
    /// When the next send is allowed; none means now.
    fn opens(&self, limits: Limits, now: Timestamp) -> Option<Timestamp> {
        let after = |nth_last: usize, wait: SignedDuration| {
            let index = self.at.len().checked_sub(nth_last)?;
            self.at.get(index).map(|at| later(*at, wait))
        };
        [
            after(1, limits.gap),
            after(limits.hour, SignedDuration::from_hours(1)),
            after(limits.day, SignedDuration::from_hours(24)),
        ]
        .into_iter()
        .flatten()
        .filter(|opens| *opens > now)
        .max()
    }

    /// With one more send; what no limit looks at any more is dropped.
    fn with(&self, now: Timestamp, limits: Limits) -> Self {
        let mut at = self.at.clone();
        at.push(now);
        at.sort_unstable();
        let from = at.len().saturating_sub(limits.day);
        Self { version: self.version + 1, at: at.split_off(from) }
    }

    fn read(found: Option<&Item>) -> Result<Self, StoreError> {
        let Some(found) = found else { return Ok(Self::default()) };
        let WindowBody { at } = body(found)?;
        Ok(Self { version: read_number(found, "version").unwrap_or_default(), at })
    }

    fn write(&self, key: &Key, now: Timestamp) -> Result<Item, StoreError> {
        let mut item = item(key, "sends", &WindowBody { at: self.at.clone() })?;
        item.insert("version".to_owned(), number(self.version));
        item.insert("expires".to_owned(), number(later(now, SignedDuration::from_hours(25)).as_second()));
        Ok(item)
    }
}

/// A moment after another; at the end of time it stays there.
fn later(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.checked_add(wait).unwrap_or(Timestamp::MAX)
}

// --- codes: pure -------------------------------------------------------------------------------

/// One code as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct StoredCode {
    /// Keyed hash over session, address and code, in hex
    mac: String,
    sent: Timestamp,
    until: Timestamp,
    consent_at: Timestamp,
    /// How many tries the item had counted when this code was sent
    from_try: u32,
}

/// The codes of one session and address: the newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Codes {
    /// Tries so far; none where there is no item
    tries: Option<u32>,
    codes: Vec<StoredCode>,
}

#[derive(Serialize, Deserialize)]
struct CodesBody {
    codes: Vec<StoredCode>,
}

impl Codes {
    /// The codes that `tries` tries so far leave alive.
    fn alive(&self, now: Timestamp, tries: u32) -> impl Iterator<Item = &StoredCode> {
        self.codes.iter().filter(move |code| now < code.until && tries.saturating_sub(code.from_try) < TRIES)
    }

    /// With one more code; the dead are dropped.
    fn with(&self, mac: String, now: Timestamp) -> Self {
        let tries = self.tries.unwrap_or_default();
        let mut codes: Vec<_> = self.alive(now, tries).cloned().collect();
        codes.push(StoredCode { mac, sent: now, until: later(now, VALID), consent_at: now, from_try: tries });
        Self { tries: self.tries, codes }
    }

    /// Judges a try that is already counted in `self.tries`, by its keyed hashes.
    fn judge(&self, macs: &[String], now: Timestamp) -> CodeCheck {
        let Some(before) = self.tries.unwrap_or_default().checked_sub(1) else { return CodeCheck::Gone };
        let mut right = None;
        let mut left = None;
        for code in self.alive(now, before) {
            let same = |mac: &String| code.mac.as_bytes().ct_eq(mac.as_bytes());
            if bool::from(macs.iter().map(same).fold(Choice::from(0), |any, same| any | same)) {
                right = Some(code.consent_at);
            }
            left = Some(TRIES.saturating_sub(before + 1 - code.from_try));
        }
        match (right, left) {
            (Some(consent_at), _) => CodeCheck::Right { consent_at },
            (None, Some(left)) => CodeCheck::Wrong { left },
            (None, None) => CodeCheck::Gone,
        }
    }

    fn read(found: Option<&Item>) -> Result<Self, StoreError> {
        let Some(found) = found else { return Ok(Self::default()) };
        let CodesBody { codes } = body(found)?;
        Ok(Self { tries: Some(read_number(found, "tries").unwrap_or_default()), codes })
    }

    /// The item. `ceiling` is the try at which the newest code, and so every code, is dead: the
    /// condition of counting a try.
    fn write(&self, key: &Key) -> Result<Item, StoreError> {
        let mut item = item(key, "code", &CodesBody { codes: self.codes.clone() })?;
        let newest = self.codes.last();
        item.insert("tries".to_owned(), number(self.tries.unwrap_or_default()));
        item.insert("ceiling".to_owned(), number(newest.map_or(0, |code| code.from_try + TRIES)));
        item.insert("expires".to_owned(), number(newest.map_or(0, |code| code.until.as_second())));
        Ok(item)
    }
}

/// Where the network's count stands among the writes that record a code: after the windows and the
/// codes, since what is too soon is no reason to say that all are used up.
const NETWORK: usize = 3;
/// Where the count of the day's SMS stands: the last.
const SMS_OF_THE_DAY: usize = 4;

impl Store {
    /// Reads what was sent to an address and from a session; `network` is where the visitor is, and
    /// is stored only as a keyed hash. One wait, which needs nothing but the
    /// session: run it beside other reads.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn code_sends(&self, session: &str, to: &Recipient, network: &str) -> Result<CodeSends, StoreError> {
        let address = to.hash(&self.key);
        let [to_key, from_key, code_key] = code_keys(session, &address);
        let found = self.sessions_items(&[&to_key, &from_key, &code_key]).await?;
        let of = |key: &Key| found.iter().find(|item| Key::of(item) == *key);
        Ok(CodeSends {
            session: session.to_owned(),
            network: self.key.hash("network", network),
            by_sms: matches!(to, Recipient::Phone(_)),
            to_address: Window::read(of(&to_key))?,
            from_session: Window::read(of(&from_key))?,
            codes: Codes::read(of(&code_key))?,
            address,
        })
    }

    /// Records that a code is sent, with the consent given for it, before it is sent: a sender that
    /// dies in between costs a minute's wait, never a second SMS. One wait, none if it is too soon.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_code(
        &self,
        sends: &CodeSends,
        ceilings: Ceilings,
        now: Timestamp,
    ) -> Result<CodeSend, StoreError> {
        if let Some(opens) = sends.opens(now) {
            return Ok(CodeSend::TryAgainAt(opens));
        }
        if ceilings.network_an_hour == 0 {
            return Ok(CodeSend::CrowdedUntil(next_hour(now)));
        }
        if sends.by_sms && ceilings.sms_a_day == 0 {
            return Ok(CodeSend::SpentUntil(tomorrow(now)));
        }
        let code = Code::draw().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let writes = self.code_writes(sends, &code, ceilings, now)?;
        match self.transact(writes).await? {
            Ok(()) => Ok(CodeSend::Allowed(code)),
            Err(Unmet(NETWORK)) => Ok(CodeSend::CrowdedUntil(next_hour(now))),
            Err(Unmet(SMS_OF_THE_DAY)) => Ok(CodeSend::SpentUntil(tomorrow(now))),
            // Somebody else recorded a send, or tried a code, since the windows were read.
            Err(Unmet(_)) => Ok(CodeSend::TryAgainAt(later(now, PER_ADDRESS.gap))),
        }
    }

    /// Counts a try and compares. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check_code(
        &self,
        session: &str,
        to: &Recipient,
        typed: &Code,
        now: Timestamp,
    ) -> Result<CodeCheck, StoreError> {
        let address = to.hash(&self.key);
        let key = keys::code(session, &address);
        let counted = self
            .dynamo
            .update_item()
            .table_name(&self.tables.sessions)
            .set_key(Some(key.attributes()))
            .update_expression("SET #tries = #tries + :one")
            .condition_expression("#tries < #ceiling AND #expires > :now")
            .expression_attribute_names("#tries", "tries")
            .expression_attribute_names("#ceiling", "ceiling")
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":now", number(now.as_second()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .or_failure();
        match counted {
            Ok(answer) => Ok(Codes::read(answer.attributes())?
                .judge(&self.code_keys.hashes(&code_parts(session, &address, typed)), now)),
            Err(StoreError::Conflict) => Ok(CodeCheck::Gone),
            Err(other) => Err(other),
        }
    }

    /// What a page tells about the codes of some addresses, in their order. One wait, none without
    /// addresses.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn code_states(
        &self,
        session: &str,
        to: &[Recipient],
        now: Timestamp,
    ) -> Result<Vec<CodeState>, StoreError> {
        let keys: Vec<[Key; 3]> = to.iter().map(|to| code_keys(session, &to.hash(&self.key))).collect();
        let mut wanted: Vec<&Key> = keys.iter().flatten().collect();
        wanted.sort_unstable_by(|a, b| (&a.pk, &a.sk).cmp(&(&b.pk, &b.sk)));
        // One session, so one window for all; the same address may stand in two fields.
        wanted.dedup();
        let found = self.sessions_items(&wanted).await?;
        let of = |key: &Key| found.iter().find(|item| Key::of(item) == *key);
        keys.iter()
            .map(|[to_key, from_key, code_key]| {
                let codes = Codes::read(of(code_key))?;
                let sent = codes.alive(now, codes.tries.unwrap_or_default()).last().map(|code| code.sent);
                let again_at = opens(&Window::read(of(to_key))?, &Window::read(of(from_key))?, now);
                Ok(CodeState { sent, again_at })
            })
            .collect()
    }

    /// Keeps what was typed on the sign-in page, for as long as a code is valid. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_sign_in(&self, session: &str, asked: &SignInAsked, now: Timestamp) -> Result<(), StoreError> {
        let mut item = item(&sign_in(session), "sign-in", asked)?;
        item.insert("expires".to_owned(), number(later(now, VALID).as_second()));
        self.dynamo
            .put_item()
            .table_name(&self.tables.sessions)
            .set_item(Some(item))
            .send()
            .await
            .or_failure()
            .map(drop)
    }

    /// What was typed on the sign-in page when this session asked for a code. One wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sign_in_asked(&self, session: &str, now: Timestamp) -> Result<Option<SignInAsked>, StoreError> {
        let found = self.sessions_items(&[&sign_in(session)]).await?;
        let alive = |item: &&Item| read_number::<i64>(item, "expires").is_some_and(|expires| expires > now.as_second());
        found.first().filter(alive).map(body).transpose()
    }

    fn code_writes(
        &self,
        sends: &CodeSends,
        code: &Code,
        ceilings: Ceilings,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let [to_key, from_key, code_key] = code_keys(&sends.session, &sends.address);
        let mac = self.code_keys.hash(&code_parts(&sends.session, &sends.address, code));
        let to = sends.to_address.with(now, PER_ADDRESS).write(&to_key, now)?;
        let from = sends.from_session.with(now, PER_SESSION).write(&from_key, now)?;
        let codes = sends.codes.with(mac, now).write(&code_key)?;
        let seen = |window: &Window| (window.version > 0).then_some(window.version);
        let day = now.to_zoned_datetime(TimeZone::UTC).date();
        let network = keys::network_hour(&sends.network, now.as_second() / 3600);
        let mut writes = vec![
            self.put_if_unchanged(to, "version", seen(&sends.to_address)),
            self.put_if_unchanged(from, "version", seen(&sends.from_session)),
            self.put_if_unchanged(codes, "tries", sends.codes.tries.map(u64::from)),
            self.count(&network, ceilings.network_an_hour, later(now, SignedDuration::from_hours(2))),
        ];
        if sends.by_sms {
            writes.push(self.count(
                &keys::sms_day(day),
                ceilings.sms_a_day,
                later(now, SignedDuration::from_hours(72)),
            ));
        }
        let writes = writes.into_iter();
        writes.map(|write| write.map_err(|error| StoreError::Unavailable(error.to_string()))).collect()
    }

    fn put_if_unchanged(
        &self,
        item: Item,
        attribute: &str,
        seen: Option<u64>,
    ) -> Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError> {
        let put = Put::builder().table_name(&self.tables.sessions).set_item(Some(item));
        let put = match seen {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(seen) => put
                .condition_expression("#seen = :seen")
                .expression_attribute_names("#seen", attribute)
                .expression_attribute_values(":seen", number(seen)),
        };
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }

    /// Counts one more under a ceiling that is not nought.
    fn count(
        &self,
        key: &Key,
        ceiling: u32,
        expires: Timestamp,
    ) -> Result<TransactWriteItem, aws_sdk_dynamodb::error::BuildError> {
        let update = Update::builder()
            .table_name(&self.tables.sessions)
            .set_key(Some(key.attributes()))
            .update_expression("SET #count = if_not_exists(#count, :zero) + :one, #expires = :expires")
            .condition_expression("attribute_not_exists(#count) OR #count < :limit")
            .expression_attribute_names("#count", "count")
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":limit", number(ceiling))
            .expression_attribute_values(":expires", number(expires.as_second()));
        Ok(TransactWriteItem::builder().update(update.build()?).build())
    }

    /// Several items of the sessions table at once, as they are now.
    async fn sessions_items(&self, keys: &[&Key]) -> Result<Vec<Item>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys.iter().map(|key| key.attributes()).collect()))
            .consistent_read(true)
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let answer =
            self.dynamo.batch_get_item().request_items(&self.tables.sessions, wanted).send().await.or_failure()?;
        // A key left out for lack of throughput would read as "nothing was sent".
        if answer.unprocessed_keys().is_some_and(|left| !left.is_empty()) {
            return Err(StoreError::Throttled);
        }
        Ok(answer.responses.unwrap_or_default().remove(&self.tables.sessions).unwrap_or_default())
    }
}

impl CodeSends {
    fn opens(&self, now: Timestamp) -> Option<Timestamp> {
        opens(&self.to_address, &self.from_session, now)
    }
}

fn opens(to_address: &Window, from_session: &Window, now: Timestamp) -> Option<Timestamp> {
    to_address.opens(PER_ADDRESS, now).max(from_session.opens(PER_SESSION, now))
}

fn code_keys(session: &str, address: &str) -> [Key; 3] {
    [keys::sends(address), keys::sends(&format!("session#{session}")), keys::code(session, address)]
}

fn code_parts<'a>(session: &'a str, address: &'a str, code: &'a Code) -> [&'a str; 4] {
    ["code", session, address, code.as_str()]
}

fn sign_in(session: &str) -> Key {
    Key::new(format!("sign-in#{session}"), "sign-in")
}

/// When the next hour's counter begins.
fn next_hour(now: Timestamp) -> Timestamp {
    Timestamp::from_second((now.as_second() / 3600 + 1) * 3600).unwrap_or(Timestamp::MAX)
}

/// When the next day's counter begins.
fn tomorrow(now: Timestamp) -> Timestamp {
    let today = now.to_zoned_datetime(TimeZone::UTC);
    today.tomorrow().and_then(|day| day.start_of_day()).map_or(now, |start| start.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn window(seconds: &[i64]) -> Window {
        Window { version: 1, at: seconds.iter().map(|s| at(*s)).collect() }
    }

    const MIN: i64 = 60;
    const HOUR: i64 = 60 * MIN;

    #[test]
    fn a_first_code_goes_at_once_and_the_next_after_a_minute() {
        assert_eq!(Window::default().opens(PER_ADDRESS, at(0)), None);
        assert_eq!(window(&[0]).opens(PER_ADDRESS, at(1)), Some(at(60)));
        assert_eq!(window(&[0]).opens(PER_ADDRESS, at(59)), Some(at(60)));
        assert_eq!(window(&[0]).opens(PER_ADDRESS, at(60)), None);
    }

    #[test]
    fn the_sixth_in_an_hour_waits_for_the_first_to_be_an_hour_old() {
        let five = window(&[0, 2 * MIN, 4 * MIN, 6 * MIN, 8 * MIN]);
        assert_eq!(five.opens(PER_ADDRESS, at(10 * MIN)), Some(at(HOUR)));
        assert_eq!(five.opens(PER_ADDRESS, at(HOUR)), None);
        let six = five.with(at(HOUR), PER_ADDRESS);
        assert_eq!(six.opens(PER_ADDRESS, at(HOUR + MIN)), Some(at(HOUR + 2 * MIN)));
    }

    #[test]
    fn the_eleventh_in_a_day_waits_for_the_first_to_be_a_day_old() {
        let mut sends = Window::default();
        for n in 0..10 {
            assert_eq!(sends.opens(PER_ADDRESS, at(n * HOUR)), None, "send {n}");
            sends = sends.with(at(n * HOUR), PER_ADDRESS);
        }
        assert_eq!(sends.opens(PER_ADDRESS, at(12 * HOUR)), Some(at(24 * HOUR)));
        let next = sends.with(at(24 * HOUR), PER_ADDRESS);
        assert_eq!((next.at.len(), next.version), (10, 11), "what no limit looks at is dropped");
    }

    #[test]
    fn no_hour_ever_holds_more_than_five_nor_a_day_more_than_ten() {
        let mut sends = Window::default();
        let mut sent = Vec::new();
        for now in (0..3 * 24 * HOUR).step_by(37) {
            if sends.opens(PER_ADDRESS, at(now)).is_none() {
                sends = sends.with(at(now), PER_ADDRESS);
                sent.push(now);
            }
        }
        for now in &sent {
            let within = |span: i64| sent.iter().filter(|other| (*now..now + span).contains(other)).count();
            assert!(within(60) == 1 && within(HOUR) <= 5 && within(24 * HOUR) <= 10, "at {now}");
        }
        assert!(sent.len() >= 30, "and it does open again: {}", sent.len());
    }

    #[test]
    fn a_clock_that_was_ahead_closes_the_window_and_never_opens_it() {
        assert_eq!(window(&[5 * MIN]).opens(PER_ADDRESS, at(0)), Some(at(6 * MIN)));
        assert_eq!(window(&[0, 5 * MIN]).with(at(1), PER_ADDRESS).at, [at(0), at(1), at(5 * MIN)]);
    }

    #[test]
    fn codes_are_six_digits_and_fair() {
        assert_eq!(Code::from_random(7).unwrap().as_str(), "000007");
        assert_eq!(Code::from_random(1_999_999).unwrap().as_str(), "999999");
        assert_eq!(Code::from_random(4_293_999_999).unwrap().as_str(), "999999");
        assert_eq!(Code::from_random(4_294_000_000), None, "the last, incomplete round is drawn again");
        assert_eq!(Code::from_random(u32::MAX), None);
        assert_eq!(Code::draw().unwrap().as_str().len(), 6);
        assert_eq!(format!("{:?}", Code::draw().unwrap()), "Code(redacted)");
    }

    #[test]
    fn a_typed_code_is_read_with_spaces_and_nothing_else() {
        assert_eq!(Code::parse(" 012 3-45 ").unwrap().as_str(), "012345");
        for bad in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(Code::parse(bad), None, "{bad}");
        }
    }

    /// Counts a try as the table does, then judges it.
    fn try_code(codes: &mut Codes, mac: &str, now: Timestamp) -> CodeCheck {
        let ceiling = codes.codes.last().map_or(0, |code| code.from_try + TRIES);
        let tries = codes.tries.unwrap_or_default();
        if tries >= ceiling {
            return CodeCheck::Gone;
        }
        codes.tries = Some(tries + 1);
        codes.judge(&[mac.to_owned()], now)
    }

    #[test]
    fn five_wrong_tries_kill_a_code() {
        let mut codes = Codes::default().with("right".to_owned(), at(0));
        for left in [4, 3, 2, 1, 0] {
            assert_eq!(try_code(&mut codes, "wrong", at(1)), CodeCheck::Wrong { left });
        }
        assert_eq!(try_code(&mut codes, "right", at(2)), CodeCheck::Gone);
    }

    #[test]
    fn the_fifth_try_may_be_the_right_one() {
        let mut codes = Codes::default().with("right".to_owned(), at(0));
        for _ in 0..4 {
            try_code(&mut codes, "wrong", at(1));
        }
        assert_eq!(try_code(&mut codes, "right", at(2)), CodeCheck::Right { consent_at: at(0) });
    }

    #[test]
    fn a_resend_keeps_the_old_code_alive_and_gives_it_no_more_tries() {
        let mut codes = Codes::default().with("old".to_owned(), at(0));
        for _ in 0..3 {
            try_code(&mut codes, "wrong", at(30));
        }
        let mut codes = codes.with("new".to_owned(), at(70));
        assert_eq!(try_code(&mut codes.clone(), "old", at(71)), CodeCheck::Right { consent_at: at(0) });
        assert_eq!(try_code(&mut codes, "wrong", at(72)), CodeCheck::Wrong { left: 4 });
        assert_eq!(try_code(&mut codes, "wrong", at(73)), CodeCheck::Wrong { left: 3 });
        assert_eq!(try_code(&mut codes, "old", at(74)), CodeCheck::Wrong { left: 2 }, "its five tries are over");
        assert_eq!(try_code(&mut codes, "new", at(75)), CodeCheck::Right { consent_at: at(70) });
    }

    #[test]
    fn a_code_is_valid_for_ten_minutes() {
        let codes = Codes::default().with("right".to_owned(), at(0));
        assert!(matches!(try_code(&mut codes.clone(), "right", at(10 * MIN - 1)), CodeCheck::Right { .. }));
        assert_eq!(try_code(&mut codes.clone(), "right", at(10 * MIN)), CodeCheck::Gone);
        assert_eq!(codes.with("next".to_owned(), at(10 * MIN)).codes.len(), 1, "the dead are dropped");
    }

    #[test]
    fn items_come_back_as_they_were_written() {
        let key = keys::code("session", "address");
        let codes = Codes { tries: Some(2), ..Codes::default() }.with("mac".to_owned(), at(0));
        let item = codes.write(&key).unwrap();
        assert_eq!(Codes::read(Some(&item)).unwrap(), codes);
        assert_eq!(read_number::<u32>(&item, "ceiling"), Some(7));
        assert_eq!(read_number::<i64>(&item, "expires"), Some(at(10 * MIN).as_second()));
        let sends = window(&[1, 2, 3]);
        let item = sends.write(&keys::sends("address"), at(3)).unwrap();
        assert_eq!(Window::read(Some(&item)).unwrap(), sends);
        assert_eq!(Codes::read(None).unwrap().tries, None);
    }

    #[test]
    fn a_networks_codes_open_again_with_the_next_hour() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(next_hour(at("2026-04-01T03:59:59Z")), at("2026-04-01T04:00:00Z"));
        assert_eq!(next_hour(at("2026-04-01T04:00:00Z")), at("2026-04-01T05:00:00Z"));
    }

    #[test]
    fn the_days_sms_open_again_at_midnight_utc() {
        let now: Timestamp = "2026-04-01T23:59:59Z".parse().unwrap();
        assert_eq!(tomorrow(now), "2026-04-02T00:00:00Z".parse().unwrap());
    }
}
