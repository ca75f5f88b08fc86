//! The portal's own metrics, in CloudWatch's embedded format: a line on standard output, of which the logs
//! make a metric. No call to AWS, and nothing that waits.

use std::io::Write as _;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::optional;

/// What is measured. The dashboard and the alarms of `infra/functions.yaml` know these names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Applications that were sent
    Sent,
    /// Applications that the department registered
    Registered,
    /// Places that the recalculation gave
    PlacesGranted,
    /// Codes that went out by SMS or mail
    CodesSent,
    /// Codes that were typed right
    CodesConfirmed,
    /// Uploads that were refused, by `reason`
    UploadsRefused,
    /// How long the state register took to answer, or to fail
    RegisterMilliseconds,
}

impl Metric {
    const fn name(self) -> &'static str {
        match self {
            Self::Sent => "Sent",
            Self::Registered => "Registered",
            Self::PlacesGranted => "PlacesGranted",
            Self::CodesSent => "CodesSent",
            Self::CodesConfirmed => "CodesConfirmed",
            Self::UploadsRefused => "UploadsRefused",
            Self::RegisterMilliseconds => "RegisterMilliseconds",
        }
    }

    const fn unit(self) -> &'static str {
        match self {
            Self::RegisterMilliseconds => "Milliseconds",
            _ => "Count",
        }
    }
}

/// Counts what happened. Nothing that happened is no line.
pub fn count(metric: Metric, times: u64) {
    if times > 0 {
        put(metric, times, None);
    }
}

/// Counts one that happened for a reason: a word of ours, never anything typed.
pub fn count_for(metric: Metric, reason: &'static str) {
    put(metric, 1, Some(reason));
}

/// Notes how long something took.
pub fn took(metric: Metric, time: Duration) {
    put(metric, u64::try_from(time.as_millis()).unwrap_or(u64::MAX), None);
}

fn put(metric: Metric, value: u64, reason: Option<&str>) {
    // Outside of Lambda, in tests, there is no namespace and nobody who reads.
    static NAMESPACE: OnceLock<Option<String>> = OnceLock::new();
    let Some(namespace) = NAMESPACE.get_or_init(|| optional("METRICS_NAMESPACE")) else { return };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let line = line(namespace, metric, value, reason, now.as_millis());
    // One write, so that no other line comes in between. A metric that cannot be written is no reason to fail.
    std::io::stdout().lock().write_all(line.as_bytes()).ok();
}

fn line(namespace: &str, metric: Metric, value: u64, reason: Option<&str>, at: u128) -> String {
    let dimensions: &[&str] = if reason.is_some() { &["reason"] } else { &[] };
    let mut line = json!({
        "_aws": {
            "Timestamp": u64::try_from(at).unwrap_or(u64::MAX),
            "CloudWatchMetrics": [{
                "Namespace": namespace,
                "Dimensions": [dimensions],
                "Metrics": [{"Name": metric.name(), "Unit": metric.unit()}],
            }],
        },
    });
    if let Some(fields) = line.as_object_mut() {
        fields.insert(metric.name().to_owned(), value.into());
        fields.extend(reason.map(|reason| ("reason".to_owned(), reason.into())));
    }
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_a_line_in_the_embedded_format() {
        let written = line("portal", Metric::UploadsRefused, 1, Some("too-big"), 1_700_000_000_000);
        assert!(written.ends_with("}\n") && written.lines().count() == 1);
        let expected = json!({
            "_aws": {
                "Timestamp": 1_700_000_000_000_u64,
                "CloudWatchMetrics": [{
                    "Namespace": "portal",
                    "Dimensions": [["reason"]],
                    "Metrics": [{"Name": "UploadsRefused", "Unit": "Count"}],
                }],
            },
            "UploadsRefused": 1,
            "reason": "too-big",
        });
        assert_eq!(written, format!("{expected}\n"));
        assert!(line("portal", Metric::Sent, 3, None, 0).contains("\"Dimensions\":[[]]"));
        assert!(line("portal", Metric::RegisterMilliseconds, 3, None, 0).contains("Milliseconds"));
    }
}
