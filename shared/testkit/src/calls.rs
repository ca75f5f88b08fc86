//! Calls to AWS as they were made.

use std::time::Instant;

/// One call of an SDK's operation, with all its attempts.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function that made it; empty if a test did
    pub function: String,
    /// The service as the SDK names it, such as `dynamodb`
    pub service: String,
    /// The operation; of services without operation names on the wire, the HTTP method
    pub operation: String,
    /// When the first attempt began
    pub start: Instant,
    /// When the last attempt ended; none if nobody waited for it
    pub end: Option<Instant>,
    /// How often the SDK sent it
    pub attempts: u32,
    /// What DynamoDB charged for it; nothing where the wire does not ask
    pub charge: Charge,
}

/// Capacity units as DynamoDB Local counts them: by size and with indexes, in a transaction twice as AWS does, but
/// there only one of those writes that cost the same; [`crate::Wire::counting`] counts them all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Charge {
    /// Read units
    pub read: f64,
    /// Write units
    pub written: f64,
}

impl Charge {
    /// What calls were charged together.
    pub fn of(calls: &[Call]) -> Self {
        calls.iter().fold(Self::default(), |sum, call| sum.plus(call.charge))
    }

    /// Both together.
    pub fn plus(self, more: Self) -> Self {
        Self { read: self.read + more.read, written: self.written + more.written }
    }
}

/// How many waits the calls add up to: the longest chain of calls of which each began after the
/// one before had ended. Calls that overlap count once.
pub fn sequential_waits(calls: &[Call]) -> usize {
    let mut spans: Vec<_> = calls.iter().map(|call| (call.end.unwrap_or(call.start), call.start)).collect();
    spans.sort_unstable();
    let mut waits = 0;
    let mut last = None;
    for (end, start) in spans {
        if last.is_none_or(|last| start >= last) {
            waits += 1;
            last = Some(end);
        }
    }
    waits
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn calls_that_overlap_are_one_wait() {
        let zero = Instant::now();
        let at = |millis| zero + Duration::from_millis(millis);
        let waits = |spans: &[(u64, u64)]| {
            let calls: Vec<_> = spans
                .iter()
                .map(|(start, end)| Call {
                    function: String::new(),
                    service: "dynamodb".to_owned(),
                    operation: "GetItem".to_owned(),
                    start: at(*start),
                    end: Some(at(*end)),
                    attempts: 1,
                    charge: Charge::default(),
                })
                .collect();
            sequential_waits(&calls)
        };
        assert_eq!(waits(&[]), 0);
        assert_eq!(waits(&[(0, 5), (5, 9), (10, 12)]), 3);
        assert_eq!(waits(&[(0, 5), (1, 4), (2, 9)]), 1);
        // Two in a row beside one long call are two waits, whatever the order of recording.
        assert_eq!(waits(&[(0, 10), (6, 9), (1, 5)]), 2);
    }
}
