//! The answer to a request.

use http::{HeaderName, HeaderValue, StatusCode, header};
use maud::Markup;
use serde::Serialize;

use crate::Trouble;
use crate::address::Address;

/// An answer: status, body, cookies. Headers that every answer has are added when it is served.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) cookie: Option<Cookie>,
    pub(crate) bucket: bool,
    pub(crate) kept: Option<Kept>,
}

/// How long anybody may keep a copy of an answer that is the same for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    seconds: i64,
    stale: i64,
}

impl Kept {
    /// For a minute, and shown for five more while a newer one is fetched.
    pub const A_MINUTE: Self = Self { seconds: 60, stale: 300 };
    /// For a day, and for another while a newer one is fetched: what changes with a release only.
    pub const A_DAY: Self = Self { seconds: 86_400, stale: 86_400 };

    /// A minute at most, and never beyond an instant that is so many seconds ahead: what changes then is not
    /// shown for a moment longer.
    pub fn until(seconds: Option<i64>) -> Self {
        match seconds.filter(|left| *left > 0 && *left < Self::A_MINUTE.seconds + Self::A_MINUTE.stale) {
            Some(left) => Self { seconds: left.min(Self::A_MINUTE.seconds), stale: 0 },
            None => Self::A_MINUTE,
        }
    }

    /// The value of `cache-control`.
    pub(crate) fn header(self) -> String {
        match self.stale {
            0 => format!("public, max-age={}", self.seconds),
            stale => format!("public, max-age={}, stale-while-revalidate={stale}", self.seconds),
        }
    }
}

/// What happens to a session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The session's token
    Session(String),
    /// Forget it
    Clear,
    /// The token of an officer's session, or of the sign-in before it
    Office(String),
    /// Forget the officer's
    ClearOffice,
}

impl Reply {
    /// A page, 200, never cached: most pages are personal.
    pub fn page(page: Markup) -> Self {
        Self::new(StatusCode::OK, Some("text/html; charset=utf-8"), page.into_string().into_bytes())
    }

    /// A page that is the same for everybody, 200: anybody may keep it, and asks only whether it has changed.
    pub fn public(page: Markup) -> Self {
        Self::page(page).kept(Kept::A_MINUTE)
    }

    /// The same page again with what to correct, 422.
    pub fn invalid(page: Markup) -> Self {
        Self::page(page).status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// On to another address, 303.
    pub fn see_other(address: &Address) -> Self {
        Self::to(&address.to_string())
    }

    /// On to another address with a place on the page, 303.
    pub fn see_other_at(address: &Address, fragment: &str) -> Self {
        Self::to(&format!("{address}#{fragment}"))
    }

    /// On to what is more than an address of the portal, 303: a presigned link, an address with a query.
    pub fn to(location: &str) -> Self {
        let reply = Self::new(StatusCode::SEE_OTHER, None, Vec::new());
        reply.header(header::LOCATION, location)
    }

    /// A value as JSON.
    ///
    /// # Errors
    /// [`Trouble::Ours`] if it cannot be written.
    pub fn json<T: Serialize>(value: &T) -> Result<Self, Trouble> {
        let body = serde_json::to_vec(value).map_err(|error| Trouble::Ours(error.to_string()))?;
        Ok(Self::new(StatusCode::OK, Some("application/json"), body))
    }

    /// Bytes of a fixed type, such as an asset.
    pub fn bytes(content_type: &'static str, body: Vec<u8>) -> Self {
        Self::new(StatusCode::OK, Some(content_type), body)
    }

    /// An empty answer.
    pub fn empty(status: StatusCode) -> Self {
        Self::new(status, None, Vec::new())
    }

    /// With another status.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// With a header; a value that cannot be a header is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// With a change of the session cookie.
    pub fn cookie(mut self, cookie: Cookie) -> Self {
        self.cookie = Some(cookie);
        self
    }

    /// Anybody may keep it for so long: it gets a tag, and whoever has it already gets no body. Only for
    /// addresses that are public, and for answers that went well.
    pub fn kept(mut self, kept: Kept) -> Self {
        self.kept = Some(kept);
        self
    }

    /// The page talks to the bucket: its security policy names it.
    pub fn with_bucket(mut self) -> Self {
        self.bucket = true;
        self
    }

    fn new(status: StatusCode, content_type: Option<&'static str>, body: Vec<u8>) -> Self {
        Self { status, content_type, body, headers: Vec::new(), cookie: None, bucket: false, kept: None }
    }
}
