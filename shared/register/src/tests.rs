//! The client against servers on loopback.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Instant;

use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use testkit::{Heard, Stub, reply};

use super::*;

const PARENT: &str = "991231500006";
const CHILD: &str = "991231500016";
const TOKEN: &str = "gateway-pass-7f3a";
const JSON: &str = "application/json; charset=utf-8";
/// Of `localhost`, signed by itself, from 2020 to 2120. Its key is no secret: nobody trusts it.
const CERTIFICATE: &[u8] = include_bytes!("tests/localhost.der");
const KEY: &[u8] = include_bytes!("tests/localhost.key.der");
/// Long enough for whatever answers at all.
const LONG: Patience = Patience { connect: Duration::from_secs(10), attempt: Duration::from_secs(30) };
const SHORT: Patience = Patience { connect: Duration::from_millis(500), attempt: Duration::from_millis(500) };

fn person(iin: &str, born: &str) -> Value {
    json!({"iin": iin, "surname": "Образцова", "name": "Образец", "birth_date": born, "sex": "female", "phones": ["+77000000001"]})
}

fn answer() -> String {
    json!({
        "parent": person(PARENT, "1990-02-03"),
        "child": person(CHILD, "2019-05-06"),
        "link": {"parent": PARENT, "child": CHILD, "kinship": "parent"},
    })
    .to_string()
}

fn gateway(url: &str, patience: Patience) -> Gateway {
    let tls = tls().unwrap().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    Gateway::with(url, TOKEN, patience, tls).unwrap()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// Asks for the two people. What a failure says holds nothing of the question or the answer.
fn ask(gateway: &Gateway) -> Result<RegisterRecords, Fault> {
    let (parent, child) = (Iin::parse(PARENT).unwrap(), Iin::parse(CHILD).unwrap());
    block_on(gateway.records(&parent, Some(&child))).map_err(|down| {
        let said = format!("{down} {down:?} {} {gateway:?}", down.0);
        for secret in ["99123", "Образц", TOKEN, "7700", "1990"] {
            assert!(!said.contains(secret), "{said}");
        }
        *down.0.downcast::<Fault>().unwrap()
    })
}

/// A server that gives the same bytes to everybody.
fn always(bytes: Vec<u8>) -> Stub {
    Stub::open(move |_| Some(bytes.clone())).unwrap()
}

/// A server that gives these bytes, one after the other, and the last ones for ever.
fn in_turn(mut answers: Vec<Vec<u8>>) -> Stub {
    Stub::open(move |_| Some(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() })).unwrap()
}

/// How often a server was asked, once it has noticed as many requests as expected.
fn asked(stub: &Stub, expected: usize) -> usize {
    let begun = Instant::now();
    while stub.heard().len() < expected && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    stub.heard().len()
}

#[test]
fn the_right_answer_is_understood_and_no_iin_is_in_the_address() {
    let stub = always(reply(200, JSON, &answer()));
    let records = ask(&gateway(&stub.url, LONG)).unwrap();
    assert!(records.parent.is_some() && records.child.is_some() && records.link.is_some());

    let heard = stub.heard();
    let [Heard { head, body }] = heard.as_slice() else { panic!("asked {} times", heard.len()) };
    assert!(head.starts_with("POST /people HTTP/1.1\r\n"), "{head}");
    assert!(!head.contains("99123"), "{head}");
    let head = head.to_lowercase();
    for header in [format!("authorization: bearer {TOKEN}"), "content-type: application/json".to_owned()] {
        assert!(head.contains(&format!("{header}\r\n")), "{head}");
    }
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), json!({"parent": PARENT, "child": CHILD}));
}

#[test]
fn a_parent_alone_is_asked_for_without_a_child() {
    let only = json!({"parent": person(PARENT, "1990-02-03"), "child": null, "link": null}).to_string();
    let stub = always(reply(200, JSON, &only));
    let records = block_on(gateway(&stub.url, LONG).records(&Iin::parse(PARENT).unwrap(), None)).unwrap();
    assert!(records.parent.is_some() && records.child.is_none());
    let question: Value = serde_json::from_str(&stub.heard()[0].body).unwrap();
    assert_eq!(question, json!({"parent": PARENT, "child": null}));
}

#[test]
fn what_may_pass_is_tried_once_more() {
    let right = reply(200, JSON, &answer());
    let cut = right[..right.len() - 20].to_vec();
    for first in [reply(500, "text/html", "Образцова"), reply(503, JSON, ""), reply(429, JSON, ""), Vec::new(), cut]
    {
        let stub = in_turn(vec![first.clone(), right.clone()]);
        let found = ask(&gateway(&stub.url, LONG));
        assert!(found.is_ok(), "{:?} after {:?}", found.err(), String::from_utf8_lossy(&first).lines().next());
        assert_eq!(stub.heard().len(), 2);
    }
    // The second attempt asks the same.
    let stub = in_turn(vec![reply(500, JSON, ""), right]);
    assert!(ask(&gateway(&stub.url, LONG)).is_ok());
    let heard = stub.heard();
    assert_eq!((&heard[0].head, &heard[0].body), (&heard[1].head, &heard[1].body));
}

#[test]
fn what_does_not_pass_after_the_second_attempt_is_given_up() {
    let right = reply(200, JSON, &answer());
    let stub = in_turn(vec![reply(500, JSON, ""), reply(502, JSON, ""), right.clone()]);
    assert!(matches!(ask(&gateway(&stub.url, LONG)), Err(Fault::Status(502))));
    assert_eq!(stub.heard().len(), 2);
    let stub = in_turn(vec![Vec::new(), Vec::new(), right]);
    assert!(matches!(ask(&gateway(&stub.url, LONG)), Err(Fault::Broken(_))));
    assert_eq!(stub.heard().len(), 2);
}

#[test]
fn a_slow_gateway_is_not_waited_for() {
    let silent = Stub::open(|_| None).unwrap();
    assert!(matches!(ask(&gateway(&silent.url, SHORT)), Err(Fault::Slow)));
    assert_eq!(asked(&silent, 2), 2);

    // Slow only once it has begun: the whole answer counts, not its first byte.
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for mut connection in listener.incoming().flatten() {
            // An answer to a question that was not asked yet would be no HTTP.
            if connection.read(&mut [0; 4_096]).is_ok_and(|length| length > 0) {
                let begun = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{";
                connection.write_all(begun).ok();
            }
            open.push(connection);
        }
    });
    assert!(matches!(ask(&gateway(&url, SHORT)), Err(Fault::Slow)));
}

#[test]
fn nobody_there_is_a_failed_connection() {
    let fault = ask(&gateway(&Stub::nobody().unwrap(), LONG)).unwrap_err();
    assert!(matches!(fault, Fault::Broken(io::ErrorKind::ConnectionRefused)), "{fault}");
}

#[test]
fn a_refusal_a_redirect_or_another_kind_of_answer_is_asked_for_once_only() {
    let elsewhere = always(reply(200, JSON, &answer()));
    let redirect = |status: u16| {
        let url = &elsewhere.url;
        format!("HTTP/1.1 {status} \r\nlocation: {url}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_bytes()
    };
    for (status, bytes) in [
        (400, reply(400, JSON, &answer())),
        (401, reply(401, JSON, "{}")),
        (404, reply(404, JSON, "{}")),
        (204, reply(204, JSON, "")),
        (302, redirect(302)),
        (307, redirect(307)),
        (308, redirect(308)),
    ] {
        let stub = always(bytes);
        let fault = ask(&gateway(&stub.url, LONG)).unwrap_err();
        assert!(matches!(fault, Fault::Status(found) if found == status), "{status}: {fault}");
        assert_eq!(stub.heard().len(), 1, "{status}");
    }
    assert!(elsewhere.heard().is_empty(), "a redirect was followed");

    for kind in ["text/html", "application/problem+json", "text/plain; application/json", ""] {
        let stub = always(reply(200, kind, &answer()));
        let fault = ask(&gateway(&stub.url, LONG)).unwrap_err();
        assert!(matches!(fault, Fault::ContentType), "{kind}: {fault}");
        assert_eq!(stub.heard().len(), 1, "{kind}");
    }
}

#[test]
fn garbage_is_no_answer() {
    let stub = always(b"SSH-2.0-OpenSSH_9.2 991231500006\r\n\r\n".to_vec());
    let fault = ask(&gateway(&stub.url, LONG)).unwrap_err();
    assert!(matches!(fault, Fault::NotHttp), "{fault}");
    assert_eq!(stub.heard().len(), 1);

    for body in
        ["<html>Образцова</html>", "", "{}", r#"{"parent": {"iin": "991231500006"}, "child": null, "link": null}"#]
    {
        let stub = always(reply(200, JSON, body));
        let fault = ask(&gateway(&stub.url, LONG)).unwrap_err();
        assert!(matches!(fault, Fault::Shape { .. }), "{body}: {fault}");
        assert_eq!(stub.heard().len(), 1, "{body}");
    }
}

#[test]
fn another_persons_data_are_no_answer() {
    let stub = always(reply(200, JSON, &answer().replace(PARENT, "991231500026")));
    let fault = ask(&gateway(&stub.url, LONG)).unwrap_err();
    assert!(matches!(fault, Fault::SomebodyElse), "{fault}");
}

#[test]
fn somebody_born_tomorrow_or_later_is_no_answer() {
    let stub = always(reply(200, JSON, &answer().replace("2019-05-06", "2098-05-06")));
    let fault = ask(&gateway(&stub.url, LONG)).unwrap_err();
    assert!(matches!(fault, Fault::Implausible(_)), "{fault}");
}

#[test]
fn a_huge_answer_is_not_read_to_its_end() {
    let padded = |length: usize| {
        let answer = answer();
        format!("{}{answer}", " ".repeat(length - answer.len()))
    };
    let stub = always(reply(200, JSON, &padded(LARGEST)));
    assert!(ask(&gateway(&stub.url, LONG)).is_ok());

    let told = reply(200, JSON, &padded(LARGEST + 1));
    let (head, endless) =
        ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n", padded(LARGEST * 64));
    let untold = [head, &endless].concat().into_bytes();
    for bytes in [told, untold] {
        let stub = always(bytes);
        let fault = ask(&gateway(&stub.url, LONG)).unwrap_err();
        assert!(matches!(fault, Fault::TooLarge), "{fault}");
        assert_eq!(stub.heard().len(), 1);
    }
}

#[test]
fn the_certificate_must_be_of_a_trusted_authority_and_of_the_name_asked_for() {
    let key = PrivateKeyDer::try_from(KEY).unwrap();
    let certificate = CertificateDer::from(CERTIFICATE);
    let server = rustls::ServerConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let server = Arc::new(server);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let tls = rustls::ServerConnection::new(Arc::clone(&server)).unwrap();
            let mut stream = rustls::StreamOwned::new(tls, connection);
            let mut question = [0; 4_096];
            // Those who distrust the certificate hang up before they ask.
            if stream.read(&mut question).is_ok_and(|length| length > 0) {
                stream.write_all(&reply(200, JSON, &answer())).ok();
                stream.conn.send_close_notify();
                stream.flush().ok();
            }
        }
    });

    let at = |host: &str, roots: RootCertStore| {
        let tls = tls().unwrap().with_root_certificates(roots).with_no_client_auth();
        Gateway::with(&format!("https://{host}:{port}/people"), TOKEN, LONG, tls).unwrap()
    };
    let mut trusting = RootCertStore::empty();
    trusting.add(certificate).unwrap();
    assert!(ask(&at("localhost", trusting.clone())).is_ok());
    let fault = ask(&at("127.0.0.1", trusting)).unwrap_err();
    assert!(matches!(fault, Fault::Unsafe(_)), "another name: {fault}");
    let fault = ask(&at("localhost", RootCertStore::empty())).unwrap_err();
    assert!(matches!(fault, Fault::Unsafe(_)), "nobody trusted: {fault}");
    let usual = Gateway::new(&format!("https://localhost:{port}/"), TOKEN).unwrap();
    let fault = ask(&usual).unwrap_err();
    assert!(matches!(fault, Fault::Unsafe(_)), "this machine's authorities: {fault}");
}

#[test]
fn only_a_safe_address_and_a_whole_token_are_accepted() {
    for url in [
        "https://register.example.kz/people",
        " https://10.0.0.1:8443/v1?of=city\n",
        "http://[::1]:80/",
        "http://localhost:1/",
    ] {
        assert!(Gateway::new(url, TOKEN).is_ok(), "{url}");
    }
    for url in [
        "",
        "register.example.kz",
        "/people",
        "http://register.example.kz/people",
        "http://localhost.example.kz/",
        "http://127.0.0.1.example.kz/",
        "ftp://localhost/",
        "https://user:word@register.example.kz/",
        "https://",
    ] {
        assert!(matches!(Gateway::new(url, TOKEN), Err(BadGateway::Url)), "{url}");
    }
    let at = "https://register.example.kz/";
    assert!(Gateway::new(at, " word\n").is_ok(), "a secret kept with its line's end");
    for token in ["", "  ", "two words", "строка", "a\r\nx-more: 1"] {
        let error = Gateway::new(at, token).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.starts_with("REGISTER_TOKEN"), "{token}: {error}");
    }
    let gateway = Gateway::new("https://register.example.kz/secret-path?key=1", TOKEN).unwrap();
    assert_eq!(format!("{gateway:?}"), "Gateway(register.example.kz)");
}
