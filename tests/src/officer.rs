//! An officer at the office's door.

use std::collections::BTreeMap;

use domain::directory::SchoolId;
use domain::{Group, Locale, Officer, Timestamp};
use lambda_http::http::Method;
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use serde::Deserialize;
use store::office_sessions::OfficeSession;
use store::sessions::SessionToken;
use testkit::Ask;
use text::office;

use crate::{Browser, Page, Portal, Result, Stack};

/// An officer whom the stack made.
#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    /// The name to sign in with
    pub name: String,
    /// The password
    pub password: String,
    /// The school of a school's officer
    #[serde(default)]
    pub school: Option<String>,
    /// The key of the authenticator, in base 32
    #[serde(default)]
    pub secret: Option<String>,
}

impl Account {
    /// The officer of a kind: `department`, `school`, `administrator`, and for the tests alone
    /// `newcomer` (has to change the password), `guarded` (has an authenticator), `nobody` (has no role).
    ///
    /// # Errors
    /// No such officer, or `PORTAL_TEST_OFFICERS` is not set.
    pub fn of(kind: &str) -> Result<Self> {
        let all = std::env::var("PORTAL_TEST_OFFICERS").map_err(|_| "PORTAL_TEST_OFFICERS is not set")?;
        let mut all: BTreeMap<String, Self> = serde_json::from_str(&all)?;
        all.remove(kind).ok_or_else(|| format!("no officer {kind}").into())
    }

    /// The code that the authenticator shows now (RFC 6238).
    ///
    /// # Errors
    /// An officer without one.
    pub fn code(&self) -> Result<String> {
        let secret = self.secret.as_deref().ok_or("the officer has no authenticator")?;
        let step = Timestamp::now().as_second() / 30;
        code(secret, u64::try_from(step)?)
    }
}

fn code(secret: &str, step: u64) -> Result<String> {
    const SIGNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bits, mut held, mut key) = (0_u32, 0_u32, Vec::new());
    for sign in secret.trim_end_matches('=').chars() {
        bits = (bits << 5) | u32::try_from(SIGNS.find(sign).ok_or("no base 32")?)?;
        held += 5;
        if held >= 8 {
            held -= 8;
            key.push(u8::try_from((bits >> held) & 0xff)?);
        }
    }
    let mac = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key), &step.to_be_bytes());
    let mac = mac.as_ref();
    let at = usize::from(mac.last().ok_or("no mac")? & 15);
    let four: [u8; 4] = mac.get(at..at + 4).ok_or("a short mac")?.try_into()?;
    Ok(format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000))
}

/// Types name and password; the answer as it comes.
///
/// # Errors
/// No answer.
pub fn knock(browser: &Browser, l: Locale, account: &Account) -> Result<Page> {
    let page = browser.visit(&format!("/{}/office", l.code()))?;
    let typed = [("username", account.name.as_str()), ("password", account.password.as_str())];
    browser.press(&page, office::ENTER.get(l), &typed)
}

/// An officer's browser, signed in, and the first page.
///
/// # Errors
/// Anything else than that page.
pub fn signed_in(stack: &Stack, l: Locale, kind: &str) -> Result<(Browser, Page)> {
    let browser = Browser::new(&stack.origin);
    let page = knock(&browser, l, &Account::of(kind)?)?;
    let page = browser.follow(page)?;
    if page.status != 200 || page.path != format!("/{}/office", l.code()) {
        return Err(format!("{kind} is not let in: {}", page.brief()).into());
    }
    Ok((browser, page))
}

/// An officer at work in front of the functions of this process: no more than a cookie.
#[derive(Debug)]
pub struct Worker<'a> {
    /// What is worked at
    pub portal: &'a Portal,
    /// Who works
    pub officer: Officer,
    token: SessionToken,
}

impl<'a> Worker<'a> {
    /// An officer of the department whom no other test knows, signed in just now.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn of_department(portal: &'a Portal) -> Result<Self> {
        Self::new(portal, Group::Department, None).await
    }

    /// An officer of a school.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn of_school(portal: &'a Portal, school: &SchoolId) -> Result<Self> {
        Self::new(portal, Group::School, Some(school)).await
    }

    /// An officer of a group.
    ///
    /// # Errors
    /// A stack that does not answer, or a school's officer without a school.
    pub async fn new(portal: &'a Portal, group: Group, school: Option<&SchoolId>) -> Result<Self> {
        let token = SessionToken::random()?;
        let id = format!("trial-{}", Portal::unique()?);
        let officer = Officer::new(&id, "Сынақ Маман", &[group.code().to_owned()], school.map(SchoolId::as_str))?;
        let session = OfficeSession::new(&token, officer.clone(), portal.now());
        portal.store.put_office_session(&session).await?;
        Ok(Self { portal, officer, token })
    }

    /// The cookie.
    pub fn cookie(&self) -> String {
        format!("office={}", self.token.as_str())
    }

    /// Shows a page.
    ///
    /// # Errors
    /// A redirect to what is no address.
    pub async fn get(&self, address: &str) -> Result<Page> {
        self.ask(Ask::new(Method::GET, address)).await
    }

    /// Presses a button of a page after changing some of its fields.
    ///
    /// # Errors
    /// No such button.
    pub async fn press(&self, page: &Page, label: &str, typed: &[(&str, &str)]) -> Result<Page> {
        let (to, fields) = page.pressed(label, typed)?;
        self.send(&to, &fields).await
    }

    /// Sends fields as they are.
    ///
    /// # Errors
    /// A redirect to what is no address.
    pub async fn send(&self, to: &str, fields: &[(String, String)]) -> Result<Page> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.ask(Ask::new(Method::POST, to).form(form)).await
    }

    async fn ask(&self, ask: Ask) -> Result<Page> {
        let ask = ask.header("sec-fetch-site", "same-origin").header("cookie", &self.cookie());
        self.portal.page(ask.request()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() -> Result<()> {
        // RFC 6238, appendix B: the last six digits.
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (second, expected) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(code(secret, second / 30)?, expected);
        }
        Ok(())
    }
}
