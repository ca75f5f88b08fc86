//! Requests as the gateway hands them to a function.

use domain::directory::Bilingual;
use http::{HeaderName, HeaderValue, Method, header};
use jiff::tz::TimeZone;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt as _};
use web::{City, Contacts, Site};

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Ask(Request);

impl Ask {
    /// A request for an address with its query. An address that is none becomes the home page.
    pub fn new(method: Method, address: &str) -> Self {
        let mut request = Request::default();
        *request.method_mut() = method;
        *request.uri_mut() = address.parse().unwrap_or_default();
        let path = request.uri().path().to_owned();
        Self(request.with_raw_http_path(path))
    }

    /// With a header; what cannot be one is left out.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            self.0.headers_mut().append(name, value);
        }
        self
    }

    /// From an address that the gateway saw.
    pub fn from(self, address: &str) -> Self {
        let mut context = ApiGatewayV2httpRequestContext::default();
        context.http.source_ip = Some(address.to_owned());
        Self(self.0.with_request_context(RequestContext::ApiGatewayV2(context)))
    }

    /// With the session of a device that is not on HTTPS.
    pub fn session(self, token: &str) -> Self {
        self.header(header::COOKIE.as_str(), &format!("session={token}"))
    }

    /// With a form that is urlencoded already.
    pub fn form(self, encoded: String) -> Self {
        self.header(header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded").body(encoded.into_bytes())
    }

    /// With a body.
    pub fn body(mut self, bytes: Vec<u8>) -> Self {
        *self.0.body_mut() = Body::Binary(bytes);
        self
    }

    /// The request.
    pub fn request(self) -> Request {
        self.0
    }
}

/// A portal without HTTPS for a city that does not exist, by the clock of the one that is deployed
/// for tests: a day that is counted there is the same day here.
pub fn site(origin: &str) -> Site {
    let time_zone = jiff::tz::db().get("Asia/Almaty").unwrap_or(TimeZone::UTC);
    Site {
        origin: origin.to_owned(),
        secure_cookies: false,
        demo: true,
        city: City { name: Bilingual::new("Пробный", "Сынақ"), time_zone, contacts: Contacts::default() },
        bucket_origin: None,
        works_until: None,
        origin_secret: None,
    }
}
