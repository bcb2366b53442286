//! The report: what became of an exchange, for a log, a counter, or a page that shows it.

use std::error::Error;

use sansession::{Outcome, Verdict};
use sansession_store::StepLog;

use crate::refused::Refused;

/// What became of one exchange; in the extensions of the response if the session was asked for.
///
/// It holds no id, key or value.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Report {
    /// What the cookies turned out to be; none if the session could not be opened.
    pub verdict: Option<Verdict>,
    /// What was stored.
    pub outcome: Outcome,
    /// What the store was asked while the exchange closed.
    pub steps: StepLog,
    /// Bytes of the `Set-Cookie` value; zero if none was sent.
    pub set_cookie_bytes: usize,
}

impl Report {
    /// Of a session that could not be opened.
    pub(crate) fn unopened() -> Self {
        Self {
            verdict: None,
            outcome: Outcome::StoreFailed,
            steps: StepLog::default(),
            set_cookie_bytes: 0,
        }
    }

    /// Of an exchange for which there was no id.
    pub(crate) fn unplanned(verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), outcome: Outcome::RngFailed, ..Self::unopened() }
    }

    /// Tells the log. `cause` is what the store said about a soft step.
    pub(crate) fn log(&self, refused: Option<&Refused>, cause: Option<&(dyn Error + 'static)>) {
        tracing::debug!(
            verdict = self.verdict.map(Verdict::name),
            outcome = self.outcome.name(),
            steps = self.steps.iter().count(),
            "session exchange closed"
        );
        match refused {
            Some(refused) => tracing::warn!(
                refused = refused as &(dyn Error + 'static),
                cause = refused.source(),
                "session exchange refused"
            ),
            None if cause.is_some() => tracing::warn!(cause, "session upkeep failed"),
            None => {}
        }
    }
}
