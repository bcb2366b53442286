//! How the command ends, and what it says if that is not well.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use sansession::{ConfigError, WriteError};
use sansession_keyfile::KeyFileError;

/// The exit codes, as the crate docs list them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    Done,
    Rejected,
    Usage,
    OutOfTime,
    Unchecked,
    System,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Rejected => 1,
            Exit::Usage => 2,
            Exit::OutOfTime => 3,
            Exit::Unchecked => 4,
            Exit::System => 5,
        })
    }
}

/// Why a command was not carried out. `Display` is one line, and repeats nothing that could be a secret.
#[derive(Debug)]
pub(crate) enum Failure {
    Flags(clap::Error),
    Keys(KeyFileError),
    Config(ConfigError),
    Write(WriteError),
    Input { file: Option<PathBuf>, cause: io::Error },
    InputTooLong { most: u64 },
    NotText,
    NoCookie { name: String },
    Random(getrandom::Error),
    Output(io::Error),
}

impl Failure {
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::NoCookie { .. } | Self::NotText => Exit::Rejected,
            Self::Random(_) | Self::Output(_) => Exit::System,
            Self::Flags(_)
            | Self::Keys(_)
            | Self::Config(_)
            | Self::Write(_)
            | Self::Input { .. }
            | Self::InputTooLong { .. } => Exit::Usage,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flags(error) => explain(error, f),
            Self::Keys(error) => error.fmt(f),
            Self::Config(error) => error.fmt(f),
            Self::Write(error) => error.fmt(f),
            Self::Input { file: None, cause } => write!(f, "cannot read standard input: {cause}"),
            Self::Input { file: Some(file), cause } => {
                write!(f, "cannot read {}: {cause}", file.display())
            }
            Self::InputTooLong { most } => write!(f, "the input has more than {most} bytes"),
            Self::NotText => {
                f.write_str("the record is neither hexadecimal digits nor base64 nor raw bytes")
            }
            Self::NoCookie { name } => write!(f, "no cookie is called {}", name.escape_debug()),
            Self::Random(error) => write!(f, "no randomness: {error}"),
            Self::Output(error) => write!(f, "cannot write the output: {error}"),
        }
    }
}

/// Says what is wrong with the flags. What stands on the command line may be a cookie that stands in the wrong place, so
/// only what has the looks of a flag is repeated.
fn explain(error: &clap::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => match flag(&argument) {
            Some(flag) => write!(f, "there is no {flag} here")?,
            None => f.write_str("there is an argument too many")?,
        },
        ErrorKind::InvalidSubcommand => f.write_str("there is no such command")?,
        ErrorKind::InvalidValue => {
            let valid = context(ContextKind::ValidValue);
            write!(f, "{argument} takes another value")?;
            if !valid.is_empty() {
                write!(f, ": {valid}")?;
            }
        }
        ErrorKind::ValueValidation => {
            write!(f, "{argument} takes another value")?;
            if let Some(cause) = error.source() {
                write!(f, ": {cause}")?;
            }
        }
        ErrorKind::MissingRequiredArgument => write!(f, "missing: {argument}")?,
        ErrorKind::ArgumentConflict => {
            let other = context(ContextKind::PriorArg);
            write!(f, "{argument} and {other} exclude each other")?;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            f.write_str("a command is missing")?;
        }
        kind => f.write_str(kind.as_str().unwrap_or("the flags cannot be read"))?,
    }
    f.write_str("; try --help")
}

/// The name of a flag, without a value.
fn flag(argument: &str) -> Option<&str> {
    let name = argument.split('=').next()?;
    let word = name.strip_prefix("--")?;
    let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (plain && (1..=20).contains(&word.len())).then_some(name)
}

impl std::error::Error for Failure {}
