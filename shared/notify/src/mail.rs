//! E-mail through SES.

use std::sync::OnceLock;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::Builder;
use aws_sdk_sesv2::types::builders::MessageBuilder;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader};
use aws_smithy_types::error::operation::BuildError;
use domain::Email;

use crate::SendError;

/// What condemns one letter: an address or a content that SES will never take.
const REFUSALS: &[&str] = &["BadRequest", "MessageRejected", "Validation"];

/// Sends e-mail. Cheap to make: the client is built when the first one goes out.
#[derive(Debug)]
pub struct Mail {
    aws: SdkConfig,
    from: String,
    client: OnceLock<Client>,
}

impl Mail {
    /// Sends from one address, whose domain SES has verified.
    pub fn new(aws: &SdkConfig, from: impl Into<String>) -> Self {
        Self { aws: aws.clone(), from: from.into(), client: OnceLock::new() }
    }

    /// Sends one letter of plain text.
    ///
    /// # Errors
    /// [`SendError`]; it tells neither the address nor the text.
    pub async fn send(&self, to: &Email, subject: &str, body: &str) -> Result<(), SendError> {
        self.post(to, Message::builder().subject(utf8(subject)?).body(plain(body)?)).await
    }

    /// Sends one letter of plain text that mail programs can stop for their reader: `stop` is where
    /// they post to (RFC 8058).
    ///
    /// # Errors
    /// [`SendError`]; it tells neither the address nor the text.
    pub async fn send_stoppable(&self, to: &Email, subject: &str, body: &str, stop: &str) -> Result<(), SendError> {
        let message = Message::builder()
            .subject(utf8(subject)?)
            .body(plain(body)?)
            .headers(header("List-Unsubscribe", &format!("<{stop}>"))?)
            .headers(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
        self.post(to, message).await
    }

    async fn post(&self, to: &Email, message: MessageBuilder) -> Result<(), SendError> {
        let client = self
            .client
            .get_or_init(|| Client::from_conf(Builder::from(&self.aws).retry_config(RetryConfig::disabled()).build()));
        client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(EmailContent::builder().simple(message.build()).build())
            .send()
            .await
            .map(drop)
            .map_err(|error| SendError::sort(&error, REFUSALS))
    }
}

fn plain(body: &str) -> Result<Body, BuildError> {
    Ok(Body::builder().text(utf8(body)?).build())
}

fn header(name: &str, value: &str) -> Result<MessageHeader, BuildError> {
    MessageHeader::builder().name(name).value(value).build()
}

fn utf8(text: &str) -> Result<Content, BuildError> {
    Content::builder().charset("UTF-8").data(text).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    fn email() -> Email {
        Email::parse("parent@example.kz").unwrap()
    }

    #[tokio::test]
    async fn a_letter_goes_out_in_utf_8_to_one_address() {
        let fake = Fake::answering([(200, r#"{"MessageId":"1"}"#.to_owned())]);
        Mail::new(&fake.config(), "portal@example.kz").send(&email(), "Өтініш", "Мәтін").await.unwrap();
        let sent: serde_json::Value = serde_json::from_str(&fake.bodies().concat()).unwrap();
        assert_eq!(sent["Destination"]["ToAddresses"], serde_json::json!(["parent@example.kz"]));
        assert_eq!(sent["FromEmailAddress"], "portal@example.kz");
        assert_eq!(sent["Content"]["Simple"]["Subject"], serde_json::json!({"Data": "Өтініш", "Charset": "UTF-8"}));
        assert_eq!(sent["Content"]["Simple"]["Body"]["Text"]["Data"], "Мәтін");
    }

    #[tokio::test]
    async fn a_letter_that_can_be_stopped_says_where_and_a_code_does_not() {
        let fake = Fake::answering([1, 2].map(|n| (200, format!(r#"{{"MessageId":"{n}"}}"#))));
        let mail = Mail::new(&fake.config(), "portal@example.kz");
        mail.send_stoppable(&email(), "s", "b", "https://example.kz/kk/unsubscribe/0a").await.unwrap();
        mail.send(&email(), "s", "b").await.unwrap();
        let sent: Vec<serde_json::Value> =
            fake.bodies().iter().map(|body| serde_json::from_str(body).unwrap()).collect();
        assert_eq!(
            sent[0]["Content"]["Simple"]["Headers"],
            serde_json::json!([
                {"Name": "List-Unsubscribe", "Value": "<https://example.kz/kk/unsubscribe/0a>"},
                {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            ])
        );
        assert!(sent[1]["Content"]["Simple"]["Headers"].is_null());
    }

    #[tokio::test]
    async fn refusals_are_told_apart_from_bad_hours() {
        let cases = [
            (400, "MessageRejected", SendError::Refused { code: "MessageRejected".to_owned() }),
            (400, "BadRequestException", SendError::Refused { code: "BadRequestException".to_owned() }),
            (429, "TooManyRequestsException", SendError::Throttled { code: "TooManyRequestsException".to_owned() }),
            (400, "SendingPausedException", SendError::Unavailable { code: "SendingPausedException".to_owned() }),
            (400, "AccountSuspendedException", SendError::Unavailable { code: "AccountSuspendedException".to_owned() }),
        ];
        for (status, code, expected) in cases {
            let fake = Fake::answering([(status, format!(r#"{{"__type":"{code}","message":"parent@example.kz"}}"#))]);
            let error = Mail::new(&fake.config(), "portal@example.kz").send(&email(), "s", "b").await.unwrap_err();
            assert_eq!(error, expected);
            assert!(!format!("{error} {error:?}").contains('@'), "{error:?}");
        }
    }
}
