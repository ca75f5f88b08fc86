//! The portal's fixed address: a reverse proxy before the emulator's API, and the outbox page.
//!
//! One request per connection and no look into bodies: what the API answers reaches the browser
//! byte for byte, several `Set-Cookie` lines included.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::outbox::{self, Texts};
use crate::{Failure, Outcome};

/// API Gateway takes no more either (request line and headers).
const LONGEST_HEAD: usize = 10_240;

/// Where requests go.
pub(crate) struct Upstream {
    pub(crate) emulator: u16,
    pub(crate) texts: Texts,
    pub(crate) to: To,
}

/// What answers them.
pub(crate) enum To {
    /// The API with this id, in the emulator.
    Api(String),
    /// The functions under `cargo lambda watch` on this port, by the API's routes.
    Watcher(u16, Vec<Route>),
}

/// A route of the API: segments, of which those in braces stand for anything, and its function.
pub(crate) struct Route {
    segments: Vec<String>,
    function: String,
}

impl Route {
    pub(crate) fn new(path: &str, function: &str) -> Self {
        Self { segments: segments(path).map(str::to_owned).collect(), function: function.to_owned() }
    }

    /// How exactly the path is meant: the number of segments that are named; `None` if it is not.
    fn fits(&self, path: &str) -> Option<usize> {
        let path: Vec<_> = segments(path).collect();
        let named = |segment: &&String| !segment.starts_with('{');
        let same = self.segments.len() == path.len()
            && self.segments.iter().zip(&path).all(|(ours, theirs)| !named(&ours) || ours == theirs);
        same.then(|| self.segments.iter().filter(named).count())
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

impl Upstream {
    fn port(&self) -> u16 {
        match self.to {
            To::Api(_) => self.emulator,
            To::Watcher(port, _) => port,
        }
    }

    fn host(&self) -> String {
        match &self.to {
            To::Api(id) => format!("{id}.execute-api.localhost:{}", self.emulator),
            To::Watcher(port, _) => format!("localhost:{port}"),
        }
    }

    /// The target of the request as the upstream wants it.
    fn target(&self, target: &str) -> String {
        let To::Watcher(_, routes) = &self.to else { return target.to_owned() };
        let path = target.split('?').next().unwrap_or_default();
        let best = routes.iter().filter_map(|route| Some((route.fits(path)?, route))).max_by_key(|(named, _)| *named);
        // What fits nowhere is the home page's to answer, as in the API.
        let function = best.map_or("portal-home", |(_, route)| route.function.as_str());
        format!("/lambda-url/{function}{target}")
    }
}

/// The listening sockets, taken before anything slow begins.
pub(crate) struct Door {
    listeners: Vec<TcpListener>,
    pub(crate) port: u16,
}

impl Door {
    /// Takes the port on loopback; 0 takes any that is free.
    pub(crate) fn open(port: u16) -> Outcome<Self> {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
            Failure::new(format!(
                "cannot listen on port {port} ({error}): stop what listens there, or choose another with --port"
            ))
        })?;
        let port = first.local_addr().map_or(port, |address| address.port());
        // Some resolve localhost to ::1 first. Machines without IPv6 do not.
        let second = match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                return Err(Failure::new(format!(
                    "port {port} is taken on [::1]: stop what listens there, or choose another with --port"
                )));
            }
            other => other.ok(),
        };
        Ok(Self { listeners: std::iter::once(first).chain(second).collect(), port })
    }

    /// Serves in the background until the process ends.
    pub(crate) fn serve(self, upstream: Upstream) {
        let upstream = Arc::new(upstream);
        for listener in self.listeners {
            let upstream = Arc::clone(&upstream);
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let upstream = Arc::clone(&upstream);
                    // A browser that goes away in the middle is no news.
                    thread::spawn(move || relay(stream, &upstream).ok());
                }
            });
        }
    }
}

fn relay(mut browser: TcpStream, upstream: &Upstream) -> io::Result<()> {
    browser.set_read_timeout(Some(Duration::from_secs(60)))?;
    let peer = browser.peer_addr()?.ip();
    let Some((head, body)) = read_head(&mut browser)? else {
        return answer(&mut browser, "431 Request Header Fields Too Large", "text/plain", "Too many headers.");
    };
    let Some(head) = Head::parse(&head) else {
        return answer(&mut browser, "400 Bad Request", "text/plain", "Not an HTTP request.");
    };
    if head.path() == outbox::PATH {
        return answer(
            &mut browser,
            "200 OK",
            "text/html; charset=utf-8",
            &outbox::page(&upstream.texts, upstream.emulator),
        );
    }
    let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream.port())) else {
        return answer(&mut browser, "502 Bad Gateway", "text/plain", "The portal does not answer.");
    };
    server.set_nodelay(true)?;
    server.write_all(head.forwarded(upstream, peer).as_bytes())?;
    server.write_all(&body)?;

    let (mut from, mut to) = (browser.try_clone()?, server.try_clone()?);
    let upload = thread::spawn(move || io::copy(&mut from, &mut to));
    let download = io::copy(&mut server, &mut browser);
    // Ends the upload's wait for more.
    browser.shutdown(Shutdown::Both).ok();
    server.shutdown(Shutdown::Both).ok();
    upload.join().ok();
    download.map(|_| ())
}

/// The head of the request and what of its body came along; `None` when there is no end to the head.
fn read_head(browser: &mut TcpStream) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let body = read.split_off(end + 4);
            read.truncate(end);
            return Ok(Some((read, body)));
        }
        if read.len() > LONGEST_HEAD {
            return Ok(None);
        }
        match browser.read(&mut buffer)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => read.extend_from_slice(buffer.get(..count).unwrap_or_default()),
        }
    }
}

fn answer(browser: &mut TcpStream, status: &str, kind: &str, body: &str) -> io::Result<()> {
    write!(
        browser,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

struct Head<'a> {
    method: &'a str,
    target: &'a str,
    headers: Vec<(&'a str, &'a str)>,
}

impl<'a> Head<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.split("\r\n");
        let (method, rest) = lines.next()?.split_once(' ')?;
        let target = rest.strip_suffix(" HTTP/1.1").or_else(|| rest.strip_suffix(" HTTP/1.0"))?;
        let headers = lines.map(|line| line.split_once(':').map(|(name, value)| (name, value.trim())));
        Some(Self { method, target, headers: headers.collect::<Option<_>>()? })
    }

    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The head as the API gets it: its own host, the visitor's address, one request per connection.
    fn forwarded(&self, upstream: &Upstream, peer: IpAddr) -> String {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Forwarded-Proto: http\r\n",
            self.method,
            upstream.target(self.target),
            upstream.host()
        );
        let mut visitors = String::new();
        for (name, value) in &self.headers {
            match name.to_ascii_lowercase().as_str() {
                "host" | "connection" | "keep-alive" | "upgrade" | "x-forwarded-proto" => {}
                "x-forwarded-for" => visitors = format!("{value}, "),
                _ => {
                    head.extend([name, ": ", value, "\r\n"]);
                }
            }
        }
        head.push_str(&format!("X-Forwarded-For: {visitors}{peer}\r\n\r\n"));
        head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(request: &str) -> Option<String> {
        let upstream = Upstream { emulator: 4566, texts: Texts::of_the_emulator(4566), to: To::Api("abc".to_owned()) };
        Some(Head::parse(request.as_bytes())?.forwarded(&upstream, Ipv4Addr::LOCALHOST.into()))
    }

    #[test]
    fn the_host_is_replaced_and_the_rest_kept() {
        let head =
            forwarded("GET /ru?a=1 HTTP/1.1\r\nHost: localhost:8080\r\nConnection: keep-alive\r\nCookie: a=1; b=2")
                .unwrap_or_default();
        assert_eq!(
            head,
            "GET /ru?a=1 HTTP/1.1\r\nHost: abc.execute-api.localhost:4566\r\nConnection: close\r\n\
             X-Forwarded-Proto: http\r\nCookie: a=1; b=2\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n"
        );
    }

    #[test]
    fn a_visitors_own_claim_comes_before_the_address_seen() {
        let head = forwarded("GET / HTTP/1.1\r\nX-Forwarded-For: 1.2.3.4").unwrap_or_default();
        assert!(head.contains("X-Forwarded-For: 1.2.3.4, 127.0.0.1\r\n"));
    }

    #[test]
    fn watched_functions_are_found_by_the_apis_routes() {
        let routes = [
            ("/", "portal-home"),
            ("/{locale}", "portal-home"),
            ("/{locale}/{service}", "wizard-service"),
            ("/{locale}/applications", "portal-applications"),
            ("/{locale}/{service}/{draft}/family", "wizard-family"),
        ];
        let routes = routes.iter().map(|(path, function)| Route::new(path, function)).collect();
        let upstream = Upstream { emulator: 4566, texts: Texts::of_the_emulator(4566), to: To::Watcher(9000, routes) };
        for (target, expected) in [
            ("/", "/lambda-url/portal-home/"),
            ("/ru/applications", "/lambda-url/portal-applications/ru/applications"),
            ("/ru/first-grade?a=/x", "/lambda-url/wizard-service/ru/first-grade?a=/x"),
            ("/kk/first-grade/1/family", "/lambda-url/wizard-family/kk/first-grade/1/family"),
            ("/no/such/page", "/lambda-url/portal-home/no/such/page"),
        ] {
            assert_eq!(upstream.target(target), expected);
        }
    }

    #[test]
    fn what_is_not_http_is_refused() {
        assert!(forwarded("\u{16}\u{3}\u{1}").is_none());
        assert!(forwarded("GET / HTTP/1.1\r\nno colon").is_none());
    }

    #[test]
    fn the_outbox_is_found_with_a_query_too() {
        let head = Head::parse(b"GET /_outbox?now HTTP/1.1\r\nHost: a");
        assert_eq!(head.map(|head| head.path().to_owned()).as_deref(), Some(outbox::PATH));
    }
}
