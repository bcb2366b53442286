//! The report: what became of an exchange, for a log or a counter.

use sansession::{Outcome, Verdict};
use sansession_store::StepLog;

use crate::refused::Refused;

/// What became of one exchange that somebody asked for. It holds no id, key or value.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report<'a, E> {
    /// What the cookies turned out to be; none if the session could not be opened.
    pub verdict: Option<Verdict>,
    /// What was stored.
    pub outcome: Outcome,
    /// What the store was asked while the exchange closed.
    pub steps: StepLog,
    /// Why it was refused, if it was.
    pub refused: Option<&'a Refused<E>>,
    /// What the store said about a step that does not matter to the answer.
    pub upkeep: Option<&'a E>,
}

impl<'a, E> Report<'a, E> {
    /// Of an exchange that the store was not asked to close.
    pub(crate) fn refused(verdict: Option<Verdict>, refused: &'a Refused<E>) -> Self {
        Self {
            verdict,
            outcome: refused.outcome(),
            steps: StepLog::default(),
            refused: Some(refused),
            upkeep: None,
        }
    }
}
