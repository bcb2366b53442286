//! What the checks found.

use core::fmt;
use std::string::{String, ToString};
use std::vec::Vec;

use super::need::Need;
use crate::contract::StoreError;
use crate::level::Level;

/// The checks that ran, by name.
#[must_use = "a report says nothing until it is looked at; `assert` panics if a check failed"]
#[derive(Debug)]
pub struct Report {
    level: Level,
    passed: Vec<&'static str>,
    failures: Vec<Failure>,
    left_out: Vec<LeftOut>,
}

/// A check that failed.
#[derive(Debug)]
pub struct Failure {
    check: &'static str,
    finding: Finding,
}

/// A check that was not run, because the kit does not ask for what it needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeftOut {
    check: &'static str,
    need: Need,
}

/// What a check found wrong.
#[derive(Debug)]
pub(super) struct Finding(pub(super) String);

impl Report {
    pub(super) fn new(level: Level) -> Self {
        Self { level, passed: Vec::new(), failures: Vec::new(), left_out: Vec::new() }
    }

    /// The level that was asked for.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The names of the checks that passed, in the order in which they ran.
    pub fn passed(&self) -> &[&'static str] {
        &self.passed
    }

    /// The checks that failed.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// The checks that were not run, and why.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
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

    pub(super) fn leave_out(&mut self, check: &'static str, need: Need) {
        self.left_out.push(LeftOut { check, need });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, all) = (self.failures.len(), self.passed.len() + self.failures.len());
        write!(f, "{failed} of {all} conformance checks of level {} failed", self.level)?;
        self.failures.iter().try_for_each(|failure| write!(f, "\n  {failure}"))?;
        self.left_out.iter().try_for_each(|left_out| write!(f, "\n  {left_out}"))
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

impl LeftOut {
    /// The name of the check.
    pub fn check(&self) -> &'static str {
        self.check
    }

    /// What it needs of a store.
    pub fn need(&self) -> Need {
        self.need
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: not asked for, it needs {}", self.check, self.need)
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

/// Runs checks, each with a store of its own, under their own names; or leaves them out, if one of the needs is not
/// asked for.
macro_rules! check {
    ($run:ident $(, $need:ident)*: $($check:ident),+ $(,)?) => {
        let needs: &[$crate::conformance::Need] = &[$($crate::conformance::Need::$need),*];
        $($run.check(stringify!($check), needs, $check).await;)+
    };
}
