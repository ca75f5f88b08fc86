//! What ends a request early, and the one map from that to a page.

use domain::{Officer, Timestamp};
use http::StatusCode;
use maud::html;
use store::StoreError;
use text::{Phrase, errors, office};
use views::LanguageSwitch;

use crate::address::Address;
use crate::department;
use crate::reply::Reply;
use crate::visit::Visit;

/// Why a request does not get what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// No such page, or not this visitor's: the two are not told apart
    #[error("no such page")]
    NotFound,
    /// The address knows no such method
    #[error("method not allowed")]
    Method,
    /// A form that no page of ours sent in this session
    #[error("forged or outdated form")]
    Forged,
    /// There is no session that may see this: sign in
    #[error("sign-in needed")]
    SignIn,
    /// A sent application on a new device: the child's birth date is asked for at this address
    #[error("birth date needed")]
    BirthDate(Address),
    /// No officer is signed in
    #[error("sign-in to the office needed")]
    OfficeSignIn {
        /// The page to come back to
        wanted: Option<Address>,
    },
    /// An officer wants what is another group's or another school's; the audit knows it
    #[error("not this officer's")]
    OfficeForbidden {
        /// Who
        officer: Box<Officer>,
    },
    /// Past the portal's own address and what protects it
    #[error("past the edge")]
    PastTheEdge,
    /// Another tab or device wrote first
    #[error("changed elsewhere")]
    Conflict,
    /// A form larger than any page of ours sends
    #[error("form too large")]
    FormTooLarge,
    /// A file over the limit of this way of sending
    #[error("file too large")]
    FileTooLarge,
    /// A body that is not the form it claims to be
    #[error("unreadable body")]
    Unreadable,
    /// Too many tries
    #[error("too many tries")]
    TooMany {
        /// When to try again
        until: Timestamp,
    },
    /// Works that were planned
    #[error("planned works")]
    Works {
        /// When the portal is back
        until: Timestamp,
    },
    /// AWS does not answer as it should
    #[error(transparent)]
    Store(StoreError),
    /// Something else on our side
    #[error("{0}")]
    Ours(String),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            other => Self::Store(other),
        }
    }
}

impl Trouble {
    /// The page that says what happened and what to do.
    pub(crate) fn reply(&self, visit: &Visit) -> Reply {
        let (status, title, message) = self.words();
        match self {
            Self::SignIn => return Reply::see_other(&Address::SignIn(visit.locale)),
            Self::BirthDate(address) => return Reply::see_other(address),
            Self::OfficeSignIn { wanted } => {
                return Reply::to(&crate::office::sign_in_path(visit.locale, wanted.as_ref()));
            }
            _ => {}
        }
        let l = visit.locale;
        let message = match self {
            Self::TooMany { until } | Self::Works { until } => {
                let when = visit.site.local(*until);
                message.fill(l, &[("when", &format!("{} {}", text::date(when.date()), text::time(when.time())))])
            }
            Self::PastTheEdge => message.fill(l, &[("origin", &visit.site.origin)]),
            _ => message.get(l).to_owned(),
        };
        let said = html! {
            h1 { (title.get(l)) }
            p { (message) }
            @if self.is_ours() {
                p { (errors::REQUEST_ID.fill(l, &[("id", &visit.request_id)])) }
            }
        };
        let page = if visit.address.is_office() && !matches!(self, Self::PastTheEdge) {
            let officer = match self {
                Self::OfficeForbidden { officer } => Some(&**officer),
                _ => None,
            };
            let body = html! { (said) p { a href=(Address::Office(l)) { (office::TO_OFFICE.get(l)) } } };
            crate::office::page(visit, officer, title.get(l), &[], body)
        } else {
            let other = visit.address.other_language().to_string();
            let shell = visit.shell(title.get(l), LanguageSwitch::Link(&other));
            views::page(
                &shell,
                html! {
                    (said)
                    // While works are under way every page says the same.
                    @if let Self::PastTheEdge = self {
                        p { a href=(format!("{}{}", visit.site.origin, Address::Home(l))) { (errors::TO_HOME.get(l)) } }
                    } @else if !matches!(self, Self::Works { .. }) {
                        p { a href=(Address::Applications(l)) { (errors::TO_APPLICATIONS.get(l)) } }
                        p { a href=(Address::Home(l)) { (errors::TO_HOME.get(l)) } }
                    }
                    @if (status.is_server_error() || status == StatusCode::NOT_FOUND)
                        && let Some(contacts) = department::contacts(l, &visit.site.city.contacts)
                    {
                        h2 { (text::home::CONTACTS.get(l)) }
                        (contacts)
                    }
                },
            )
        };
        let reply = Reply::page(page).status(status);
        match self {
            Self::TooMany { until } | Self::Works { until } => {
                let seconds = until.duration_since(visit.now).as_secs().max(1);
                reply.header(http::header::RETRY_AFTER, &seconds.to_string())
            }
            _ => reply,
        }
    }

    fn words(&self) -> (StatusCode, Phrase, Phrase) {
        use errors as e;
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, e::NOT_FOUND_TITLE, e::NOT_FOUND),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, e::METHOD_TITLE, e::METHOD),
            Self::Forged => (StatusCode::FORBIDDEN, e::FORGED_TITLE, e::FORGED),
            Self::SignIn | Self::BirthDate(_) => (StatusCode::SEE_OTHER, e::EXPIRED_TITLE, e::EXPIRED),
            Self::OfficeSignIn { .. } => (StatusCode::SEE_OTHER, office::SIGN_IN, office::SIGN_IN_INTRO),
            Self::OfficeForbidden { .. } => (StatusCode::FORBIDDEN, office::FORBIDDEN_TITLE, office::FORBIDDEN),
            Self::PastTheEdge => (StatusCode::FORBIDDEN, e::PAST_THE_EDGE_TITLE, e::PAST_THE_EDGE),
            Self::Conflict => (StatusCode::CONFLICT, e::CONFLICT_TITLE, e::CONFLICT),
            Self::FormTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, e::FORM_TOO_LARGE_TITLE, e::FORM_TOO_LARGE),
            Self::FileTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, e::TOO_LARGE_TITLE, e::TOO_LARGE),
            Self::Unreadable => (StatusCode::UNPROCESSABLE_ENTITY, e::INVALID_TITLE, e::INVALID),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, e::TOO_MANY_TITLE, e::TOO_MANY),
            Self::Works { .. } => (StatusCode::SERVICE_UNAVAILABLE, e::WORKS_TITLE, e::WORKS),
            Self::Store(StoreError::Throttled) => {
                (StatusCode::SERVICE_UNAVAILABLE, e::UNAVAILABLE_TITLE, e::UNAVAILABLE)
            }
            Self::Store(StoreError::Conflict | StoreError::Corrupt { .. } | StoreError::Unavailable(_))
            | Self::Ours(_) => (StatusCode::INTERNAL_SERVER_ERROR, e::SERVER_TITLE, e::SERVER),
        }
    }

    /// Whether it is ours to mend: logged as an error, once, at the boundary.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Ours(_))
    }
}
