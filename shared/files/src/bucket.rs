//! The bucket: `uploads/` for what just came, `documents/` for what was cleaned.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use domain::document::Kind;
use domain::{DraftId, Timestamp};

use crate::clean::Clean;
use crate::ticket::{CONTENT_TYPE, Ticket, sign};
use crate::{MAX_BYTES, Place};

/// How long a link to a scan may be followed.
const LINKED: Duration = Duration::from_secs(60);

/// The bucket did not do what it was asked to. Keys hold ids only, so this can be logged.
#[derive(Debug, thiserror::Error)]
#[error("the bucket is not available: {0}")]
pub struct BucketError(String);

impl BucketError {
    pub(crate) fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        Self(DisplayErrorContext(error).to_string())
    }
}

/// What every client of S3 has.
pub(crate) fn settings(aws: &SdkConfig) -> Builder {
    Builder::from(aws)
        .force_path_style(aws.endpoint_url().is_some())
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
}

/// The bucket of scans. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bucket {
    s3: Client,
    /// For links only: signs for the host where browsers reach it
    public: Client,
    name: String,
    region: String,
    credentials: SharedCredentialsProvider,
    /// Where browsers reach it, without a slash at the end.
    address: String,
}

impl Bucket {
    /// `name` is `DOCUMENTS_BUCKET`. `public_endpoint` is `S3_PUBLIC_ENDPOINT`: where browsers
    /// find an emulator; on AWS there is none, and the bucket has its own host.
    ///
    /// # Errors
    /// [`BucketError`] where the configuration has no region or no credentials.
    pub fn new(aws: &SdkConfig, name: String, public_endpoint: Option<String>) -> Result<Self, BucketError> {
        let missing = |what: &str| BucketError(format!("the AWS configuration has no {what}"));
        let region = aws.region().ok_or_else(|| missing("region"))?.to_string();
        let credentials = aws.credentials_provider().ok_or_else(|| missing("credentials"))?;
        // Emulators serve all buckets on one host.
        let endpoint = public_endpoint.or_else(|| aws.endpoint_url().map(str::to_owned));
        let address = match &endpoint {
            Some(endpoint) => format!("{}/{name}", endpoint.trim_end_matches('/')),
            None => format!("https://{name}.s3.{region}.amazonaws.com"),
        };
        let builder = settings(aws);
        let mut public = builder.clone();
        if let Some(endpoint) = &endpoint {
            public = public.force_path_style(true).endpoint_url(endpoint.trim_end_matches('/'));
        }
        let (s3, public) = (Client::from_conf(builder.build()), Client::from_conf(public.build()));
        Ok(Self { s3, public, name, region, credentials, address })
    }

    /// Scheme and host under which browsers post files, for the content security policy.
    pub fn origin(&self) -> &str {
        let host = self.address.find("://").map_or(0, |at| at + 3);
        let end = self.address.get(host..).and_then(|rest| rest.find('/')).map_or(self.address.len(), |at| host + at);
        self.address.get(..end).unwrap_or(&self.address)
    }

    /// A ticket with which a browser may put one file into quarantine. No call to the bucket.
    ///
    /// # Errors
    /// [`BucketError`] without credentials.
    pub async fn ticket(&self, place: &Place, now: Timestamp) -> Result<Ticket, BucketError> {
        self.ticket_for(place.quarantine_key(), MAX_BYTES, now).await
    }

    pub(crate) async fn ticket_for(&self, key: String, most: u64, now: Timestamp) -> Result<Ticket, BucketError> {
        let credentials = self.credentials.provide_credentials().await.map_err(|error| BucketError::of(&error))?;
        let url = format!("{}/", self.address);
        Ok(sign(&credentials, &self.region, &self.name, url, (key, most), now))
    }

    /// Puts a file into quarantine that came through a form of ours.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn quarantine(&self, place: &Place, bytes: Vec<u8>) -> Result<(), BucketError> {
        self.put_as_it_is(place.quarantine_key(), bytes).await
    }

    pub(crate) async fn put_as_it_is(&self, key: String, bytes: Vec<u8>) -> Result<(), BucketError> {
        self.put(key, CONTENT_TYPE, bytes).await
    }

    /// The file in quarantine, none if it is gone. Of a file over the limit one byte too many
    /// is read, which is enough to refuse it.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn quarantined(&self, place: &Place) -> Result<Option<Vec<u8>>, BucketError> {
        self.read(place.quarantine_key(), MAX_BYTES + 1).await
    }

    /// The preview of an accepted picture, none if there is none.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn preview(&self, place: &Place) -> Result<Option<Vec<u8>>, BucketError> {
        self.read(place.preview_key(), MAX_BYTES).await
    }

    /// An accepted scan as it is kept, none if it is gone.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn document(&self, place: &Place, kind: Kind) -> Result<Option<Vec<u8>>, BucketError> {
        self.read(place.document_key(kind), MAX_BYTES).await
    }

    /// A link with which a browser reads an accepted scan for a minute, for those that no answer of a
    /// function can hold. No call to the bucket.
    ///
    /// # Errors
    /// [`BucketError`] without credentials.
    pub async fn link(&self, place: &Place, kind: Kind) -> Result<String, BucketError> {
        let presigning = PresigningConfig::expires_in(LINKED).map_err(|error| BucketError::of(&error))?;
        let get = self.public.get_object().bucket(&self.name).key(place.document_key(kind));
        let get = get.response_content_type(kind.content_type()).response_content_disposition("inline");
        let signed = get.response_cache_control("no-store").presigned(presigning).await;
        signed.map(|signed| signed.uri().to_owned()).map_err(|error| BucketError::of(&error))
    }

    /// Keeps a clean file and its preview.
    ///
    /// # Errors
    /// [`BucketError`]; whatever was written is written again by the next try.
    pub async fn keep(&self, place: &Place, clean: Clean) -> Result<(), BucketError> {
        let file = self.put(place.document_key(clean.kind), clean.kind.content_type(), clean.bytes);
        let Some(preview) = clean.preview else { return file.await };
        tokio::try_join!(file, self.put(place.preview_key(), "image/jpeg", preview)).map(drop)
    }

    /// Deletes what is in quarantine.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn release(&self, place: &Place) -> Result<(), BucketError> {
        self.delete_one(place.quarantine_key()).await
    }

    pub(crate) async fn delete_one(&self, key: String) -> Result<(), BucketError> {
        let deleted = self.s3.delete_object().bucket(&self.name).key(key).send().await;
        deleted.map(drop).map_err(|error| BucketError::of(&error))
    }

    /// Deletes all that an upload attempt may have left behind, in one call.
    ///
    /// # Errors
    /// [`BucketError`], also when only some of it could be deleted.
    pub async fn discard(&self, place: &Place) -> Result<(), BucketError> {
        self.delete(place.all_keys()).await
    }

    /// Deletes every file of a draft and answers how many there were. A wait for each thousand to
    /// find and to delete.
    ///
    /// # Errors
    /// [`BucketError`]; what is left is found again by the next try.
    pub async fn forget(&self, draft: &DraftId) -> Result<usize, BucketError> {
        let mut files = 0;
        for prefix in Place::prefixes(draft) {
            // What was deleted is not listed again: the first page is always the next one.
            loop {
                let listed = self.s3.list_objects_v2().bucket(&self.name).prefix(&prefix).send().await;
                let listed = listed.map_err(|error| BucketError::of(&error))?;
                let keys: Vec<_> =
                    listed.contents().iter().filter_map(|object| object.key()).map(str::to_owned).collect();
                if keys.is_empty() {
                    break;
                }
                files += keys.len();
                self.delete(keys).await?;
            }
        }
        Ok(files)
    }

    async fn delete(&self, keys: impl IntoIterator<Item = String>) -> Result<(), BucketError> {
        let keys = keys.into_iter().map(|key| ObjectIdentifier::builder().key(key).build());
        let keys: Result<Vec<_>, _> = keys.collect();
        let delete = keys.and_then(|keys| Delete::builder().set_objects(Some(keys)).quiet(true).build());
        let delete = delete.map_err(|error| BucketError::of(&error))?;
        let answer = self.s3.delete_objects().bucket(&self.name).delete(delete).send().await;
        let answer = answer.map_err(|error| BucketError::of(&error))?;
        match answer.errors().first() {
            Some(error) => Err(BucketError(format!("not deleted: {}", error.code().unwrap_or_default()))),
            None => Ok(()),
        }
    }

    async fn put(&self, key: String, content_type: &str, bytes: Vec<u8>) -> Result<(), BucketError> {
        let put = self.s3.put_object().bucket(&self.name).key(key).content_type(content_type);
        put.body(ByteStream::from(bytes)).send().await.map(drop).map_err(|error| BucketError::of(&error))
    }

    async fn read(&self, key: String, most: u64) -> Result<Option<Vec<u8>>, BucketError> {
        /// Enough was read.
        struct Enough;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        let read = self.stream(key, |chunk| {
            let room = most.saturating_sub(bytes.len());
            bytes.extend_from_slice(chunk.get(..room).unwrap_or(chunk));
            if bytes.len() < most { Ok(()) } else { Err(Enough) }
        });
        Ok(read.await?.map(|(Ok(()) | Err(Enough))| bytes))
    }

    /// Hands over an object as it arrives, none if it is not there; what `take` fails with ends it.
    pub(crate) async fn stream<E>(
        &self,
        key: String,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<Option<Result<(), E>>, BucketError> {
        let got = match self.s3.get_object().bucket(&self.name).key(key).send().await {
            Ok(got) => got,
            Err(error) if matches!(error.code(), Some("NoSuchKey" | "NotFound")) => return Ok(None),
            Err(error) => return Err(BucketError::of(&error)),
        };
        let mut body = got.body;
        while let Some(chunk) = body.try_next().await.map_err(|error| BucketError::of(&error))? {
            if let Err(end) = take(&chunk) {
                return Ok(Some(Err(end)));
            }
        }
        Ok(Some(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region};
    use aws_credential_types::Credentials;
    use domain::Slot;

    use super::*;

    fn bucket(endpoint: Option<&str>, public: Option<&str>) -> Bucket {
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "of-the-test", None, None, "test");
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials));
        config.set_endpoint_url(endpoint.map(str::to_owned));
        Bucket::new(&config.build(), "scans".to_owned(), public.map(str::to_owned)).expect("a bucket")
    }

    #[tokio::test]
    async fn browsers_are_sent_where_they_can_reach_the_bucket() {
        let place = Place::new(DraftId::from_bytes([1; 16]), Slot::Photo, "aa").expect("a place");
        for (endpoint, public, origin, url) in [
            (None, None, "https://scans.s3.eu-central-1.amazonaws.com", "https://scans.s3.eu-central-1.amazonaws.com/"),
            (Some("http://localhost:4566"), None, "http://localhost:4566", "http://localhost:4566/scans/"),
            (
                Some("http://emulator:1"),
                Some("http://localhost:8080/"),
                "http://localhost:8080",
                "http://localhost:8080/scans/",
            ),
        ] {
            let bucket = bucket(endpoint, public);
            assert_eq!(bucket.origin(), origin);
            let ticket = bucket.ticket(&place, Timestamp::UNIX_EPOCH).await.expect("a ticket");
            assert_eq!(ticket.url, url);
            assert_eq!(ticket.fields.get("key"), Some(&place.quarantine_key()));
            let link = bucket.link(&place, Kind::Pdf).await.expect("a link");
            assert!(link.starts_with(&format!("{url}{}?", place.document_key(Kind::Pdf))), "{link}");
            assert!(link.contains("X-Amz-Expires=60&") && link.contains("response-content-disposition=inline"));
        }
    }

    #[test]
    fn secrets_are_never_printed() {
        assert!(!format!("{:?}", bucket(None, None)).contains("of-the-test"));
    }
}
