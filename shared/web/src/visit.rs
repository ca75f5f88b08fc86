//! One request, read: whose, where, in which language, with what.

use domain::{Date, Locale, Timestamp};
use store::sessions::SessionToken;
use views::{Found, LanguageSwitch, Shell};

use crate::address::Address;
use crate::fields::Fields;
use crate::multipart::{self, Parts};
use crate::network::Network;
use crate::site::Site;
use crate::{Trouble, csrf};

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Show (GET and HEAD)
    Get,
    /// Do (POST)
    Post,
}

/// A request. Its body is reached only through [`Visit::form`] and [`Visit::parts`], which
/// refuse forged ones.
#[derive(Clone)]
pub struct Visit {
    /// GET or POST
    pub method: Method,
    /// Where it points
    pub address: Address,
    /// The language of the page; Russian or Kazakh by the browser's wish where the address has none
    pub locale: Locale,
    /// The query, decoded
    pub query: Fields,
    /// The visitor's network, where it is known
    pub network: Option<Network>,
    /// The session cookie, not yet looked up
    pub session: Option<SessionToken>,
    /// The office's own cookie, not yet looked up
    pub office: Option<SessionToken>,
    /// When the request came
    pub now: Timestamp,
    /// The request's id, told to the parent when something breaks
    pub request_id: String,
    /// The configuration
    pub site: std::sync::Arc<Site>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A visit holds what people typed.
impl std::fmt::Debug for Visit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Visit({:?}, redacted)", self.method)
    }
}

impl Visit {
    /// Bytes of an urlencoded form at most.
    pub const LARGEST_FORM: usize = 128 * 1024;

    /// The same visit, to be answered in the other language.
    #[must_use]
    pub fn in_other_language(&self) -> Self {
        Self { address: self.address.other_language(), locale: self.locale.other(), ..self.clone() }
    }

    /// The day on the city's clock.
    pub fn today(&self) -> Date {
        self.site.local(self.now).date()
    }

    /// A header's value, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The posted form, known to come from a page of ours.
    ///
    /// # Errors
    /// [`Trouble::Forged`], [`Trouble::FormTooLarge`], [`Trouble::Unreadable`].
    pub fn form(&self) -> Result<Fields, Trouble> {
        let form = self.urlencoded()?;
        self.check_ours(form.text("csrf"))?;
        Ok(form)
    }

    /// The posted form of a page that is the same for everybody and so has no token, whatever session there
    /// is: the browser itself says that it comes from a page of ours. For what changes nothing yet.
    ///
    /// # Errors
    /// As [`Visit::form`].
    pub fn public_form(&self) -> Result<Fields, Trouble> {
        let form = self.urlencoded()?;
        if self.is_same_site() { Ok(form) } else { Err(Trouble::Forged) }
    }

    fn urlencoded(&self) -> Result<Fields, Trouble> {
        if self.body.len() > Self::LARGEST_FORM {
            return Err(Trouble::FormTooLarge);
        }
        let kind = self.header("content-type").unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Trouble::Unreadable);
        }
        Fields::decode(&self.body).map_err(|_| Trouble::FormTooLarge)
    }

    /// Whether a mail program asks, for its reader, what RFC 8058 lets it ask by POST: without our
    /// page, cookie or token. The address itself is the permission.
    pub fn is_one_click(&self) -> bool {
        const LARGEST: usize = 2 * 1024;
        let asks = |part: &[u8]| self.body.windows(part.len()).any(|found| found == part);
        self.method == Method::Post && self.body.len() <= LARGEST && asks(b"List-Unsubscribe") && asks(b"One-Click")
    }

    /// The parts of a posted multipart form, known to come from a page of ours.
    ///
    /// # Errors
    /// [`Trouble::Forged`], [`Trouble::Unreadable`].
    pub async fn parts(&self) -> Result<Parts, Trouble> {
        let parts = multipart::read(self.header("content-type").unwrap_or_default(), &self.body).await?;
        self.check_ours(parts.text("csrf"))?;
        Ok(parts)
    }

    /// The token for the forms of this page; none without a session.
    pub fn csrf(&self) -> Option<String> {
        self.bound().map(|session| csrf::token(session.as_str()))
    }

    /// The session that the forms of this page belong to: an officer's in the office, else a
    /// parent's. Neither makes the other's forms. An officer who signs in has none yet, whatever
    /// old cookie the browser sends: a page that was reached from elsewhere was shown without it.
    fn bound(&self) -> Option<&SessionToken> {
        match &self.address {
            Address::OfficeSignIn(_) => None,
            address if address.is_office() => self.office.as_ref(),
            _ => self.session.as_ref(),
        }
    }

    /// The frame of a page; the language switch is a link to the same address.
    pub fn shell<'a>(&'a self, title: &'a str, switch: LanguageSwitch<'a>) -> Shell<'a> {
        Shell {
            locale: self.locale,
            city: self.site.city_name(self.locale),
            demo: self.site.demo,
            title,
            switch,
            found: None,
            help: false,
        }
    }

    /// The frame of a public page. `description` tells in a sentence or two what it is for; the other
    /// language is the same address with the same query, which [`Visit::other_language`] writes.
    pub fn public_shell<'a>(&'a self, title: &'a str, description: &'a str, other: &'a str) -> Shell<'a> {
        let written = |locale| match self.locale == locale {
            true => self.address.to_string(),
            false => self.address.other_language().to_string(),
        };
        let found = Found { origin: &self.site.origin, description, ru: written(Locale::Ru), kk: written(Locale::Kk) };
        Shell { found: Some(found), ..self.shell(title, LanguageSwitch::Link(other)) }
    }

    /// The address of the same page in the other language, with those fields of the query that it keeps.
    pub fn other_language(&self, kept: &[&str]) -> String {
        with_query(&self.address.other_language(), &self.kept(kept))
    }

    /// Those fields of the query that say something, a repeated one as often as it does.
    pub fn kept<'a>(&'a self, names: &[&'a str]) -> Vec<(&'a str, &'a str)> {
        names.iter().flat_map(|name| self.query.all(name).map(move |value| (*name, value))).collect()
    }

    fn check_ours(&self, token: &str) -> Result<(), Trouble> {
        let ours = match self.bound() {
            Some(session) => csrf::matches(session.as_str(), token),
            None => self.is_same_site(),
        };
        if ours { Ok(()) } else { Err(Trouble::Forged) }
    }

    fn is_same_site(&self) -> bool {
        match self.header("sec-fetch-site") {
            Some(site) => site == "same-origin",
            None => self.header("origin") == Some(self.site.origin.as_str()),
        }
    }
}

/// An address with a query; without one where there is nothing to ask.
pub fn with_query(address: &Address, query: &[(&str, &str)]) -> String {
    match query {
        [] => address.to_string(),
        query => {
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
            format!("{address}?{query}")
        }
    }
}
