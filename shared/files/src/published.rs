//! What everybody may read: the ledgers of places, in files as [`domain::places::published`] has them.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use domain::directory::CampaignId;
use domain::places::published::{name, prefix};

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
    /// `name` is `PUBLISHED_BUCKET`.
    pub fn new(aws: &SdkConfig, name: String) -> Self {
        Self { s3: Client::from_conf(settings(aws).build()), name }
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

fn key(campaign: &CampaignId, file: u64) -> String {
    format!("{}{}", prefix(campaign), name(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_in_the_folder_of_its_campaign() {
        let campaign = CampaignId::parse("first-grade-2027").expect("an id");
        assert_eq!(key(&campaign, 7), "ledger/first-grade-2027/00007.jsonl");
    }
}
