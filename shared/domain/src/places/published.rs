//! How a ledger is published: files of a thousand lines. One that is full never changes any more, the last
//! one only grows.

use crate::directory::CampaignId;

/// Lines of a file but the last.
pub const LINES: u64 = 1000;

/// In which file a line stands: 1 for the first of both.
pub const fn file_of(line: u64) -> u64 {
    line.saturating_sub(1) / LINES + 1
}

/// The first line of a file.
pub const fn first_of(file: u64) -> u64 {
    file.saturating_sub(1) * LINES + 1
}

/// A file's name within the folder of its campaign.
pub fn name(file: u64) -> String {
    format!("{file:05}.jsonl")
}

/// The folder of a campaign's files within the bucket, with the slash at its end.
pub fn prefix(campaign: &CampaignId) -> String {
    format!("ledger/{campaign}/")
}

/// The same as an address, which `cargo portal verify` takes. `origin` is where everybody reads the bucket.
pub fn folder(origin: &str, campaign: &CampaignId) -> String {
    format!("{}/{}", origin.trim_end_matches('/'), prefix(campaign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_in_its_file() {
        for (line, file) in [(1, 1), (1000, 1), (1001, 2), (2000, 2), (2001, 3)] {
            assert_eq!(file_of(line), file, "{line}");
            assert!((first_of(file)..first_of(file + 1)).contains(&line), "{line}");
        }
    }

    #[test]
    fn a_folder_is_an_address_of_its_campaign() {
        let campaign = CampaignId::parse("first-grade-2027").unwrap();
        for origin in ["https://a.example", "https://a.example/"] {
            assert_eq!(folder(origin, &campaign), "https://a.example/ledger/first-grade-2027/");
        }
    }
}
