//! A browser without a screen: keeps cookies, follows a redirect when told to, sends forms.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use ureq::http::{Request, header};

use crate::{Page, Result};

/// Connections that are kept for the next request.
const CONNECTIONS: usize = 64;

/// One visitor with their cookies. Two threads may use it at once, like two tabs.
#[derive(Debug)]
pub struct Browser {
    agent: ureq::Agent,
    origin: String,
    cookies: Mutex<BTreeMap<String, String>>,
    told: Option<Sender<Visited>>,
}

/// A page that was asked for, and how long it took until all of it was there.
#[derive(Clone, Debug)]
pub struct Visited {
    /// GET or POST
    pub method: String,
    /// The address
    pub path: String,
    /// The status
    pub status: u16,
    /// How long it took
    pub took: Duration,
}

/// The body of a request.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// Its type
    pub kind: &'a str,
    /// Its bytes
    pub bytes: &'a [u8],
}

impl Browser {
    /// A visitor without cookies.
    pub fn new(origin: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            // Crowds share theirs.
            .max_idle_connections(CONNECTIONS)
            .max_idle_connections_per_host(CONNECTIONS)
            .build()
            .into();
        Self { agent, origin: origin.to_owned(), cookies: Mutex::default(), told: None }
    }

    /// The same visitor, who tells of each page.
    #[must_use]
    pub fn telling(self, told: Sender<Visited>) -> Self {
        Self { told: Some(told), ..self }
    }

    /// Another visitor over the same connections, with the session of a device.
    #[must_use]
    pub fn with_session(&self, token: &str) -> Self {
        let cookies = Mutex::new(BTreeMap::from([("session".to_owned(), token.to_owned())]));
        Self { agent: self.agent.clone(), origin: self.origin.clone(), cookies, told: self.told.clone() }
    }

    /// Shows an address; a redirect is shown as such.
    ///
    /// # Errors
    /// No answer.
    pub fn get(&self, path: &str) -> Result<Page> {
        self.send("GET", path, None, &[])
    }

    /// Shows an address and goes where it leads.
    ///
    /// # Errors
    /// No answer, or a redirect that never ends.
    pub fn visit(&self, path: &str) -> Result<Page> {
        self.follow(self.get(path)?)
    }

    /// Goes where a redirect leads; another page stays as it is.
    ///
    /// # Errors
    /// No answer, or a redirect that never ends.
    pub fn follow(&self, mut page: Page) -> Result<Page> {
        for _ in 0..10 {
            let Some(location) = page.location.clone() else { return Ok(page) };
            page = self.get(self.path_of(&location))?;
        }
        Err(format!("{} redirects for ever", page.path).into())
    }

    /// Sends fields as a page of the portal does.
    ///
    /// # Errors
    /// No answer.
    pub fn post(&self, path: &str, fields: &[(String, String)]) -> Result<Page> {
        self.post_from(path, fields, &[("origin", &self.origin), ("sec-fetch-site", "same-origin")])
    }

    /// Sends fields with headers of one's own choice instead of those of a page of the portal.
    ///
    /// # Errors
    /// No answer.
    pub fn post_from(&self, path: &str, fields: &[(String, String)], headers: &[(&str, &str)]) -> Result<Page> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let body = Body { kind: "application/x-www-form-urlencoded", bytes: form.as_bytes() };
        self.send("POST", path, Some(body), headers)
    }

    /// Presses a button of a page after changing some of its fields, as a person does. The
    /// answer is shown as it comes, redirects too.
    ///
    /// # Errors
    /// No such button, or no answer.
    pub fn press(&self, page: &Page, label: &str, typed: &[(&str, &str)]) -> Result<Page> {
        let (to, fields) = page.pressed(label, typed)?;
        self.post(self.path_of(&to), &fields)
    }

    /// Sends a file with the form of a document's page.
    ///
    /// # Errors
    /// No form on the page, or no answer.
    pub fn upload(&self, page: &Page, name: &str, kind: &str, content: &[u8]) -> Result<Page> {
        let form = page.form().ok_or("no form for the file")?;
        let (kind, body) = multipart(&form.fields, name, kind, content);
        let headers = [("origin", self.origin.as_str()), ("sec-fetch-site", "same-origin")];
        self.send("POST", self.path_of(&form.action), Some(Body { kind: &kind, bytes: &body }), &headers)
    }

    /// Any request.
    ///
    /// # Errors
    /// No answer.
    pub fn send(&self, method: &str, path: &str, body: Option<Body<'_>>, headers: &[(&str, &str)]) -> Result<Page> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.origin));
        let cookies = self.cookie_header()?;
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let began = Instant::now();
        let answer = match body {
            Some(body) => self.agent.run(request.header(header::CONTENT_TYPE, body.kind).body(body.bytes)?),
            None => self.agent.run(request.body(())?),
        };
        let mut answer = answer.map_err(|error| format!("{method} {path}: {error}"))?;
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str()?)?;
        }
        let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (location, headers) = (text("location"), answer.headers().clone());
        let status = answer.status().as_u16();
        let bytes = answer.body_mut().with_config().limit(50 * 1024 * 1024).read_to_vec()?;
        if let Some(told) = &self.told {
            // Nobody listens any more when the measurement is over.
            told.send(Visited { method: method.to_owned(), path: path.to_owned(), status, took: began.elapsed() }).ok();
        }
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Page { status, path: path.to_owned(), location, headers, body, bytes })
    }

    /// Another browser with the same cookies, as if somebody had copied them.
    ///
    /// # Errors
    /// A thread that died while it held the cookies.
    pub fn twin(&self) -> Result<Self> {
        let twin = Self::new(&self.origin);
        *twin.cookies.lock().map_err(|_| "cookies")? = self.cookies.lock().map_err(|_| "cookies")?.clone();
        Ok(twin)
    }

    fn path_of<'a>(&self, address: &'a str) -> &'a str {
        let path = address.strip_prefix(self.origin.as_str()).unwrap_or(address);
        path.split('#').next().unwrap_or(path)
    }

    fn cookie_header(&self) -> Result<String> {
        let cookies = self.cookies.lock().map_err(|_| "cookies")?;
        Ok(cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; "))
    }

    fn keep(&self, cookie: &str) -> Result<()> {
        let mut cookies = self.cookies.lock().map_err(|_| "cookies")?;
        let (pair, rules) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').ok_or("a cookie without a name")?;
        if rules.to_lowercase().contains("max-age=0") {
            cookies.remove(name.trim());
        } else {
            cookies.insert(name.trim().to_owned(), value.trim().to_owned());
        }
        Ok(())
    }
}

/// A form with a file as browsers send it: its type and its bytes.
pub fn multipart(fields: &[(String, String)], name: &str, kind: &str, content: &[u8]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "----------------------------8b1f3c";
    let mut body = Vec::new();
    for (field, value) in fields {
        let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}");
    body.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
