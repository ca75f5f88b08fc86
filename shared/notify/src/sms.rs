//! SMS through SNS.

use std::sync::OnceLock;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::Builder;
use aws_sdk_sns::types::MessageAttributeValue;
use aws_smithy_types::error::operation::BuildError;
use domain::Phone;

use crate::SendError;

/// What condemns one SMS: a number that does not exist or has opted out, a text that is not allowed.
const REFUSALS: &[&str] = &["InvalidParameter", "InvalidParameterValue", "Validation", "ValidationError", "OptedOut"];

/// The name that a phone shows as the sender. It must be registered with the country's operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderId(String);

/// Why a text is not a sender's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sender id has 1 to 11 Latin letters, digits or dashes, at least one of them a letter")]
pub struct SenderIdFault;

impl SenderId {
    /// Reads the configured name; an empty one means that messages carry none.
    ///
    /// # Errors
    /// [`SenderIdFault`].
    pub fn parse(configured: &str) -> Result<Option<Self>, SenderIdFault> {
        let name = configured.trim();
        if name.is_empty() {
            return Ok(None);
        }
        let fits = name.len() <= 11
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && name.chars().any(|c| c.is_ascii_alphabetic());
        if fits { Ok(Some(Self(name.to_owned()))) } else { Err(SenderIdFault) }
    }
}

/// Sends SMS. Cheap to make: the client is built when the first one goes out.
#[derive(Debug)]
pub struct Sms {
    aws: SdkConfig,
    sender: Option<SenderId>,
    client: OnceLock<Client>,
}

impl Sms {
    /// Sends under a name, or under a number of the provider's where there is none.
    pub fn new(aws: &SdkConfig, sender: Option<SenderId>) -> Self {
        Self { aws: aws.clone(), sender, client: OnceLock::new() }
    }

    /// Sends one text as transactional: it is not held back in favour of advertising.
    ///
    /// # Errors
    /// [`SendError`]; it tells neither the number nor the text.
    pub async fn send(&self, to: &Phone, text: &str) -> Result<(), SendError> {
        let client = self
            .client
            .get_or_init(|| Client::from_conf(Builder::from(&self.aws).retry_config(RetryConfig::disabled()).build()));
        let mut request = client
            .publish()
            .phone_number(to.as_str())
            .message(text)
            .message_attributes("AWS.SNS.SMS.SMSType", word("Transactional")?);
        if let Some(SenderId(name)) = &self.sender {
            request = request.message_attributes("AWS.SNS.SMS.SenderID", word(name)?);
        }
        request.send().await.map(drop).map_err(|error| SendError::sort(&error, REFUSALS))
    }
}

fn word(value: &str) -> Result<MessageAttributeValue, BuildError> {
    MessageAttributeValue::builder().data_type("String").string_value(value).build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;

    fn phone() -> Phone {
        Phone::parse("7010000001").unwrap()
    }

    const SENT: &str = "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";

    fn refused(code: &str) -> String {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>Invalid parameter: +77010000001</Message></Error></ErrorResponse>"
        )
    }

    #[tokio::test]
    async fn a_text_goes_to_the_number_as_transactional_under_the_registered_name() {
        let fake = Fake::answering([(200, SENT.to_owned())]);
        Sms::new(&fake.config(), SenderId::parse("Mektep").unwrap()).send(&phone(), "123 — код").await.unwrap();
        let bodies = fake.bodies();
        let [body] = bodies.as_slice() else { panic!("one call: {bodies:?}") };
        for part in ["Action=Publish", "PhoneNumber=%2B77010000001", "Transactional", "AWS.SNS.SMS.SenderID", "Mektep"]
        {
            assert!(body.contains(part), "{part} is missing in {body}");
        }
    }

    #[tokio::test]
    async fn without_a_name_none_is_sent() {
        let fake = Fake::answering([(200, SENT.to_owned())]);
        Sms::new(&fake.config(), None).send(&phone(), "x").await.unwrap();
        assert!(!fake.bodies().concat().contains("SenderID"));
    }

    #[tokio::test]
    async fn refusals_are_told_apart_from_bad_hours_and_never_repeat_the_number() {
        let cases = [
            (400, "InvalidParameter", SendError::Refused { code: "InvalidParameter".to_owned() }),
            (400, "Throttling", SendError::Throttled { code: "Throttling".to_owned() }),
            (500, "InternalError", SendError::Unavailable { code: "InternalError".to_owned() }),
            (403, "AuthorizationError", SendError::Unavailable { code: "AuthorizationError".to_owned() }),
            (400, "+77010000001", SendError::Unavailable { code: "unknown".to_owned() }),
        ];
        for (status, code, expected) in cases {
            let fake = Fake::answering([(status, refused(code))]);
            let error = Sms::new(&fake.config(), None).send(&phone(), "секрет").await.unwrap_err();
            assert_eq!(error, expected);
            assert!(!format!("{error} {error:?}").contains("7701"), "{error:?}");
            assert_eq!(fake.bodies().len(), 1, "a lost reply must not become a second SMS");
        }
    }

    #[tokio::test]
    async fn a_broken_connection_is_unavailable() {
        let fake = Fake::answering([]);
        let error = Sms::new(&fake.config(), None).send(&phone(), "x").await.unwrap_err();
        assert_eq!(error, SendError::Unavailable { code: "connection".to_owned() });
    }

    #[test]
    fn sender_names_are_those_that_operators_take() {
        assert_eq!(SenderId::parse(" "), Ok(None));
        assert!(SenderId::parse("Mektep-1").unwrap().is_some());
        for bad in ["Мектеп", "12345", "much-too-long", "a b"] {
            assert_eq!(SenderId::parse(bad), Err(SenderIdFault), "{bad}");
        }
    }
}
