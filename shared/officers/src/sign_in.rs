//! Signing in, step by step, as the pool asks.

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::admin_initiate_auth::AdminInitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::operation::admin_respond_to_auth_challenge::AdminRespondToAuthChallengeOutput;
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, ChallengeNameType, VerifySoftwareTokenResponseType};
use domain::{Officer, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{PoolConfig, Secret, TokenError, Verifier};

/// Why a step of signing in leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No such name, or not its password: the two are not told apart
    #[error("wrong name or password")]
    Wrong,
    /// Not the code that the authenticator shows now
    #[error("wrong code")]
    WrongCode,
    /// A new password that the pool's rules refuse, or one that was used before
    #[error("the new password does not fit the rules")]
    PasswordRefused,
    /// Too many wrong tries: the pool waits before it looks at another
    #[error("too many tries")]
    TooMany,
    /// The account is switched off. The pool says so before it looks at the password, so that telling
    /// it to whoever asks would tell them that there is such an account.
    #[error("the account is switched off")]
    Disabled,
    /// The right password, which an administrator wants replaced
    #[error("the password must be reset by an administrator")]
    ResetRequired,
    /// The pool forgot what was begun: from the beginning
    #[error("the sign-in took too long")]
    Expired,
    /// The pool let them in; the portal does not
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The pool does not answer, or not in a way that the portal knows
    #[error("the officers' pool is not available: {0}")]
    Unavailable(String),
}

/// What the pool asks for next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A password of the officer's own, instead of the one that an administrator gave
    NewPassword,
    /// The code that the officer's authenticator shows
    Code,
    /// An authenticator, which the officer does not have yet
    SetUp(SetUp),
}

/// What an authenticator needs to know to show codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetUp(Secret);

/// What stays as it is in a part of a URI (RFC 3986, "unreserved").
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl SetUp {
    /// With the pool's key, as it was kept between two steps.
    #[must_use]
    pub const fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// The key in base 32, to be typed into an authenticator.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.0
    }

    /// The same as an address that opens an authenticator.
    #[must_use]
    pub fn uri(&self, portal: &str, username: &str) -> Secret {
        let [portal, username] = [portal, username].map(|text| utf8_percent_encode(text, ENCODED).to_string());
        Secret::new(format!("otpauth://totp/{portal}:{username}?secret={}&issuer={portal}", self.0.expose()))
    }
}

/// A sign-in between two steps. Its name of a person and its session print as redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The officer's name in the pool
    pub username: String,
    /// What is asked for
    pub challenge: Challenge,
    /// What the pool knows the sign-in by; it changes with every step
    pub session: Secret,
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Waiting({:?}, redacted)", self.challenge)
    }
}

/// How it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Done: the pool's token was checked and says who it is
    SignedIn(Officer),
    /// One more step
    Asks(Waiting),
}

/// The officers' user pool. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pool {
    client: Client,
    config: PoolConfig,
    verifier: Verifier,
}

/// An answer of the pool, whichever call it came from.
struct Answer {
    challenge: Option<ChallengeNameType>,
    session: Option<String>,
    username: Option<String>,
    token: Option<Secret>,
}

/// What both calls answer has the same fields and no common type.
macro_rules! answers {
    ($($output:ty),+) => {$(
        impl From<$output> for Answer {
            fn from(output: $output) -> Self {
                Self {
                    username: output.challenge_parameters().and_then(|known| known.get("USER_ID_FOR_SRP")).cloned(),
                    token: output.authentication_result().and_then(|result| result.id_token()).map(Secret::new),
                    session: output.session,
                    challenge: output.challenge_name,
                }
            }
        }
    )+};
}
answers!(AdminInitiateAuthOutput, AdminRespondToAuthChallengeOutput);

impl Pool {
    /// The pool of a configuration. Connects to nothing yet.
    #[must_use]
    pub fn new(aws: &aws_config::SdkConfig, config: PoolConfig) -> Self {
        Self { client: Client::new(aws), verifier: Verifier::new(&config), config }
    }

    /// The first step.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn begin(&self, username: &str, password: &Secret, now: Timestamp) -> Result<Next, SignInError> {
        let answer = self
            .client
            .admin_initiate_auth()
            .user_pool_id(&self.config.pool)
            .client_id(&self.config.client)
            .auth_flow(AuthFlowType::AdminUserPasswordAuth)
            .auth_parameters("USERNAME", username)
            .auth_parameters("PASSWORD", password.expose())
            .send()
            .await
            .map_err(|error| match refused(&error) {
                // Nobody has such a name or password.
                SignInError::PasswordRefused => SignInError::Wrong,
                other => other,
            })?;
        self.next(answer.into(), username, now).await
    }

    /// The officer's own password instead of the first one.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn change_password(
        &self,
        waiting: &Waiting,
        password: &Secret,
        now: Timestamp,
    ) -> Result<Next, SignInError> {
        self.respond(waiting, ChallengeNameType::NewPasswordRequired, Some(("NEW_PASSWORD", password)), now).await
    }

    /// The code of the authenticator.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn give_code(&self, waiting: &Waiting, code: &Secret, now: Timestamp) -> Result<Next, SignInError> {
        let given = Some(("SOFTWARE_TOKEN_MFA_CODE", code));
        self.respond(waiting, ChallengeNameType::SoftwareTokenMfa, given, now).await
    }

    /// The first code of a new authenticator. Two waits.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn set_up(&self, waiting: &Waiting, code: &Secret, now: Timestamp) -> Result<Next, SignInError> {
        let verified = self
            .client
            .verify_software_token()
            .session(waiting.session.expose())
            .user_code(code.expose())
            .send()
            .await
            .map_err(|error| refused(&error))?;
        if verified.status() != Some(&VerifySoftwareTokenResponseType::Success) {
            return Err(SignInError::WrongCode);
        }
        let session = verified.session.ok_or_else(|| unknown("VerifySoftwareToken without a session"))?;
        let waiting = Waiting { session: Secret::new(session), ..waiting.clone() };
        self.respond(&waiting, ChallengeNameType::MfaSetup, None, now).await
    }

    async fn respond(
        &self,
        waiting: &Waiting,
        challenge: ChallengeNameType,
        given: Option<(&str, &Secret)>,
        now: Timestamp,
    ) -> Result<Next, SignInError> {
        let mut call = self
            .client
            .admin_respond_to_auth_challenge()
            .user_pool_id(&self.config.pool)
            .client_id(&self.config.client)
            .challenge_name(challenge)
            .session(waiting.session.expose())
            .challenge_responses("USERNAME", &waiting.username);
        if let Some((name, value)) = given {
            call = call.challenge_responses(name, value.expose());
        }
        let answer = call.send().await.map_err(|error| refused(&error))?;
        self.next(answer.into(), &waiting.username, now).await
    }

    async fn next(&self, answer: Answer, username: &str, now: Timestamp) -> Result<Next, SignInError> {
        if let Some(token) = &answer.token {
            return Ok(Next::SignedIn(self.verifier.officer(token, now).await?));
        }
        let session = answer.session.ok_or_else(|| unknown("neither a token nor a session"))?;
        let username = answer.username.unwrap_or_else(|| username.to_owned());
        let (challenge, session) = match answer.challenge {
            Some(ChallengeNameType::NewPasswordRequired) => (Challenge::NewPassword, session),
            Some(ChallengeNameType::SoftwareTokenMfa) => (Challenge::Code, session),
            Some(ChallengeNameType::MfaSetup) => {
                let begun =
                    self.client.associate_software_token().session(session).send().await.map_err(|e| refused(&e))?;
                let secret = begun.secret_code.ok_or_else(|| unknown("AssociateSoftwareToken without a key"))?;
                let session = begun.session.ok_or_else(|| unknown("AssociateSoftwareToken without a session"))?;
                (Challenge::SetUp(SetUp::new(Secret::new(secret))), session)
            }
            Some(other) => return Err(unknown(other.as_str())),
            None => return Err(unknown("no challenge")),
        };
        Ok(Next::Asks(Waiting { username, challenge, session: Secret::new(session) }))
    }
}

fn unknown(what: &str) -> SignInError {
    SignInError::Unavailable(what.to_owned())
}

/// The SDK's own words are not passed on: they may repeat what was sent or answered.
fn refused<E: ProvideErrorMetadata>(error: &SdkError<E>) -> SignInError {
    let message = error.message().unwrap_or_default();
    match error.code() {
        Some("UserNotFoundException") => SignInError::Wrong,
        // Signs that no password of the pool has; a call that it does not allow is another matter.
        Some("InvalidParameterException") if message.contains("constraint") => SignInError::PasswordRefused,
        Some("NotAuthorizedException") => not_authorized(message),
        Some("CodeMismatchException" | "ExpiredCodeException" | "EnableSoftwareTokenMFAException") => {
            SignInError::WrongCode
        }
        Some("InvalidPasswordException" | "PasswordHistoryPolicyViolationException") => SignInError::PasswordRefused,
        Some("TooManyRequestsException" | "LimitExceededException" | "TooManyFailedAttemptsException") => {
            SignInError::TooMany
        }
        Some("UserNotConfirmedException") => SignInError::Disabled,
        Some("PasswordResetRequiredException") => SignInError::ResetRequired,
        Some(code) => SignInError::Unavailable(code.to_owned()),
        None => SignInError::Unavailable(
            match error {
                SdkError::TimeoutError(_) => "no answer in time",
                SdkError::DispatchFailure(_) => "no connection",
                _ => "an answer that cannot be read",
            }
            .to_owned(),
        ),
    }
}

/// One name of an error for four cases: only its words tell them apart.
fn not_authorized(message: &str) -> SignInError {
    let message = message.to_ascii_lowercase();
    if message.contains("attempts exceeded") {
        SignInError::TooMany
    } else if message.contains("disabled") {
        SignInError::Disabled
    } else if message.contains("session") {
        SignInError::Expired
    } else {
        SignInError::Wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cases_of_one_error_are_told_apart_by_the_pools_words() {
        let all = [
            ("Incorrect username or password.", "wrong name or password"),
            ("Password attempts exceeded", "too many tries"),
            ("User is disabled.", "the account is switched off"),
            ("Invalid session for the user, session is expired.", "the sign-in took too long"),
            ("Invalid session for the user.", "the sign-in took too long"),
        ];
        for (words, expected) in all {
            assert_eq!(not_authorized(words).to_string(), expected, "{words}");
        }
    }

    #[test]
    fn the_address_for_an_authenticator_is_escaped_and_prints_as_redacted() {
        let set_up = SetUp::new(Secret::new("JBSWY3DPEHPK3PXP"));
        let uri = set_up.uri("Қала", "a b&c");
        assert_eq!(
            uri.expose(),
            "otpauth://totp/%D2%9A%D0%B0%D0%BB%D0%B0:a%20b%26c?secret=JBSWY3DPEHPK3PXP&issuer=%D2%9A%D0%B0%D0%BB%D0%B0"
        );
        let waiting = Waiting {
            username: "үлгі".to_owned(),
            challenge: Challenge::SetUp(set_up),
            session: Secret::new("session-of-the-pool"),
        };
        let printed = format!("{waiting:?} {uri:?}");
        for secret in ["JBSWY", "үлгі", "session-of"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
}
