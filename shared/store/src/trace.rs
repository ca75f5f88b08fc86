//! The id of the invocation that this process works on. What a change sets in motion is named by it in the logs
//! of every function that it passes, through stream and queue.

use serde::{Deserialize, Serialize};
use tokio::task::futures::TaskLocalFuture;

tokio::task_local! {
    static TRACE: Option<Trace>;
}

/// Longer than any id that AWS gives.
const LONGEST: usize = 64;

/// The id of the request, or of the scheduled run, that a change was made by: what AWS Lambda calls a request id, and
/// what an error page shows. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trace(String);

impl Trace {
    /// An id; none where there is no invocation, as in tests, or where it is not such a word.
    pub fn parse(id: &str) -> Option<Self> {
        let word =
            (1..=LONGEST).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        word.then(|| Self(id.to_owned()))
    }

    /// That of the work that asks; none outside of [`within`].
    pub fn current() -> Option<Self> {
        TRACE.try_with(Clone::clone).ok().flatten()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Does the work of one invocation: the changes that it writes carry its id.
pub fn within<F: Future>(id: &str, work: F) -> TaskLocalFuture<Option<Trace>, F> {
    TRACE.scope(Trace::parse(id), work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_works_within_an_invocation_knows_its_id() {
        let of = |id: &'static str| within(id, async { Trace::current() });
        assert_eq!(of("0a1b-2c").await.as_ref().map(Trace::as_str), Some("0a1b-2c"));
        for none in ["", "a word", "a\nline", &"a".repeat(LONGEST + 1)] {
            assert_eq!(within(none, async { Trace::current() }).await, None, "{none}");
        }
        assert_eq!(Trace::current(), None);
    }
}
