//! A parent's device in front of the functions of this process.

use std::cell::RefCell;

use domain::{DraftId, Service};
use lambda_http::http::Method;
use store::drafts::{Mine, Opened};
use store::sessions::SessionToken;
use testkit::Ask;

use crate::browser::multipart;
use crate::{Page, Portal, Result};

/// A device: no more than a cookie.
#[derive(Debug)]
pub struct Device<'a> {
    /// What it visits
    pub portal: &'a Portal,
    token: RefCell<Option<SessionToken>>,
}

impl<'a> Device<'a> {
    /// A device that has never been here.
    pub fn new(portal: &'a Portal) -> Self {
        Self { portal, token: RefCell::default() }
    }

    /// A device with a session.
    pub fn with(portal: &'a Portal, token: SessionToken) -> Self {
        Self { portal, token: RefCell::new(Some(token)) }
    }

    /// Its session.
    ///
    /// # Errors
    /// It has none.
    pub fn token(&self) -> Result<SessionToken> {
        Ok(self.token.borrow().clone().ok_or("the device has no session")?)
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

    /// Sends fields with the token of a page.
    ///
    /// # Errors
    /// A redirect to what is no address.
    pub async fn post(&self, page: &Page, to: &str, fields: &[(&str, &str)]) -> Result<Page> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let token = page.csrf().map(|token| ("csrf".to_owned(), token));
        self.send(to, &token.into_iter().chain(fields).collect::<Vec<_>>()).await
    }

    /// Sends a file with the form of a document's page.
    ///
    /// # Errors
    /// No form on the page.
    pub async fn upload(&self, page: &Page, name: &str, content: &[u8]) -> Result<Page> {
        let form = page.form().ok_or("no form for the file")?;
        let (kind, body) = multipart(&form.fields, name, "application/octet-stream", content);
        self.ask(Ask::new(Method::POST, &form.action).header("content-type", &kind).body(body)).await
    }

    /// The draft as its pages see it.
    ///
    /// # Errors
    /// It is not this device's.
    pub async fn open(&self, id: &DraftId) -> Result<Mine> {
        let store = &self.portal.store;
        match store.open(Some(&self.token()?), Service::FirstGrade, id, self.portal.now()).await? {
            Opened::Mine(mine) => Ok(*mine),
            Opened::NoSession | Opened::NotFound | Opened::NoOfficer => Err("the draft is not this device's".into()),
        }
    }

    async fn send(&self, to: &str, fields: &[(String, String)]) -> Result<Page> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.ask(Ask::new(Method::POST, to).form(form)).await
    }

    async fn ask(&self, ask: Ask) -> Result<Page> {
        let ask = ask.header("sec-fetch-site", "same-origin");
        let ask = match &*self.token.borrow() {
            Some(token) => ask.session(token.as_str()),
            None => ask,
        };
        let page = self.portal.page(ask.request()).await?;
        let cookie = page.header("set-cookie").split(';').next().and_then(|pair| pair.strip_prefix("session="));
        if let Some(token) = cookie.and_then(SessionToken::parse) {
            *self.token.borrow_mut() = Some(token);
        }
        Ok(page)
    }
}
