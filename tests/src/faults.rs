//! One fault at one call of a handler, and what came of it.

use testkit::{Call, Fault};

use crate::notes::{self, Outcome};
use crate::{Portal, Result};

/// What came of a handler with a fault planned for one of its calls.
#[derive(Debug)]
pub struct Struck<T> {
    /// For which call, the first being 1
    pub nth: usize,
    /// Which fault
    pub fault: Fault,
    /// The call that it came to; none if there was no such call, or the fault is none for it
    pub call: Option<Call>,
    /// What the handler came to; none if it was killed
    pub outcome: Option<T>,
}

impl<T> Struck<T> {
    /// Whether the fault came to a call of this operation.
    pub fn at(&self, operation: &str) -> bool {
        self.call.as_ref().is_some_and(|call| call.operation == operation)
    }

    /// Whether nobody should have noticed anything: there was no fault, or one that is over when the
    /// SDK, or we, try again.
    pub fn is_unnoticed(&self) -> bool {
        self.call.as_ref().is_none_or(|call| passes(call, self.fault))
    }

    /// Whether the call took effect, and the handler did not hear of it.
    pub fn is_unheard(&self) -> bool {
        self.call.is_some() && self.fault.is_unheard()
    }

    /// The case, for messages of failed checks.
    pub fn case(&self) -> String {
        let call = self.call.as_ref().map_or_else(String::new, |call| format!("{} {}", call.service, call.operation));
        format!("{:?} at call {} ({call})", self.fault, self.nth)
    }
}

impl Portal {
    /// Runs a handler with a fault at its n-th call.
    ///
    /// # Errors
    /// The handler's own.
    pub async fn struck<T>(
        &self,
        (nth, fault): (usize, Fault),
        handler: impl Future<Output = Result<T>>,
    ) -> Result<Struck<T>> {
        self.wire.plan(nth, fault);
        let outcome = Box::pin(self.wire.outcome(handler)).await.transpose()?;
        let call = self.wire.struck();
        self.wire.take();
        let struck = Struck { nth, fault, call, outcome };
        let killed = struck.call.is_some() && fault.kills();
        assert_eq!(struck.outcome.is_none(), killed, "{}", struck.case());
        Ok(struck)
    }
}

/// Whether a fault at a call is over when the SDK, or we, try again.
fn passes(call: &Call, fault: Fault) -> bool {
    match fault {
        // The SDK repeats no message.
        Fault::UnsentOnce | Fault::ReplyLostOnce => call.attempts > 1,
        fault => fault == Fault::Conflict,
    }
}

/// Tries a case with these faults at every call that it makes. The case makes everything anew and
/// answers with the call that the fault came to. Answers with how many faults came about.
///
/// # Errors
/// The case's own, with the fault before it.
pub async fn at_every_call(
    faults: &[Fault],
    case: impl AsyncFn((usize, Fault)) -> Result<Option<Call>>,
) -> Result<usize> {
    let mut struck = 0;
    for nth in 1.. {
        // The first of all faults comes to any call: where it does not, there is none.
        let mut call = None;
        for fault in faults.iter().copied() {
            if call.as_ref().is_some_and(|call| !fault.comes_to(call)) {
                continue;
            }
            let came =
                Box::pin(case((nth, fault))).await.map_err(|error| format!("{fault:?} at call {nth}: {error}"))?;
            if came.is_none() && call.is_none() {
                return Ok(struck);
            }
            if let Some(call) = &came {
                struck += 1;
                let outcome = match fault {
                    fault if fault.kills() => Outcome::Died,
                    fault if passes(call, fault) => Outcome::Unnoticed,
                    _ => Outcome::Told,
                };
                notes::survived(call, (nth, fault), outcome);
            }
            call = call.or(came);
        }
    }
    Ok(struck)
}
