//! What each function is asked for: a page that it really shows, by whoever may see it, in the demo city.

use std::path::Path;

use demo::{City, Standing};
use domain::life::Act;
use domain::{Group, Locale, Service};
use hyper::body::Bytes;
use serde_json::json;
use tests::officer::Worker;
use tests::portal::Beside;
use tests::ready::{Wish, ready, send_as_it_is, wishing};
use tests::{Family, Portal, Result, Stack};
use web::Address;

const L: Locale = Locale::Ru;
/// The children's year of birth.
const BORN: u16 = 2020;

/// A portal with the demo city, a draft, an application, and an officer of each kind.
#[derive(Debug)]
pub struct Visits {
    /// The portal
    pub portal: Portal,
    draft: String,
    sent: String,
    others: Vec<(Service, String, String)>,
    cookies: [String; 3],
    officers: [String; 3],
}

impl Visits {
    /// Makes the city and the people.
    ///
    /// # Errors
    /// A stack that does not answer.
    pub async fn prepare(stack: &Stack) -> Result<Self> {
        let portal = Portal::empty(stack, Beside::nothing()?).await?;
        let city = City::make(Standing::Open, demo::today()?)?;
        demo::load_into(&city, &portal.store, &portal.key).await?;
        let draft = ready(&portal, &Family::numbered(1, BORN)?, true).await?;
        let sent = ready(&portal, &Family::numbered(2, BORN)?, true).await?;
        send_as_it_is(&portal, &sent).await?;
        let mut others = Vec::new();
        for (number, service) in (3..).zip([Service::Transfer, Service::Meals, Service::Camp]) {
            let campaign = portal.store.campaign(service).await?.ok_or("the demo city lacks a campaign")?;
            let wish = Wish { home: None, language: domain::Language::Russian, quota: Vec::new() };
            let draft = wishing(&portal, &campaign, &Family::numbered(number, BORN)?, true, &wish).await?;
            others.push((service, draft.id.to_string(), format!("session={}", draft.token.as_str())));
        }
        let school = city.sample()?.school.clone();
        let mut officers = [String::new(), String::new(), String::new()];
        for (cookie, group) in officers.iter_mut().zip([Group::Department, Group::School, Group::Administrator]) {
            *cookie = Worker::new(&portal, group, school.as_ref()).await?.cookie();
        }
        let cookie = |token: &store::sessions::SessionToken| format!("session={}", token.as_str());
        Ok(Self {
            draft: draft.id.to_string(),
            sent: sent.id.to_string(),
            cookies: [cookie(&draft.token), cookie(&sent.token), String::new()],
            portal,
            others,
            officers,
        })
    }

    /// What a function of `functions/` is handed: an event of `events/` for those that answer no pages.
    ///
    /// # Errors
    /// No such event.
    pub fn event(&self, function: &str, root: &Path) -> Result<Bytes> {
        let case = match function {
            "hello" => return Ok(Bytes::from_static(b"{}")),
            "recalculate-quotas" | "expire-deadlines" => "schedule",
            "on-document-uploaded" => "test-event",
            "on-directory-uploaded" | "deliver-message" => "unreadable",
            // A batch of its stream with nothing to tell: the queue is not here.
            "on-application-changed" => "others",
            "count-applications" => "sent",
            _ => return Ok(self.visit(function)),
        };
        Ok(std::fs::read(root.join(format!("events/{function}.{case}.json")))?.into())
    }

    /// What the gateway makes of a visit: version 2.0 of its format.
    fn visit(&self, function: &str) -> Bytes {
        let (path, cookie) = self.page(function);
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            "cookies": [cookie],
            "headers": {
                "accept": "text/html,application/xhtml+xml",
                "accept-encoding": "gzip, deflate, br",
                "accept-language": "ru-RU,ru;q=0.9",
                "host": "portal.example",
                "user-agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36",
                "x-forwarded-proto": "https",
            },
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "api",
                "domainName": "portal.example",
                "domainPrefix": "portal",
                "http": {
                    "method": "GET",
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1",
                    "userAgent": "Mozilla/5.0",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": "$default",
                "stage": "$default",
                "time": "01/Apr/2027:09:00:00 +0000",
                "timeEpoch": 1_806_570_000_000_i64,
            },
            "isBase64Encoded": false,
        });
        event.to_string().into()
    }

    /// A function's page and the cookie of whoever may see it.
    fn page(&self, function: &str) -> (String, &str) {
        let [own, sent, nobody] = &self.cookies;
        let [department, school, administrator] = &self.officers;
        let draft = |tail: &str| (format!("/ru/first-grade/{}/{tail}", self.draft), own.as_str());
        let gone = |tail: &str| (format!("/ru/first-grade/{}/{tail}", self.sent), sent.as_str());
        let other = |service: Service| {
            let found = self.others.iter().find(|(known, ..)| *known == service);
            found.map_or_else(
                || draft("service"),
                |(_, id, cookie)| (format!("/ru/{0}/{id}/{0}", service.code()), cookie.as_str()),
            )
        };
        let public = |tail: &str| (format!("/ru{tail}"), nobody.as_str());
        let office = |tail: &str| (format!("/ru/office{tail}"), department.as_str());
        let act = |act: Act| office(&format!("/applications/{}/{}", self.sent, act.code()));
        match function {
            "wizard-service" => public("/first-grade"),
            "wizard-transfer" => other(Service::Transfer),
            "wizard-meals" => other(Service::Meals),
            "wizard-camp" => other(Service::Camp),
            "upload-document" => draft("documents/photo"),
            "send-code" => draft("send-code"),
            "look-up-person" => draft("look-up"),
            "suggest-address" => public("/suggest-address?q=%D0%B0%D0%B1%D0%B0%D1%8F"),
            "application-withdraw" => gone("withdraw"),
            "application-correct" => gone("correct"),
            "application-stay" => gone("stay"),
            "camp-confirm" => gone("confirm"),
            "portal-applications" => (Address::Applications(L).to_string(), sent),
            "portal-receipt" => gone("receipt"),
            "portal-assets" => (Address::Asset(views::assets::stylesheet().name.to_string()).to_string(), nobody),
            "portal-school-search" => public("/school-search"),
            "portal-unsubscribe" => public(&format!("/unsubscribe/{}", "0".repeat(64))),
            "portal-schools" => public("/schools"),
            "portal-teachers" => public("/teachers"),
            "portal-queue" => public("/queue"),
            "portal-status" => public("/status"),
            "portal-faq" => public("/faq"),
            "office-sign-in" => (Address::OfficeSignIn(L).to_string(), nobody),
            "office-inbox" => office(""),
            "office-application" => office(&format!("/applications/{}", self.sent)),
            "office-assign-territory" => act(Act::Assign),
            "office-register" => act(Act::Register),
            "office-return" => act(Act::Return),
            "office-refuse" => act(Act::Refuse),
            "office-confirm" => (act(Act::Confirm).0, school),
            "office-decline" => (act(Act::Decline).0, school),
            "office-enrol" => (Address::OfficeEnrol(L).to_string(), school),
            "office-approve-meals" => (act(Act::Approve).0, school),
            "office-accept-transfer" => (act(Act::Accept).0, school),
            "office-release-transfer" => (act(Act::Release).0, school),
            "office-free-places" => (Address::OfficeFreePlaces(L).to_string(), school),
            "office-resolve" => office(&format!("/applications/{}/resolve", self.sent)),
            "office-directory" => (Address::OfficeDirectory(L).to_string(), administrator),
            "office-messages" => office("/messages"),
            "office-paper" => office("/paper"),
            "office-places" => office("/places"),
            "office-reports" => office("/reports"),
            step => match step.strip_prefix("wizard-") {
                Some(step) => draft(step),
                None => public(""),
            },
        }
    }
}
