//! The only user of the officers' user pool (Cognito): signing in, and the check of its tokens.
//!
//! Passwords go through the portal, by the pool's admin flow: the pool's client allows no other,
//! so nobody gets a token past the portal's own page. How often somebody may try is the pool's
//! business. Nothing here prints a password, a code, a token or a session of the pool.

mod keys;
mod secret;
mod sign_in;
mod token;

pub use keys::{Keys, KeysError};
pub use secret::Secret;
pub use sign_in::{Challenge, Next, Pool, SetUp, SignInError, Waiting};
pub use token::{TokenError, Verifier};

/// Where the pool is, from the environment.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// `OFFICER_POOL`: the pool's id, `{region}_{name}`
    pub pool: String,
    /// `OFFICER_CLIENT`: the id of the portal's client of the pool
    pub client: String,
    /// `OFFICER_KEYS_URL`: where the pool's public keys are, if not where AWS has them
    pub keys_url: Option<String>,
}

impl PoolConfig {
    /// The issuer that the pool's tokens name.
    #[must_use]
    pub fn issuer(&self) -> String {
        let region = self.pool.split_once('_').map_or("", |(region, _)| region);
        format!("https://cognito-idp.{region}.amazonaws.com/{}", self.pool)
    }

    /// Where the pool's public keys are.
    #[must_use]
    pub fn keys_url(&self) -> String {
        self.keys_url.clone().unwrap_or_else(|| format!("{}/.well-known/jwks.json", self.issuer()))
    }
}

#[cfg(test)]
mod tests;
