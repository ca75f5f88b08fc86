//! The page that shows what was sent: text messages and e-mails, newest first.

use std::fmt::Write;

use serde_json::Value;

use crate::http;

/// Never a page of the portal: those begin with a language.
pub(crate) const PATH: &str = "/_outbox";

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="3">
<title>Outbox</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
  article { border-top: 1px solid; padding: .5rem 0 }
  h2 { font-size: 1rem; margin: 0 }
  pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 }
</style>
<h1>Outbox</h1>
<p>What the portal on this machine sent: to nobody but this page.</p>
"#;

/// Where the texts can be read that were sent to phones: the emulator and LocalStack tell of them alike.
#[derive(Clone)]
pub(crate) struct Texts {
    pub(crate) host: String,
    pub(crate) path: &'static str,
}

impl Texts {
    pub(crate) fn of_the_emulator(port: u16) -> Self {
        Self { host: format!("localhost:{port}"), path: "/_ministack/sns/sms-messages" }
    }
}

struct Sent {
    at: f64,
    to: String,
    subject: String,
    text: String,
}

/// The page, from what was noted until now: texts there, mails by the emulator.
pub(crate) fn page(texts: &Texts, emulator: u16) -> String {
    let ask =
        |host: &str, path| http::get(host, path).and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default();
    let mut sent = text_messages(&ask(&texts.host, texts.path));
    sent.extend(mails(&ask(&format!("localhost:{emulator}"), "/_ministack/ses/messages")));
    sent.sort_by(|a, b| b.at.total_cmp(&a.at));

    let mut page = HEAD.to_owned();
    if sent.is_empty() {
        page.push_str("<p>Nothing yet.</p>");
    }
    for Sent { to, subject, text, .. } in &sent {
        let [to, subject, text] = [to, subject, text].map(|part| escaped(part));
        // Writing to a string does not fail.
        writeln!(page, "<article><h2>{to}</h2>{subject}<pre>{text}</pre></article>").ok();
    }
    page
}

fn text_messages(answer: &Value) -> Vec<Sent> {
    grouped(answer.get("sms_messages"))
        .map(|message| Sent {
            at: number(message, "Timestamp"),
            to: text(message, "PhoneNumber"),
            subject: String::new(),
            text: text(message, "Message"),
        })
        .collect()
}

fn mails(answer: &Value) -> Vec<Sent> {
    grouped(answer.get("messages"))
        .map(|mail| {
            let to = mail.get("To").and_then(Value::as_array).into_iter().flatten();
            let to: Vec<_> = to.filter_map(Value::as_str).collect();
            Sent {
                at: number(mail, "Timestamp"),
                to: to.join(", "),
                subject: text(mail, "Subject"),
                text: text(mail, "BodyText"),
            }
        })
        .collect()
}

/// The emulator groups messages by phone and mails by account.
fn grouped(groups: Option<&Value>) -> impl Iterator<Item = &Value> {
    groups
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|groups| groups.values())
        .filter_map(Value::as_array)
        .flatten()
}

fn text(message: &Value, name: &str) -> String {
    message.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn number(message: &Value, name: &str) -> f64 {
    message.get(name).and_then(Value::as_f64).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn messages_of_all_phones_are_found() {
        let answer = json!({"sms_messages": {
            "+77010000001": [{"PhoneNumber": "+77010000001", "Message": "one", "Timestamp": 2.5}],
            "+77010000002": [{"PhoneNumber": "+77010000002", "Message": "two"}],
        }});
        let found: Vec<_> = text_messages(&answer).into_iter().map(|sent| (sent.text, sent.at)).collect();
        assert_eq!(found, [("one".to_owned(), 2.5), ("two".to_owned(), 0.0)]);
    }

    #[test]
    fn mails_name_everybody_they_went_to() {
        let answer = json!({"messages": {"0": [{"To": ["a@b.kz", "c@d.kz"], "Subject": "s", "BodyText": "t"}]}});
        let found: Vec<_> = mails(&answer).into_iter().map(|sent| sent.to).collect();
        assert_eq!(found, ["a@b.kz, c@d.kz"]);
    }

    #[test]
    fn what_was_sent_is_shown_and_not_run() {
        assert_eq!(escaped("<b>\"&"), "&lt;b&gt;&quot;&amp;");
    }
}
