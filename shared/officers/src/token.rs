//! The check of a token that says who signed in: an ID token of the pool, RS256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::officer::NotAnOfficer;
use domain::{Officer, Timestamp};
use ring::signature::RSA_PKCS1_2048_8192_SHA256;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::keys::{Keys, KeysError};
use crate::{PoolConfig, Secret};

/// Seconds by which the clocks of the pool and of the function may differ.
const LEEWAY: i64 = 30;

/// Why a token is not believed.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Not three parts of base64 with JSON in the first two
    #[error("the token cannot be read")]
    Unreadable,
    /// Signed in another way than RS256, or not at all
    #[error("the token is not signed with RS256")]
    Algorithm,
    /// Signed with a key that the pool does not publish
    #[error("the token's key is not the pool's")]
    UnknownKey,
    /// The signature does not belong to the text
    #[error("the token's signature is wrong")]
    Signature,
    /// From another pool
    #[error("the token is from somebody else")]
    Issuer,
    /// For another client of the pool
    #[error("the token is for somebody else")]
    Audience,
    /// An access or refresh token
    #[error("the token is not one that tells who somebody is")]
    Use,
    /// Its time is over
    #[error("the token has expired")]
    Expired,
    /// Its time has not come
    #[error("the token is not valid yet")]
    NotYet,
    /// The pool knows them; the portal does not take them for an officer
    #[error(transparent)]
    NotAnOfficer(#[from] NotAnOfficer),
    /// There was nothing to check with
    #[error(transparent)]
    Keys(#[from] KeysError),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    token_use: String,
    exp: i64,
    nbf: Option<i64>,
    sub: String,
    name: Option<String>,
    #[serde(rename = "cognito:username")]
    username: Option<String>,
    #[serde(rename = "cognito:groups", default)]
    groups: Vec<String>,
    #[serde(rename = "custom:school")]
    school: Option<String>,
}

/// Checks tokens of one pool for one client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Verifier {
    issuer: String,
    audience: String,
    keys: Keys,
}

impl Verifier {
    /// The check for a pool. Connects to nothing yet.
    #[must_use]
    pub fn new(config: &PoolConfig) -> Self {
        Self { issuer: config.issuer(), audience: config.client.clone(), keys: Keys::at(config.keys_url()) }
    }

    /// Who a token says that somebody is. The first check of a process fetches the pool's keys.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn officer(&self, token: &Secret, now: Timestamp) -> Result<Officer, TokenError> {
        let (signed, signature) = token.expose().rsplit_once('.').ok_or(TokenError::Unreadable)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Unreadable)?;
        let header: Header = part(header)?;
        // Compared, never looked up: a token does not choose how it is checked.
        if header.alg != "RS256" {
            return Err(TokenError::Algorithm);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Unreadable)?;
        let key = self.keys.key(&header.kid, now).await?.ok_or(TokenError::UnknownKey)?;
        key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).map_err(|_| TokenError::Signature)?;
        // Nothing of the claims is read before the signature is known to be right.
        self.admit(part(claims)?, now.as_second())
    }

    fn admit(&self, claims: Claims, now: i64) -> Result<Officer, TokenError> {
        if claims.iss != self.issuer {
            return Err(TokenError::Issuer);
        }
        if claims.aud != self.audience {
            return Err(TokenError::Audience);
        }
        if claims.token_use != "id" {
            return Err(TokenError::Use);
        }
        if claims.exp.saturating_add(LEEWAY) <= now {
            return Err(TokenError::Expired);
        }
        if claims.nbf.is_some_and(|from| from.saturating_sub(LEEWAY) > now) {
            return Err(TokenError::NotYet);
        }
        let name = claims.name.filter(|name| !name.trim().is_empty()).or(claims.username).unwrap_or_default();
        Ok(Officer::new(&claims.sub, name.trim(), &claims.groups, claims.school.as_deref())?)
    }
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Unreadable)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Unreadable)
}

#[cfg(test)]
pub(crate) mod tests;
