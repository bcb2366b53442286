//! Says why a command did not succeed, and with which exit code it ends.

use std::fmt;
use std::process::ExitCode;

/// Why a command did not succeed, by whose turn it is to act.
pub(crate) enum Failure {
    /// The person who typed the command: the flags make no sense.
    Usage(String),
    /// The person who changed the code, or this machine: a step failed.
    Step(String),
}

impl Failure {
    /// Gives the exit code: 2 for wrong usage, as most tools do, otherwise 1.
    pub(crate) fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Step(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(reason) | Self::Step(reason)) = self;
        f.write_str(reason)
    }
}
