//! What everybody may read: the ledgers of places, in files of a thousand lines. A file that is full
//! never changes any more, the last one only grows.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use domain::directory::CampaignId;

use crate::BucketError;
use crate::bucket::settings;

const CONTENT_TYPE: &str = "application/jsonl; charset=utf-8";
/// As long as the recalculation takes to come again.
const CACHED: &str = "public, max-age=60";

/// The bucket of what everybody may read. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Published {
    s3: Client,
    name: String,
}

impl Published {
    /// Lines of a file but the last.
    pub const LINES: u64 = 1000;

    /// `name` is `PUBLISHED_BUCKET`.
    pub fn new(aws: &SdkConfig, name: String) -> Self {
        Self { s3: Client::from_conf(settings(aws).build()), name }
    }

    /// In which file a line stands: 1 for the first of both.
    pub const fn file_of(line: u64) -> u64 {
        line.saturating_sub(1) / Self::LINES + 1
    }

    /// The first line of a file.
    pub const fn first_of(file: u64) -> u64 {
        file.saturating_sub(1) * Self::LINES + 1
    }

    /// The folder of a campaign's files, which `cargo portal verify` takes, with the slash at its end.
    /// `origin` is where everybody reads the bucket.
    pub fn folder(origin: &str, campaign: &CampaignId) -> String {
        format!("{}/{}", origin.trim_end_matches('/'), prefix(campaign))
    }

    /// Publishes a file with all its lines, in place of what it was.
    ///
    /// # Errors
    /// [`BucketError`].
    pub async fn publish(&self, campaign: &CampaignId, file: u64, lines: &[String]) -> Result<(), BucketError> {
        let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        let put = self.s3.put_object().bucket(&self.name).key(key(campaign, file));
        let put = put.content_type(CONTENT_TYPE).cache_control(CACHED).body(ByteStream::from(text.into_bytes()));
        put.send().await.map(drop).map_err(|error| BucketError::of(&error))
    }
}

fn prefix(campaign: &CampaignId) -> String {
    format!("ledger/{campaign}/")
}

fn key(campaign: &CampaignId, file: u64) -> String {
    format!("{}{file:05}.jsonl", prefix(campaign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_in_its_file() {
        for (line, file) in [(1, 1), (1000, 1), (1001, 2), (2000, 2), (2001, 3)] {
            assert_eq!(Published::file_of(line), file, "{line}");
            assert!((Published::first_of(file)..Published::first_of(file + 1)).contains(&line), "{line}");
        }
    }

    #[test]
    fn a_file_lies_in_the_folder_of_its_campaign() {
        let campaign = CampaignId::parse("first-grade-2027").expect("an id");
        assert_eq!(key(&campaign, 7), "ledger/first-grade-2027/00007.jsonl");
        for origin in ["https://a.example", "https://a.example/"] {
            assert_eq!(Published::folder(origin, &campaign), "https://a.example/ledger/first-grade-2027/");
        }
    }
}
