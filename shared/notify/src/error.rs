//! Why a message did not go out, without a word of it.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::error::operation::BuildError;

/// Why a message did not go out. The provider's own sentence may repeat the number or the text, so
/// only its error code is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Too many at once: the same message may be tried later.
    #[error("the provider asks to slow down ({code})")]
    Throttled {
        /// The provider's error code.
        code: String,
    },
    /// The provider will never take this message: trying again is useless.
    #[error("the provider refuses this message ({code})")]
    Refused {
        /// The provider's error code.
        code: String,
    },
    /// No answer, or an answer that says nothing about this message: try later. It may have gone out.
    #[error("the provider cannot be reached ({code})")]
    Unavailable {
        /// The provider's error code, or the stage that failed.
        code: String,
    },
}

impl SendError {
    /// The provider's error code; holds nothing personal.
    pub fn code(&self) -> &str {
        match self {
            Self::Throttled { code } | Self::Refused { code } | Self::Unavailable { code } => code,
        }
    }

    /// Sorts an SDK error; `refusals` are the codes that condemn this one message rather than the
    /// account, the network or the hour.
    pub(crate) fn sort<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>, refusals: &[&str]) -> Self {
        let code = match error {
            SdkError::ConstructionFailure(_) => "construction".to_owned(),
            SdkError::TimeoutError(_) => "timeout".to_owned(),
            SdkError::DispatchFailure(_) => "connection".to_owned(),
            SdkError::ResponseError(_) => "response".to_owned(),
            SdkError::ServiceError(refused) => plain(refused.err().code().unwrap_or("unknown")),
            _ => "unknown".to_owned(),
        };
        let status = error.raw_response().map(|response| response.status().as_u16());
        let throttled = status == Some(429)
            || ["Throttl", "TooManyRequests", "LimitExceeded"].iter().any(|part| code.contains(part));
        if throttled {
            Self::Throttled { code }
        } else if refusals.contains(&code.trim_end_matches("Exception")) {
            Self::Refused { code }
        } else {
            Self::Unavailable { code }
        }
    }
}

impl From<BuildError> for SendError {
    fn from(_: BuildError) -> Self {
        Self::Unavailable { code: "construction".to_owned() }
    }
}

/// An error code is a word; anything else in its place is not passed on.
fn plain(code: &str) -> String {
    if code.len() <= 60 && code.chars().all(|c| c.is_ascii_alphabetic()) {
        code.to_owned()
    } else {
        "unknown".to_owned()
    }
}
