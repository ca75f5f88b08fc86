//! "My applications": sign in by phone and code from any device; drafts and sent applications;
//! end sessions.

mod page;

use domain::Phone;
use domain::fields::{Channel, SWITCHED};
use lambda::metrics::{self, Metric};
use store::Store;
use store::codes::{Code, CodeCheck, CodeState, Recipient, SignInAsked};
use store::directory::Directory;
use store::sessions::{Session, SessionToken};
use text::contacts as t;
use views::FieldError;
use web::contacts::{missing, recipient};
use web::step::Act;
use web::{Address, Cookie, Fields, Method, Reply, Trouble, Visit};

/// The function.
#[derive(Clone)]
pub struct Applications {
    /// Sessions, codes, drafts, applications
    pub store: Store,
    /// Schools
    pub directory: Directory,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    web::start(|store| Applications { directory: Directory::new(store.clone()), store }).await
}

impl web::Function for Applications {
    /// Lists, signs in, signs out.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        let session = match (&visit.session, &visit.address, visit.method) {
            // The sign-in page needs no more than the token.
            (_, Address::SignIn(_), Method::Get) | (None, ..) => None,
            (Some(token), ..) => self.store.session(token, visit.now).await?,
        };
        match (&visit.address, visit.method) {
            (Address::Applications(_), Method::Get) => match session {
                // An anonymous session may hold a draft that has no phone yet.
                Some(session) => self.list(&visit, &session).await,
                None => Ok(Reply::see_other(&Address::SignIn(visit.locale))),
            },
            (Address::Applications(_), Method::Post) => {
                let form = visit.form()?;
                match (form.text("act"), &session) {
                    (act @ (page::SMS_STOP | page::SMS_START), Some(Session { phone: Some(owner), .. })) => {
                        self.store.stop_sms(owner, act == page::SMS_STOP, visit.now).await?;
                        Ok(Reply::see_other_at(&visit.address, page::SMS))
                    }
                    (page::SMS_STOP | page::SMS_START, _) => Err(Trouble::SignIn),
                    (act, _) => self.sign_out(&visit, session, act).await,
                }
            }
            (Address::SignIn(_), Method::Get) => self.show_sign_in(&visit).await,
            (Address::SignIn(_), Method::Post) => {
                let form = visit.form()?;
                self.sign_in(&visit, session, &form).await
            }
            _ => Err(Trouble::NotFound),
        }
    }
}

impl Applications {
    /// The list. Two waits after the session, three where something is waited for.
    async fn list(&self, visit: &Visit, session: &Session) -> Result<Reply, Trouble> {
        let owner = session.owner();
        let stopped = async {
            match &session.phone {
                Some(owner) => self.store.sms_stopped(owner).await.map(Some),
                None => Ok(None),
            }
        };
        let listed = async {
            let listed = self.store.list_of(&owner).await?;
            let queues = listed.applications.iter().map(|application| web::queue::of(&self.store, application));
            let queues = futures::future::try_join_all(queues).await?;
            Ok((listed, queues))
        };
        let ((listed, queues), campaigns, schools, sms_stopped) =
            futures::try_join!(listed, self.store.campaigns(), self.directory.schools(), stopped)?;
        if session.phone.is_none() && listed.drafts.is_empty() {
            return Ok(Reply::see_other(&Address::SignIn(visit.locale)));
        }
        let facts =
            page::Facts { listed: &listed, campaigns: &campaigns, schools: &schools, queues: &queues, sms_stopped };
        Ok(Reply::page(page::list(visit, session, &facts)))
    }

    async fn show_sign_in(&self, visit: &Visit) -> Result<Reply, Trouble> {
        let asked = match &visit.session {
            Some(token) => self.store.sign_in_asked(&token.hash(), visit.now).await?,
            None => None,
        };
        let mut shown = Fields::default();
        let errors = asked.map_or_else(Vec::new, |asked| {
            shown.set("phone", asked.typed);
            page::asked_errors(visit, &shown, &asked.outcome)
        });
        Ok(Reply::page(self.sign_in_page(visit, &shown, &errors).await?))
    }

    async fn sign_in(&self, visit: &Visit, session: Option<Session>, form: &Fields) -> Result<Reply, Trouble> {
        let l = visit.locale;
        let Some(token) = &visit.session else { return Ok(Reply::see_other(&Address::SignIn(l))) };
        if Act::of(form) == Act::Language {
            let asked = SignInAsked { outcome: SWITCHED.to_owned(), ..SignInAsked::new(form.text("phone")) };
            self.store.keep_sign_in(&token.hash(), &asked, visit.now).await?;
            return Ok(Reply::see_other(&visit.address.other_language()));
        }
        let error = match recipient(form, Channel::Main) {
            Err(phrase) => FieldError::new("phone", phrase.get(l)),
            Ok(None) => FieldError::new("phone", missing(Channel::Main).get(l)),
            Ok(Some(Recipient::Email(_))) => return Err(Trouble::Unreadable),
            Ok(Some(Recipient::Phone(phone))) => match Code::parse(form.text("code")) {
                None if form.text("code").is_empty() => FieldError::new("code", t::CODE_EMPTY.get(l)),
                None => FieldError::new("code", t::CODE_FORM.get(l)),
                Some(code) => match self
                    .store
                    .check_code(&token.hash(), &Recipient::Phone(phone.clone()), &code, visit.now)
                    .await?
                {
                    CodeCheck::Right { .. } => {
                        metrics::count(Metric::CodesConfirmed, 1);
                        return self.signed_in(visit, session, &phone).await;
                    }
                    CodeCheck::Wrong { left } if left > 0 => {
                        FieldError::new("code", t::CODE_WRONG.fill(l, &[("left", &left.to_string())]))
                    }
                    CodeCheck::Wrong { .. } | CodeCheck::Gone => FieldError::new("code", t::CODE_GONE.get(l)),
                },
            },
        };
        Ok(Reply::invalid(self.sign_in_page(visit, form, &[error]).await?))
    }

    /// The session gets its phone; one that ended meanwhile is replaced by a new one.
    async fn signed_in(&self, visit: &Visit, session: Option<Session>, phone: &Phone) -> Result<Reply, Trouble> {
        let reply = Reply::see_other(&Address::Applications(visit.locale));
        let (mut session, new) = match session {
            Some(session) => (session, None),
            None => {
                let token = SessionToken::random()?;
                (Session::anonymous(&token, visit.now), Some(token))
            }
        };
        session.phone = Some(self.store.owner_of(phone));
        self.store.put_session(&session).await?;
        Ok(match new {
            Some(token) => reply.cookie(Cookie::Session(token.as_str().to_owned())),
            None => reply,
        })
    }

    async fn sign_in_page(
        &self,
        visit: &Visit,
        shown: &Fields,
        errors: &[FieldError],
    ) -> Result<views::Markup, Trouble> {
        let asked = match (&visit.session, recipient(shown, Channel::Main)) {
            (Some(token), Ok(Some(to))) => {
                let states = self.store.code_states(&token.hash(), &[to], visit.now).await?;
                states.into_iter().next().unwrap_or_default()
            }
            _ => CodeState::default(),
        };
        Ok(page::sign_in(visit, shown, asked, errors))
    }

    async fn sign_out(&self, visit: &Visit, session: Option<Session>, act: &str) -> Result<Reply, Trouble> {
        if let (Some(token), Some(session)) = (&visit.session, session) {
            match (&session.phone, act) {
                (Some(owner), "sign-out-all") => self.store.end_sessions_of(owner, token).await?,
                _ => self.store.end_session(token).await?,
            }
        }
        Ok(Reply::see_other(&Address::Home(visit.locale)).cookie(Cookie::Clear))
    }
}
