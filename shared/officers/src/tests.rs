//! Every step of signing in, with a pool on loopback that answers as Cognito does.

use domain::Timestamp;
use serde_json::{Value, json};
use testkit::{Heard, Stub, reply};

use super::token::tests::{NOW, POOL, school_officer};
use super::*;

fn target(heard: &Heard) -> String {
    let line = heard.head.lines().find(|line| line.to_ascii_lowercase().starts_with("x-amz-target:"));
    line.and_then(|line| line.rsplit('.').next()).unwrap_or_default().trim().to_owned()
}

/// A pool that answers by call and body; what it was asked can be looked at afterwards.
fn pool(answer: impl Fn(&str, &Value) -> (u16, Value) + Send + 'static) -> (Pool, Stub) {
    let stub = Stub::open(move |heard| {
        if heard.head.starts_with("GET") {
            return Some(reply(200, "application/json", &token::tests::key_set().to_string()));
        }
        let body = serde_json::from_str(&heard.body).unwrap_or(Value::Null);
        let (status, answer) = answer(&target(heard), &body);
        Some(reply(status, "application/x-amz-json-1.1", &answer.to_string()))
    })
    .unwrap();
    let endpoint = stub.url.trim_end_matches("/people").to_owned();
    let config = PoolConfig { pool: POOL.to_owned(), client: "client".to_owned(), keys_url: Some(stub.url.clone()) };
    let aws = run(async { testkit::emulator(&endpoint).await });
    (Pool::new(&aws, config), stub)
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn refusal(kind: &str, message: &str) -> (u16, Value) {
    (400, json!({"__type": kind, "message": message}))
}

fn done() -> (u16, Value) {
    (200, json!({"AuthenticationResult": {"IdToken": school_officer().expose(), "ExpiresIn": 300}}))
}

fn asks(challenge: &str, session: &str) -> (u16, Value) {
    (200, json!({"ChallengeName": challenge, "Session": session, "ChallengeParameters": {"USER_ID_FOR_SRP": "srp"}}))
}

#[test]
fn a_new_officer_changes_the_password_sets_up_an_authenticator_and_is_in() {
    let (pool, stub) = pool(|call, body| {
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        match (call, text("/ChallengeName").as_str(), text("/Session").as_str()) {
            ("AdminInitiateAuth", ..) => asks("NEW_PASSWORD_REQUIRED", "1"),
            ("AdminRespondToAuthChallenge", "NEW_PASSWORD_REQUIRED", "1") => asks("MFA_SETUP", "2"),
            ("AssociateSoftwareToken", _, "2") => (200, json!({"SecretCode": "JBSWY3DPEHPK3PXP", "Session": "3"})),
            ("VerifySoftwareToken", _, "3") if text("/UserCode") == "000000" => {
                refusal("EnableSoftwareTokenMFAException", "Code mismatch")
            }
            ("VerifySoftwareToken", _, "3") => (200, json!({"Status": "SUCCESS", "Session": "4"})),
            ("AdminRespondToAuthChallenge", "MFA_SETUP", "4") => done(),
            other => refusal("InvalidParameterException", &format!("{other:?}")),
        }
    });
    let secret = |text: &str| Secret::new(text);
    run(async {
        let Ok(Next::Asks(first)) = pool.begin("typed", &secret("first"), now()).await else { panic!("no first step") };
        assert_eq!((&first.challenge, first.username.as_str()), (&Challenge::NewPassword, "srp"));
        let Ok(Next::Asks(second)) = pool.change_password(&first, &secret("own"), now()).await else {
            panic!("no second step")
        };
        let Challenge::SetUp(set_up) = &second.challenge else { panic!("no set-up") };
        assert_eq!((set_up.secret().expose(), second.session.expose()), ("JBSWY3DPEHPK3PXP", "3"));
        assert!(matches!(pool.set_up(&second, &secret("000000"), now()).await, Err(SignInError::WrongCode)));
        let Ok(Next::SignedIn(officer)) = pool.set_up(&second, &secret("123456"), now()).await else {
            panic!("not let in")
        };
        assert_eq!(officer.school().map(|school| school.as_str()), Some("school-7"));
    });
    let bodies: String = stub.heard().into_iter().map(|heard| heard.body).collect();
    assert!(bodies.contains("ADMIN_USER_PASSWORD_AUTH") && bodies.contains("\"NEW_PASSWORD\":\"own\""));
}

#[test]
fn what_the_pool_refuses_has_a_name_and_repeats_nothing() {
    let all = [
        ("NotAuthorizedException", "Incorrect username or password.", "wrong name or password"),
        ("UserNotFoundException", "User does not exist.", "wrong name or password"),
        ("InvalidParameterException", "1 validation error: failed to satisfy constraint", "wrong name or password"),
        ("NotAuthorizedException", "Password attempts exceeded", "too many tries"),
        ("TooManyRequestsException", "Rate exceeded", "too many tries"),
        ("NotAuthorizedException", "User is disabled.", "the account is switched off"),
        ("PasswordResetRequiredException", "Password reset required", "the password must be reset by an administrator"),
        (
            "InvalidParameterException",
            "flow not enabled",
            "the officers' pool is not available: InvalidParameterException",
        ),
    ];
    for (kind, message, expected) in all {
        let (pool, _) = pool(move |_, _| refusal(kind, message));
        let error = run(pool.begin("somebody", &Secret::new("hidden-word"), now())).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("hidden-word"));
    }
    let waiting = Waiting { username: "u".to_owned(), challenge: Challenge::Code, session: Secret::new("s") };
    for (kind, message, expected) in [
        ("CodeMismatchException", "Invalid code", "wrong code"),
        ("ExpiredCodeException", "Your software token has already been used once.", "wrong code"),
        ("NotAuthorizedException", "Invalid session for the user, session is expired.", "the sign-in took too long"),
        ("InvalidPasswordException", "too short", "the new password does not fit the rules"),
    ] {
        let (pool, _) = pool(move |_, _| refusal(kind, message));
        let error = run(pool.give_code(&waiting, &Secret::new("123456"), now())).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn an_answer_that_the_portal_does_not_know_lets_nobody_in() {
    for (status, answer) in [
        (200, json!({})),
        (200, json!({"Session": "s"})),
        asks("SMS_MFA", "s"),
        (200, json!({"AuthenticationResult": {"AccessToken": "x"}})),
        (200, json!({"AuthenticationResult": {"IdToken": "a.b.c"}})),
    ] {
        let said = answer.to_string();
        let (pool, _) = pool(move |_, _| (status, answer.clone()));
        let next = run(pool.begin("somebody", &Secret::new("word"), now()));
        assert!(matches!(next, Err(SignInError::Unavailable(_) | SignInError::Token(_))), "{said}");
    }
}
