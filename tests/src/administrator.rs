//! An administrator at the directory, whose files are checked as soon as they are sent.

use domain::directory::sheet::{ImportId, Sheet};
use domain::{Locale, Officer};
use lambda_http::http::Method;
use serde_json::json;
use store::imports::SheetImport;
use store::office_sessions::OfficeSession;
use store::sessions::SessionToken;
use testkit::Ask;
use text::directory as t;

use crate::browser::multipart;
use crate::queue::{batch, until_taken};
use crate::{Page, Portal, Result};

/// An officer at the pages of a portal in this process.
#[derive(Debug)]
pub struct Administrator<'a> {
    portal: &'a Portal,
    cookie: String,
    /// Who it is
    pub officer: Officer,
    /// The language of the pages
    pub locale: Locale,
}

/// A file of the demo city.
///
/// # Errors
/// There is none, or `PORTAL_TEST_SAMPLES` is not set.
pub fn demo(sheet: Sheet) -> Result<String> {
    let folder = std::env::var("PORTAL_TEST_SAMPLES").map_err(|_| "PORTAL_TEST_SAMPLES is not set")?;
    Ok(std::fs::read_to_string(format!("{folder}/{}.csv", sheet.code()))?)
}

impl<'a> Administrator<'a> {
    /// An administrator of this name.
    ///
    /// # Errors
    /// Tables that do not answer.
    pub async fn new(portal: &'a Portal, locale: Locale, name: &str) -> Result<Self> {
        Self::of(portal, locale, name, "administrator", None).await
    }

    /// An officer of another group who tries the same.
    ///
    /// # Errors
    /// Tables that do not answer.
    pub async fn of(portal: &'a Portal, locale: Locale, name: &str, group: &str, school: Option<&str>) -> Result<Self> {
        let token = SessionToken::random()?;
        let id = format!("trial-{}", Portal::unique()?);
        let officer = Officer::new(&id, name, &[group.to_owned()], school)?;
        portal.store.put_office_session(&OfficeSession::new(&token, officer.clone(), portal.now())).await?;
        Ok(Self { portal, cookie: format!("office={}", token.as_str()), officer, locale })
    }

    /// The address of a page of the office.
    pub fn at(&self, path: &str) -> String {
        format!("/{}/office/{path}", self.locale.code())
    }

    /// Shows a page.
    ///
    /// # Errors
    /// A redirect to what is no address.
    pub async fn get(&self, address: &str) -> Result<Page> {
        self.ask(Ask::new(Method::GET, address)).await
    }

    /// Sends fields with the token of a page.
    ///
    /// # Errors
    /// A redirect to what is no address.
    pub async fn post(&self, page: &Page, to: &str, fields: &[(&str, &str)]) -> Result<Page> {
        let csrf = page.csrf().unwrap_or_default();
        let fields = fields.iter().copied().chain([("csrf", csrf.as_str())]);
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.ask(Ask::new(Method::POST, to).form(form)).await
    }

    /// Sends a file with the form of its page; nobody has been told of it yet.
    ///
    /// # Errors
    /// No form on the page.
    pub async fn send(&self, sheet: Sheet, content: &[u8]) -> Result<Page> {
        let page = self.get(&self.at(&format!("directory/{}", sheet.code()))).await?;
        self.send_with(&page.csrf().ok_or("no form for the file")?, sheet, content).await
    }

    /// The same with the token of a page that was shown before.
    ///
    /// # Errors
    /// A redirect to what is no address.
    pub async fn send_with(&self, csrf: &str, sheet: Sheet, content: &[u8]) -> Result<Page> {
        let to = self.at(&format!("directory/{}", sheet.code()));
        let (kind, body) = multipart(&[("csrf".to_owned(), csrf.to_owned())], "file.csv", "text/csv", content);
        self.ask(Ask::new(Method::POST, &to).header("content-type", &kind).body(body)).await
    }

    /// Sends a file, has it checked and shows what was found.
    ///
    /// # Errors
    /// The file is not taken in.
    pub async fn import(&self, sheet: Sheet, content: &[u8]) -> Result<Page> {
        let sent = self.send(sheet, content).await?;
        let (path, id) = imported(&sent)?;
        until_taken(1, async |received| self.tell(&id, received).await).await?;
        self.get(&path).await
    }

    /// Tells the function of a file. Whether it is done with it.
    ///
    /// # Errors
    /// None of its own.
    pub async fn tell(&self, id: &ImportId, received: u32) -> Result<bool> {
        let key = format!("directory/{id}");
        let notification = json!({"Records": [{"s3": {"object": {"key": key}}}]}).to_string();
        let batch = serde_json::from_value(batch(&notification, received))?;
        let function = self.portal.on_directory_uploaded();
        let told = testkit::acting_as("on-directory-uploaded", function.handle(batch)).await?;
        Ok(told.batch_item_failures.is_empty())
    }

    /// Ticks the box and presses the button of a checked import; what comes then.
    ///
    /// # Errors
    /// There is no such button.
    pub async fn apply(&self, page: &Page) -> Result<Page> {
        let (to, fields) = page.pressed(t::APPLY.get(self.locale), &[("confirm", "yes")])?;
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let applied = self.ask(Ask::new(Method::POST, &to).form(form)).await?;
        match applied.location.clone() {
            Some(location) if applied.status == 303 => self.get(&location).await,
            _ => Ok(applied),
        }
    }

    /// Sends, checks and applies a file.
    ///
    /// # Errors
    /// Anything else than that it counts.
    pub async fn renew(&self, sheet: Sheet, content: &[u8]) -> Result<Page> {
        let page = self.apply(&self.import(sheet, content).await?).await?;
        if page.says(t::APPLIED.get(self.locale)) { Ok(page) } else { Err(page.brief().into()) }
    }

    /// The rows that count, as they are handed out.
    ///
    /// # Errors
    /// Anything else than a file.
    pub async fn export(&self, sheet: Sheet) -> Result<Vec<u8>> {
        let page = self.get(&self.at(&format!("directory/{}/export", sheet.code()))).await?;
        if page.status == 200 { Ok(page.bytes) } else { Err(page.brief().into()) }
    }

    /// The import that a page is about, as it is stored.
    ///
    /// # Errors
    /// There is none.
    pub async fn stored(&self, path: &str) -> Result<SheetImport> {
        let id = path.rsplit('/').next().and_then(ImportId::parse).ok_or("no import in the address")?;
        Ok(self.portal.store.sheet_import(&id).await?.ok_or("the import is not there")?)
    }

    async fn ask(&self, ask: Ask) -> Result<Page> {
        let ask = ask.header("sec-fetch-site", "same-origin").header("cookie", &self.cookie);
        self.portal.page(ask.request()).await
    }
}

/// Where a sent file has led, and its import.
///
/// # Errors
/// It was not taken in.
pub fn imported(sent: &Page) -> Result<(String, ImportId)> {
    let path = sent.location.clone().ok_or_else(|| sent.brief())?;
    let id = path.rsplit('/').next().and_then(ImportId::parse).ok_or("no import in the address")?;
    Ok((path, id))
}
