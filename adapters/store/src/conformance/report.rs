//! What the checks found.

use core::fmt;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::contract::StoreError;

/// The checks that ran, by name.
#[must_use = "a report says nothing until it is looked at; `assert` panics if a check failed"]
#[derive(Debug, Default)]
pub struct Report {
    passed: Vec<&'static str>,
    failures: Vec<Failure>,
}

/// A check that failed.
#[derive(Debug)]
pub struct Failure {
    check: &'static str,
    finding: Finding,
}

/// What a check found wrong.
#[derive(Debug)]
pub(super) struct Finding(pub(super) String);

impl Report {
    /// The names of the checks that passed, in the order in which they ran.
    pub fn passed(&self) -> &[&'static str] {
        &self.passed
    }

    /// The checks that failed.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Panics, as a test does, if a check failed.
    ///
    /// # Panics
    /// With every failed check and what it found.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.failures.is_empty(), "{self}");
    }

    pub(super) fn note(&mut self, check: &'static str, result: Result<(), Finding>) {
        match result {
            Ok(()) => self.passed.push(check),
            Err(finding) => self.failures.push(Failure { check, finding }),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, all) = (self.failures.len(), self.passed.len() + self.failures.len());
        write!(f, "{failed} of {all} conformance checks failed")?;
        self.failures.iter().try_for_each(|failure| write!(f, "\n  {failure}"))
    }
}

impl Failure {
    /// The name of the check.
    pub fn check(&self) -> &'static str {
        self.check
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.finding.0)
    }
}

/// A store that fails fails the check.
impl<E: StoreError> From<E> for Finding {
    fn from(error: E) -> Self {
        let mut text = std::format!("the store failed ({}): {error}", error.kind());
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        Self(text)
    }
}

/// A finding that is not the store's fault.
pub(super) fn wrong(error: impl fmt::Display) -> Finding {
    Finding(std::format!("the kit is wrong: {error}"))
}

/// Ends a check with a finding, unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($finding:tt)+) => {
        if !$condition {
            return Err($crate::conformance::report::Finding(std::format!($($finding)+)));
        }
    };
}

/// Ends a check with a finding, unless both are equal.
macro_rules! ensure_eq {
    ($found:expr, $expected:expr, $($what:tt)+) => {
        match (&$found, &$expected) {
            (found, expected) => ensure!(
                found == expected,
                "{}: expected {expected:?}, found {found:?}",
                std::format_args!($($what)+),
            ),
        }
    };
}

/// Runs checks, each with a store of its own, under their own names.
macro_rules! check {
    ($run:ident: $($check:ident),+ $(,)?) => {
        $(
            let subject = $run.subject().await;
            let result = $check(subject).await;
            $run.report.note(stringify!($check), result);
        )+
    };
}
