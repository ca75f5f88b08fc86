//! The running stack that the tests talk to.

use std::io::Write;
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::{Browser, Result};

/// A portal with its emulator, as `cargo portal test` starts it.
#[derive(Clone, Debug)]
pub struct Stack {
    /// `PORTAL_TEST_ORIGIN`: where the pages are, no slash at the end
    pub origin: String,
    /// `PORTAL_TEST_ENDPOINT`: the emulator, which shows the messages it has sent
    pub endpoint: String,
    /// `PORTAL_TEST_STAND_IN`: where mail and the officers' pool answer; the emulator too, unless the endpoint is
    /// another than that
    pub stand_in: String,
    /// `PORTAL_TEST_TEXTS`: where the texts can be read that were sent to phones
    pub texts: String,
    /// Which DynamoDB holds the tables of whom is tested
    pub engine: Engine,
    /// `PORTAL_TEST_DYNAMODB`: Amazon's own DynamoDB Local, with the same tables and the same city; of
    /// [`Engine::Embedded`] where that answers
    pub second: String,
    /// `PORTAL_TEST_FAMILY`: a family that the register knows
    pub sample: Sample,
}

/// Whose opinion of what DynamoDB does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The emulator's, like that of all other services
    Emulator,
    /// Amazon's own, without streams: what follows a change does not happen
    DynamoDbLocal,
    /// The same where all that is written is counted, with no transaction whole: for what a journey costs
    Counted,
    /// DynamoDB's API within this process, for thousands of families: tables and nothing beside them
    Embedded,
}

/// A family of the register's stand-in.
#[derive(Clone, Debug, Deserialize)]
pub struct Sample {
    /// The parent's phone
    pub phone: String,
    /// The parent's IIN
    pub parent_iin: String,
    /// The child's IIN
    pub child_iin: String,
    /// The child's home address
    pub address: String,
    /// A language that the school of residence teaches in
    pub language: String,
    /// Paths of scans to upload
    pub scans: Vec<String>,
}

#[derive(Deserialize)]
struct Outbox {
    sms_messages: std::collections::BTreeMap<String, Vec<Sms>>,
}

#[derive(Deserialize)]
struct Sms {
    #[serde(rename = "Message")]
    message: String,
}

#[derive(Deserialize)]
struct Letters {
    messages: std::collections::BTreeMap<String, Vec<Letter>>,
}

#[derive(Deserialize)]
struct Letter {
    #[serde(rename = "To")]
    to: Vec<String>,
    #[serde(rename = "Subject")]
    subject: String,
}

impl Stack {
    /// The stack of the environment. Without one the reason to skip is written past the test
    /// runner's capture, so that nobody takes a skipped test for a passed one.
    ///
    /// # Errors
    /// A stack that is described only in part.
    pub fn find() -> Result<Option<Self>> {
        let Ok(origin) = std::env::var("PORTAL_TEST_ORIGIN") else {
            writeln!(std::io::stderr(), "SKIPPED: needs the local stack, run cargo portal test")?;
            return Ok(None);
        };
        let named =
            |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set beside PORTAL_TEST_ORIGIN"));
        Ok(Some(Self {
            origin: origin.trim_end_matches('/').to_owned(),
            endpoint: named("PORTAL_TEST_ENDPOINT")?.trim_end_matches('/').to_owned(),
            stand_in: named("PORTAL_TEST_STAND_IN")?.trim_end_matches('/').to_owned(),
            texts: named("PORTAL_TEST_TEXTS")?,
            engine: Engine::Emulator,
            second: named("PORTAL_TEST_DYNAMODB")?,
            sample: serde_json::from_str(&named("PORTAL_TEST_FAMILY")?)?,
        }))
    }

    /// The stack of the environment, with the tables in one of the two engines.
    ///
    /// # Errors
    /// A stack that is described only in part.
    pub fn over(engine: Engine) -> Result<Option<Self>> {
        Ok(Self::find()?.map(|stack| Self { engine, ..stack }))
    }

    /// Where a service answers, by its name in signatures.
    pub fn endpoint_of(&self, service: &str) -> &str {
        match service {
            "dynamodb" if self.engine != Engine::Emulator => &self.second,
            "cognito-idp" | "ses" => &self.stand_in,
            _ => &self.endpoint,
        }
    }

    /// The texts sent to a phone so far, oldest first.
    ///
    /// # Errors
    /// An emulator that does not answer.
    pub fn texts(&self, phone: &str) -> Result<Vec<String>> {
        let query = format!("?phoneNumber={}", phone.replace('+', "%2B"));
        let page = Browser::new(&self.texts).get(&query)?;
        let outbox: Outbox = serde_json::from_str(&page.body)?;
        Ok(outbox.sms_messages.into_values().flatten().map(|sms| sms.message).collect())
    }

    /// The subjects of the letters sent to an address so far, oldest first.
    ///
    /// # Errors
    /// An emulator that does not answer.
    pub fn letters(&self, address: &str) -> Result<Vec<String>> {
        let page = Browser::new(&self.stand_in).get("/_ministack/ses/messages")?;
        let letters: Letters = serde_json::from_str(&page.body)?;
        let letters = letters.messages.into_values().flatten();
        Ok(letters.filter(|letter| letter.to.iter().any(|to| to == address)).map(|letter| letter.subject).collect())
    }

    /// The code in the newest text after the first `before` of them; waits a while for it.
    ///
    /// # Errors
    /// No new text in time, or one without six digits.
    pub fn code(&self, phone: &str, before: usize) -> Result<String> {
        let text = patiently(|| Ok(self.texts(phone)?.into_iter().skip(before).next_back()), "no text came")?;
        text.split(|c: char| !c.is_ascii_digit())
            .find(|digits| digits.len() == 6)
            .map(str::to_owned)
            .ok_or_else(|| "the text holds no code".into())
    }
}

/// Asks again until there is an answer, for half a minute.
///
/// # Errors
/// `complaint` when time is up, or the question's own error.
pub fn patiently<T>(mut ask: impl FnMut() -> Result<Option<T>>, complaint: &str) -> Result<T> {
    let patience = Instant::now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if patience.elapsed() > Duration::from_secs(30) {
            return Err(complaint.into());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
