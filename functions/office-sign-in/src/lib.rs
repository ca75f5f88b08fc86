//! The office's door: password, the officer's own password instead of the first one, the code of an
//! authenticator, its set-up, signing out.

mod page;

use domain::Locale;
use officers::{Challenge, Next, Pool, PoolConfig, Secret, SetUp, SignInError, Waiting};
use store::Store;
use store::office_sessions::{Asked, OfficeSession, OfficeSignIn};
use store::sessions::SessionToken;
use text::office as t;
use views::FieldError;
use web::office::wanted;
use web::{Address, Cookie, Fields, Method, Reply, Site, Trouble, Visit};

/// Characters of a name or password at most, as the pool has it.
const LONGEST: usize = 128;

/// The function.
#[derive(Clone)]
pub struct Door {
    /// Sessions, steps, the audit
    pub store: Store,
    /// Who knows passwords
    pub pool: Pool,
}

/// Reads the configuration and serves.
///
/// # Errors
/// A missing variable, or the runtime's own.
pub async fn run() -> Result<(), lambda::Error> {
    let aws = lambda::aws().await;
    let store = Store::read(&aws, lambda::required)?;
    store.warm().await;
    let pool = PoolConfig {
        pool: lambda::required("OFFICER_POOL")?,
        client: lambda::required("OFFICER_CLIENT")?,
        keys_url: lambda::optional("OFFICER_KEYS_URL"),
    };
    let door = Door { store, pool: Pool::new(&aws, pool) };
    web::serve(Site::from_env()?, door).await
}

impl web::Function for Door {
    /// Signs in, signs out.
    async fn handle(&self, visit: Visit) -> Result<Reply, Trouble> {
        match (&visit.address, visit.method) {
            (Address::OfficeSignIn(_), Method::Get) => self.show(&visit).await,
            (Address::OfficeSignIn(_), Method::Post) => {
                let form = visit.form()?;
                self.step(&visit, &form).await
            }
            (Address::OfficeSignOut(_), Method::Post) => {
                visit.form()?;
                self.sign_out(&visit).await
            }
            (Address::OfficeSignOut(_), _) => Err(Trouble::Method),
            _ => Err(Trouble::NotFound),
        }
    }
}

impl Door {
    /// The step that is waited for, or the first one.
    async fn show(&self, visit: &Visit) -> Result<Reply, Trouble> {
        let to = wanted(visit.query.text("to"));
        let Some(token) = &visit.office else { return Ok(Reply::page(page::password(visit, to.as_ref(), "", &[]))) };
        let (session, waiting) = futures::try_join!(
            self.store.office_session(token, visit.now),
            self.store.office_sign_in(token, visit.now)
        )?;
        if session.is_some() {
            return Ok(Reply::see_other(&to.unwrap_or(Address::Office(visit.locale))));
        }
        Ok(Reply::page(match waiting {
            Some(waiting) => page::step(visit, &waiting, &[]),
            None => page::password(visit, to.as_ref(), "", &[]),
        }))
    }

    async fn step(&self, visit: &Visit, form: &Fields) -> Result<Reply, Trouble> {
        let asked = form.text("step");
        if asked == "password" {
            return self.begin(visit, form).await;
        }
        let waiting = match &visit.office {
            Some(token) => self.store.office_sign_in(token, visit.now).await?.map(|waiting| (token, waiting)),
            None => None,
        };
        match waiting {
            Some((token, _)) if asked == "again" => {
                self.store.forget_office_sign_in(token).await?;
                Ok(Reply::see_other(&Address::OfficeSignIn(visit.locale)).cookie(Cookie::ClearOffice))
            }
            // Another tab has gone on: its step is shown.
            Some((_, waiting)) if asked != page::name(&waiting.asked) => {
                Ok(Reply::see_other(&Address::OfficeSignIn(visit.locale)))
            }
            Some((token, waiting)) => self.go_on(visit, form, token, waiting).await,
            None if asked == "again" => Ok(Reply::see_other(&Address::OfficeSignIn(visit.locale))),
            None => Ok(too_late(visit, None)),
        }
    }

    async fn begin(&self, visit: &Visit, form: &Fields) -> Result<Reply, Trouble> {
        let l = visit.locale;
        let (username, password) = (form.text("username"), form.text("password"));
        let to = wanted(form.text("to"));
        let mut errors = Vec::new();
        if username.is_empty() {
            errors.push(FieldError::new("username", t::USERNAME_EMPTY.get(l)));
        }
        if password.is_empty() {
            errors.push(FieldError::new("password", t::PASSWORD_EMPTY.get(l)));
        }
        if errors.is_empty() {
            let next = match [username, password].iter().any(|text| text.chars().count() > LONGEST) {
                true => Err(SignInError::Wrong),
                false => self.pool.begin(username, &Secret::new(password), visit.now).await,
            };
            match next {
                Ok(next) => return self.next(visit, next, to).await,
                Err(error) => errors.push(refusal(l, "password", error)?),
            }
        }
        Ok(Reply::invalid(page::password(visit, to.as_ref(), username, &errors)))
    }

    async fn go_on(
        &self,
        visit: &Visit,
        form: &Fields,
        token: &SessionToken,
        kept: OfficeSignIn,
    ) -> Result<Reply, Trouble> {
        let (field, answer) = match page::answer(visit.locale, &kept.asked, form) {
            Ok(answer) => answer,
            Err(errors) => return Ok(Reply::invalid(page::step(visit, &kept, &errors))),
        };
        let to = kept.wanted.as_deref().and_then(wanted);
        let waiting = Waiting {
            username: kept.username.clone(),
            session: Secret::new(&kept.session),
            challenge: match &kept.asked {
                Asked::NewPassword => Challenge::NewPassword,
                Asked::Code => Challenge::Code,
                Asked::SetUp(secret) => Challenge::SetUp(SetUp::new(Secret::new(secret))),
            },
        };
        let next = match &waiting.challenge {
            Challenge::NewPassword => self.pool.change_password(&waiting, &answer, visit.now).await,
            Challenge::Code => self.pool.give_code(&waiting, &answer, visit.now).await,
            Challenge::SetUp(_) => self.pool.set_up(&waiting, &answer, visit.now).await,
        };
        match next {
            Ok(next) => self.next(visit, next, to).await,
            Err(error @ (SignInError::WrongCode | SignInError::PasswordRefused)) => {
                let error = refusal(visit.locale, field, error)?;
                Ok(Reply::invalid(page::step(visit, &kept, &[error])))
            }
            // The pool takes a session that it no longer knows for a wrong name or password.
            Err(SignInError::Expired | SignInError::Wrong) => {
                self.store.forget_office_sign_in(token).await?;
                Ok(too_late(visit, to.as_ref()).cookie(Cookie::ClearOffice))
            }
            Err(error) => {
                let error = refusal(visit.locale, "password", error)?;
                self.store.forget_office_sign_in(token).await?;
                Ok(Reply::invalid(page::password(visit, to.as_ref(), "", &[error])).cookie(Cookie::ClearOffice))
            }
        }
    }

    /// Each step has a token of its own: whoever saw an earlier one has nothing.
    async fn next(&self, visit: &Visit, next: Next, to: Option<Address>) -> Result<Reply, Trouble> {
        let token = SessionToken::random()?;
        let to = match next {
            Next::SignedIn(officer) => {
                self.store.put_office_session(&OfficeSession::new(&token, officer, visit.now)).await?;
                to.unwrap_or(Address::Office(visit.locale))
            }
            Next::Asks(waiting) => {
                self.store.keep_office_sign_in(&token, &keep(&waiting, to.as_ref(), visit)).await?;
                Address::OfficeSignIn(visit.locale)
            }
        };
        if let Some(before) = &visit.office {
            self.store.forget_office_sign_in(before).await?;
        }
        Ok(Reply::see_other(&to).cookie(Cookie::Office(token.as_str().to_owned())))
    }

    async fn sign_out(&self, visit: &Visit) -> Result<Reply, Trouble> {
        if let Some(token) = &visit.office {
            self.store.end_office_session(token).await?;
        }
        Ok(Reply::see_other(&Address::OfficeSignIn(visit.locale)).cookie(Cookie::ClearOffice))
    }
}

fn keep(waiting: &Waiting, to: Option<&Address>, visit: &Visit) -> OfficeSignIn {
    OfficeSignIn {
        username: waiting.username.clone(),
        session: waiting.session.expose().to_owned(),
        asked: match &waiting.challenge {
            Challenge::NewPassword => Asked::NewPassword,
            Challenge::Code => Asked::Code,
            Challenge::SetUp(set_up) => Asked::SetUp(set_up.secret().expose().to_owned()),
        },
        wanted: to.map(Address::to_string),
        begun: visit.now,
    }
}

fn too_late(visit: &Visit, to: Option<&Address>) -> Reply {
    let error = FieldError::new("username", t::TOOK_TOO_LONG.get(visit.locale));
    Reply::invalid(page::password(visit, to, "", &[error]))
}

/// What an officer reads of a refusal, beside the field of that name.
fn refusal(l: Locale, field: &'static str, error: SignInError) -> Result<FieldError, Trouble> {
    let phrase = match error {
        // An account that is switched off looks like none: the pool tells before it checks the password.
        SignInError::Wrong | SignInError::Disabled => t::WRONG,
        SignInError::WrongCode => t::CODE_WRONG,
        SignInError::PasswordRefused => t::NEW_PASSWORD_REFUSED,
        SignInError::TooMany => t::TOO_MANY,
        SignInError::ResetRequired => t::RESET,
        SignInError::Expired => t::TOOK_TOO_LONG,
        SignInError::Token(officers::TokenError::NotAnOfficer(why)) => {
            tracing::warn!(%why, "somebody of the pool is no officer");
            t::NO_ROLE
        }
        SignInError::Token(_) | SignInError::Unavailable(_) => return Err(Trouble::Ours(error.to_string())),
    };
    Ok(FieldError::new(field, phrase.get(l)))
}
