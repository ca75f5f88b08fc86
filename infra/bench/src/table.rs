//! What the tables say above themselves, and of many times.

use std::time::Duration;

/// The machine and the day.
pub fn machine() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = told.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map(|(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "{}: {}, {} ({} cores in use when it began)",
        jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date(),
        model.unwrap_or("a processor without a name"),
        if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") },
        load.split(' ').next().unwrap_or_default(),
    )
}

/// The middle one.
pub fn median(all: &mut [Duration]) -> Duration {
    within(all, 50)
}

/// How long the given share took at most, out of a hundred.
pub fn within(all: &mut [Duration], share: usize) -> Duration {
    all.sort_unstable();
    let at = (all.len() * share / 100).min(all.len().saturating_sub(1));
    all.get(at).copied().unwrap_or_default()
}
