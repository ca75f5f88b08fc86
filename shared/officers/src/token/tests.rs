//! Tokens as a pool writes them, and as nobody may. The two keys were made for these tests alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};
use testkit::{Stub, reply};

use super::*;

pub(crate) const POOL: &str = "eu-central-1_Example";
pub(crate) const NOW: &str = "2027-04-01T04:00:00Z";

fn key(name: &str) -> RsaKeyPair {
    let bytes: &[u8] = match name {
        "pool" => include_bytes!("pool.pk8"),
        _ => include_bytes!("stranger.pk8"),
    };
    RsaKeyPair::from_pkcs8(bytes).unwrap()
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(header: &Value, claims: &Value, key: &RsaKeyPair) -> Secret {
    let text = format!("{}.{}", encoded(header), encoded(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    Secret::new(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn header() -> Value {
    json!({"alg": "RS256", "kid": "pool"})
}

/// The claims of a school's officer, some of them changed; null takes one away.
fn claims(changed: Value) -> Value {
    let at = now().as_second();
    let mut claims: BTreeMap<String, Value> = serde_json::from_value(json!({
        "iss": format!("https://cognito-idp.eu-central-1.amazonaws.com/{POOL}"),
        "aud": "client", "token_use": "id", "iat": at, "exp": at + 300, "sub": "0a1b-2c",
        "name": "Үлгі Маман", "cognito:username": "school", "cognito:groups": ["school"], "custom:school": "school-7",
    }))
    .unwrap();
    for (name, value) in serde_json::from_value::<BTreeMap<String, Value>>(changed).unwrap() {
        if value.is_null() {
            claims.remove(&name);
        } else {
            claims.insert(name, value);
        }
    }
    json!(claims)
}

/// A token of the pool for a school's officer.
pub(crate) fn school_officer() -> Secret {
    signed(&header(), &claims(json!({})), &key("pool"))
}

/// What the pool publishes.
pub(crate) fn key_set() -> Value {
    let key = key("pool");
    let public: PublicKeyComponents<Vec<u8>> = key.public().into();
    let (n, e) = (URL_SAFE_NO_PAD.encode(public.n), URL_SAFE_NO_PAD.encode(public.e));
    json!({"keys": [
        {"kid": "curve", "kty": "EC", "crv": "P-256", "x": "", "y": ""},
        {"kid": "pool", "kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": e},
    ]})
}

/// A pool's list of keys, and how often it was asked for.
fn published() -> (Verifier, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let stub = Stub::open(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Some(reply(200, "application/json", &key_set().to_string()))
    });
    let config =
        PoolConfig { pool: POOL.to_owned(), client: "client".to_owned(), keys_url: Some(stub.unwrap().url.clone()) };
    (Verifier::new(&config), asked)
}

fn answer(verifier: &Verifier, token: &Secret, at: Timestamp) -> Result<Officer, TokenError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(verifier.officer(token, at))
}

#[test]
fn a_token_of_the_pool_tells_who_it_is_and_the_keys_are_fetched_once() {
    let (verifier, asked) = published();
    for _ in 0..3 {
        let officer = answer(&verifier, &signed(&header(), &claims(json!({})), &key("pool")), now()).unwrap();
        assert_eq!((officer.id.as_str(), officer.name.as_str()), ("0a1b-2c", "Үлгі Маман"));
        assert_eq!(officer.school().map(|school| school.as_str()), Some("school-7"));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let nameless = signed(&header(), &claims(json!({"name": null})), &key("pool"));
    assert_eq!(answer(&verifier, &nameless, now()).unwrap().name, "school", "without a name the name to sign in with");
}

#[test]
fn a_token_is_believed_only_from_this_pool_for_this_client_and_in_its_time() {
    let (verifier, _) = published();
    let at = now().as_second();
    let all = [
        (json!({"iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Other"}), "somebody else"),
        (json!({"aud": "another"}), "for somebody else"),
        (json!({"token_use": "access"}), "who somebody is"),
        (json!({"exp": at - 31}), "expired"),
        (json!({"nbf": at + 31}), "not valid yet"),
        (json!({"exp": null}), "cannot be read"),
        (json!({"cognito:groups": null}), "no group"),
        (json!({"cognito:groups": []}), "no group"),
        (json!({"cognito:groups": ["eu-central-1_Example_Google"]}), "no group"),
        (json!({"cognito:groups": ["school", "department"]}), "several groups"),
        (json!({"custom:school": null}), "no school"),
        (json!({"custom:school": "a b"}), "cannot be read"),
    ];
    for (changed, expected) in all {
        let refused = answer(&verifier, &signed(&header(), &claims(changed.clone()), &key("pool")), now());
        let words = refused.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(words.contains(expected), "{changed}: {words}");
    }
    for changed in [json!({"exp": at - 29}), json!({"nbf": at + 29})] {
        let token = signed(&header(), &claims(changed.clone()), &key("pool"));
        assert!(answer(&verifier, &token, now()).is_ok(), "clocks differ a little: {changed}");
    }
}

#[test]
fn a_forged_token_is_refused_however_it_is_forged() {
    let (verifier, _) = published();
    let good = signed(&header(), &claims(json!({})), &key("pool"));
    let refused = |token: &Secret| answer(&verifier, token, now()).err().map(|error| error.to_string());
    let expect = |token: &Secret, words: &str| assert_eq!(refused(token).as_deref(), Some(words));

    expect(&signed(&header(), &claims(json!({})), &key("stranger")), "the token's signature is wrong");
    let (text, signature) = good.expose().rsplit_once('.').unwrap();
    let (head, _) = text.split_once('.').unwrap();
    let promoted = encoded(&claims(json!({"cognito:groups": ["administrator"]})));
    expect(&Secret::new(format!("{head}.{promoted}.{signature}")), "the token's signature is wrong");
    expect(&Secret::new(format!("{text}.")), "the token's signature is wrong");
    for alg in ["none", "None", "HS256", "RS512", ""] {
        let header = json!({"alg": alg, "kid": "pool"});
        expect(&signed(&header, &claims(json!({})), &key("pool")), "the token is not signed with RS256");
    }
    expect(
        &Secret::new(format!("{}.{promoted}.", encoded(&json!({"alg": "none", "kid": "pool"})))),
        "the token is not signed with RS256",
    );
    expect(
        &signed(&json!({"alg": "RS256", "kid": "curve"}), &claims(json!({})), &key("pool")),
        "the token's key is not the pool's",
    );
    for token in ["", ".", "..", "a.b", "a.b.c", "e30.e30.e30"] {
        expect(&Secret::new(token), "the token cannot be read");
    }
}

#[test]
fn an_unknown_key_makes_the_list_be_fetched_again_once_a_minute_at_most() {
    let (verifier, asked) = published();
    let strange = signed(&json!({"alg": "RS256", "kid": "new"}), &claims(json!({})), &key("stranger"));
    let after = |seconds: i64| Timestamp::from_second(now().as_second() + seconds).unwrap();
    for (seconds, fetched) in [(0, 1), (1, 1), (59, 1), (60, 2), (61, 2)] {
        assert!(matches!(answer(&verifier, &strange, after(seconds)), Err(TokenError::UnknownKey)));
        assert_eq!(asked.load(Ordering::SeqCst), fetched, "after {seconds} s");
    }
}

#[test]
fn without_the_pools_keys_nobody_is_believed_and_the_next_one_asks_again() {
    let (failing, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (fails, counted) = (Arc::clone(&failing), Arc::clone(&asked));
    let stub = Stub::open(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Some(match fails.fetch_add(1, Ordering::SeqCst) {
            0 => reply(503, "text/plain", "later"),
            1 => reply(200, "application/json", "{}"),
            _ => reply(200, "application/json", &" ".repeat(70_000)),
        })
    });
    let url = stub.unwrap().url;
    let verifier =
        Verifier::new(&PoolConfig { pool: POOL.to_owned(), client: "client".to_owned(), keys_url: Some(url) });
    let good = signed(&header(), &claims(json!({})), &key("pool"));
    for expected in ["cannot be fetched", "cannot be read", "cannot be read"] {
        let refused = answer(&verifier, &good, now());
        assert!(
            matches!(&refused, Err(TokenError::Keys(error)) if error.to_string().contains(expected)),
            "{refused:?}"
        );
    }
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}
