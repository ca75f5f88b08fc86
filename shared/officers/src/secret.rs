//! What must never be printed.

/// A password, a code, a token, a session of the pool, a key for codes. Prints as redacted.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl Secret {
    /// Wraps it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, to be sent or kept.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}
