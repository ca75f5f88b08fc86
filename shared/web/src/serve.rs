//! From the Lambda event to a visit, and from a reply to the response.

use std::future::Future;
use std::io::Write as _;
use std::sync::Arc;

use domain::{Locale, Timestamp};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _, Response, service_fn};
use store::Store;
use store::directory::Directory;
use store::sessions::SessionToken;

use crate::address::Address;
use crate::etag;
use crate::fields::Fields;
use crate::network::network;
use crate::reply::{Cookie, Reply};
use crate::site::Site;
use crate::trouble::Trouble;
use crate::visit::{Method, Visit};

/// Smaller bodies grow when compressed.
const WORTH_COMPRESSING: usize = 600;
/// How long a device stays signed in.
const SESSION_SECONDS: i64 = 30 * 24 * 60 * 60;

/// A function that answers visits.
pub trait Function: Sync {
    /// Answers one.
    ///
    /// # Errors
    /// [`Trouble`], shown as a page.
    fn handle(&self, visit: Visit) -> impl Future<Output = Result<Reply, Trouble>> + Send;
}

/// Starts a function that needs no more than the tables: reads the configuration, opens the
/// connection while the CPU is not throttled, serves.
///
/// # Errors
/// A missing or unusable variable, or the runtime's own.
pub async fn start<F: Function>(function: impl FnOnce(Store) -> F) -> Result<(), lambda::Error> {
    let store = Store::read(&lambda::aws().await, lambda::required)?;
    store.warm().await;
    serve(Site::from_env()?, function(store)).await
}

/// The same for a function that also needs the city's lists: reads them and builds the index of the streets
/// while the CPU is not throttled.
///
/// # Errors
/// As [`start`].
pub async fn start_with_lists<F: Function>(function: impl FnOnce(Store, Directory) -> F) -> Result<(), lambda::Error> {
    let store = Store::read(&lambda::aws().await, lambda::required)?;
    let directory = Directory::new(store.clone());
    if let (Err(error), _) | (_, Err(error)) = futures::join!(directory.streets(), directory.schools()) {
        tracing::warn!(%error, "the directory could not be read at start-up");
    }
    serve(Site::from_env()?, function(store, directory)).await
}

/// Serves a function until the runtime ends.
///
/// # Errors
/// The runtime's own.
pub async fn serve(site: Site, function: impl Function) -> Result<(), lambda::Error> {
    let site = Arc::new(site);
    let (handle, site) = (&|visit| function.handle(visit), &site);
    lambda_http::run(service_fn(move |request: Request| async move {
        Ok::<_, lambda::Error>(answer(request, site, Timestamp::now(), handle).await)
    }))
    .await
}

/// One request through a function's handler, at a given time.
pub async fn answer<F, Fut>(request: Request, site: &Arc<Site>, now: Timestamp, handle: &F) -> Response<Body>
where
    F: Fn(Visit) -> Fut,
    Fut: Future<Output = Result<Reply, Trouble>>,
{
    match read(request, Arc::clone(site), now) {
        Ok(visit) => {
            if let Some(reply) = works(&visit) {
                return respond(&visit, reply);
            }
            let handled = store::trace::within(&visit.request_id, handle(visit.clone())).await;
            let reply = handled.unwrap_or_else(|trouble| {
                if trouble.is_ours() {
                    tracing::error!(request_id = %visit.request_id, error = %trouble, "request failed");
                }
                trouble.reply(&visit)
            });
            respond(&visit, reply)
        }
        Err((visit, trouble)) => respond(&visit, trouble.reply(&visit)),
    }
}

fn read(request: Request, site: Arc<Site>, now: Timestamp) -> Result<Visit, (Box<Visit>, Trouble)> {
    let request_id = request.lambda_context_ref().map(|context| context.request_id.clone()).unwrap_or_default();
    let path = request.raw_http_path().to_owned();
    let seen = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.http.source_ip.clone(),
        _ => None,
    };
    let (parts, body) = request.into_parts();
    let address = Address::parse(&path);
    let named = || Locale::parse(path.split('/').nth(1)?);
    let locale = address.as_ref().and_then(Address::locale).or_else(named).unwrap_or_else(|| wished(&parts.headers));
    let method = match parts.method {
        http::Method::GET | http::Method::HEAD => Some(Method::Get),
        http::Method::POST => Some(Method::Post),
        _ => None,
    };
    // What is the same for everybody is not shown by anybody's session.
    let mine = !address.as_ref().is_some_and(Address::is_public);
    // None where no edge is in front.
    let passed_edge = site.origin_secret.as_ref().map(|secret| secret.is_shown(&parts.headers));
    let query = Fields::decode(parts.uri.query().unwrap_or_default().as_bytes());
    let visit = Visit {
        method: method.unwrap_or(Method::Get),
        address: address.clone().unwrap_or(Address::Home(locale)),
        locale,
        network: network(&parts.headers, passed_edge == Some(true), seen.as_deref()),
        session: mine.then(|| session(&parts.headers, parents(site.secure_cookies))).flatten(),
        office: mine.then(|| session(&parts.headers, officers(site.secure_cookies))).flatten(),
        now,
        request_id,
        site,
        headers: parts.headers,
        body: match body {
            Body::Text(text) => text.into_bytes(),
            Body::Binary(bytes) => bytes,
            _ => Vec::new(),
        },
        query: query.clone().unwrap_or_default(),
    };
    if passed_edge == Some(false) {
        return Err((Box::new(visit), Trouble::PastTheEdge));
    }
    if address.is_none() {
        return Err((Box::new(visit), Trouble::NotFound));
    }
    if method.is_none() {
        return Err((Box::new(visit), Trouble::Method));
    }
    if query.is_err() {
        return Err((Box::new(visit), Trouble::FormTooLarge));
    }
    Ok(visit)
}

/// The language that the browser asks for first; Kazakh is the state language where it asks for neither.
fn wished(headers: &HeaderMap) -> Locale {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').filter_map(|part| Locale::parse(part.trim().get(..2)?)).next().unwrap_or(Locale::Kk)
}

/// The parents' cookie. The prefix makes browsers refuse it from any other host or without HTTPS.
fn parents(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// The officers' cookie.
fn officers(secure: bool) -> &'static str {
    if secure { "__Host-office" } else { "office" }
}

fn session(headers: &HeaderMap, name: &str) -> Option<SessionToken> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(cookie::Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| SessionToken::parse(cookie.value()))
}

/// While works are planned, every page says until when; what a page is made of is still delivered.
fn works(visit: &Visit) -> Option<Reply> {
    let until = visit.site.works_until.filter(|until| visit.now < *until)?;
    (!matches!(visit.address, Address::Asset(_))).then(|| Trouble::Works { until }.reply(visit))
}

fn respond(visit: &Visit, reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    security(headers, visit, reply.bucket);
    if let Some(kind) = reply.content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    for (name, value) in reply.headers {
        headers.insert(name, value);
    }
    let mut body = reply.body;
    if let Some(kept) = reply.kept.filter(|_| visit.address.is_public() && reply.status.is_success()) {
        let tag = etag::of(&body);
        let known = visit.header("if-none-match").is_some_and(|known| etag::matches(known, &tag));
        for (name, value) in [(header::CACHE_CONTROL, kept.header()), (header::ETAG, tag)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        if known {
            body.clear();
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
    }
    let headers = response.headers_mut();
    if let Some(cookie) = &reply.cookie
        && !visit.address.is_public()
        && let Ok(value) = HeaderValue::from_str(&set_cookie(cookie, visit.site.secure_cookies))
    {
        headers.insert(header::SET_COOKIE, value);
    }
    let accepts_gzip = visit.header("accept-encoding").is_some_and(|accepted| accepted.contains("gzip"));
    let compressible = !headers.contains_key(header::CONTENT_ENCODING)
        && reply
            .content_type
            .is_some_and(|kind| kind.starts_with("text/") || kind.contains("json") || kind.contains("svg"));
    if compressible {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    let body = if accepts_gzip && compressible && body.len() >= WORTH_COMPRESSING {
        match gzip(&body) {
            Ok(smaller) => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                smaller
            }
            Err(_) => body,
        }
    } else {
        body
    };
    *response.body_mut() = match body.is_empty() {
        true => Body::Empty,
        false => Body::Binary(body),
    };
    response
}

fn security(headers: &mut HeaderMap, visit: &Visit, bucket: bool) {
    let bucket = visit.site.bucket_origin.as_deref().filter(|_| bucket).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: {bucket}; connect-src 'self' {bucket}; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if visit.site.secure_cookies {
        headers
            .insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
}

fn set_cookie(cookie: &Cookie, secure: bool) -> String {
    let attribute = if secure { "; Secure" } else { "" };
    let (name, value, rules) = match cookie {
        Cookie::Session(token) => (parents(secure), token.as_str(), format!("SameSite=Lax; Max-Age={SESSION_SECONDS}")),
        Cookie::Clear => (parents(secure), "", "SameSite=Lax; Max-Age=0".to_owned()),
        // No age: it ends with the browser, if the session does not end before. A link from elsewhere
        // does not bring it along.
        Cookie::Office(token) => (officers(secure), token.as_str(), "SameSite=Strict".to_owned()),
        Cookie::ClearOffice => (officers(secure), "", "SameSite=Strict; Max-Age=0".to_owned()),
    };
    format!("{name}={value}; Path=/; HttpOnly; {rules}{attribute}")
}

fn gzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::new(6));
    encoder.write_all(body)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_wish_chooses_the_language_and_kazakh_is_the_default() {
        for (accept, expected) in [
            ("ru-RU,ru;q=0.9,kk;q=0.8", Locale::Ru),
            ("kk", Locale::Kk),
            ("en-US,ru;q=0.5", Locale::Ru),
            ("en", Locale::Kk),
            ("", Locale::Kk),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_str(accept).unwrap());
            assert_eq!(wished(&headers), expected, "{accept}");
        }
    }

    #[test]
    fn the_session_cookie_is_never_readable_by_scripts() {
        let local = set_cookie(&Cookie::Session("ab".to_owned()), false);
        assert!(local.starts_with("session=ab; ") && local.contains("HttpOnly") && local.contains("SameSite=Lax"));
        let public = set_cookie(&Cookie::Clear, true);
        assert!(
            public.starts_with("__Host-session=; ") && public.ends_with("; Secure") && public.contains("Max-Age=0")
        );
        let office = set_cookie(&Cookie::Office("cd".to_owned()), true);
        assert_eq!(office, "__Host-office=cd; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert!(
            set_cookie(&Cookie::ClearOffice, false)
                .starts_with("office=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
        );
    }

    #[test]
    fn an_officers_cookie_is_not_a_parents() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(&format!("session={}", "ab".repeat(32))).unwrap());
        assert!(session(&headers, parents(false)).is_some());
        assert!(session(&headers, officers(false)).is_none());
        headers.insert(header::COOKIE, HeaderValue::from_str(&format!("office={}", "ab".repeat(32))).unwrap());
        assert!(session(&headers, parents(false)).is_none());
        assert!(session(&headers, officers(false)).is_some());
    }
}
