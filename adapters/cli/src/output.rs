//! Output: to standard output what was asked for, to standard error what went wrong.

use std::fmt;
use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Prints text. That nobody reads it to its end is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(()),
    }
}

/// Prints one JSON object on one line.
pub(crate) fn print_json(object: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string(object).map_err(|error| Failure::Output(error.into()))?;
    text.push('\n');
    print(&text)
}

/// Prints a line to standard error, if anybody is there.
pub(crate) fn complain(line: &dyn fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
