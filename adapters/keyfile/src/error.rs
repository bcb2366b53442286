//! What can be wrong with a key file.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use sansession::ConfigError;

/// Why there are no keys. `Display` names the file and the cause, and shows no key.
#[derive(Debug)]
pub struct KeyFileError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
pub(crate) enum Problem {
    Read(io::Error),
    Create(io::Error),
    Random(getrandom::Error),
    TooLong { most: u64 },
    Empty,
    OnlyNext { number: usize },
    SecondNext { number: usize },
    Line { number: usize },
    Key { number: usize, error: ConfigError },
}

impl KeyFileError {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The line that is wrong, counted from 1, if one is.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self.problem {
            Problem::OnlyNext { number }
            | Problem::SecondNext { number }
            | Problem::Line { number }
            | Problem::Key { number, .. } => Some(number),
            _ => None,
        }
    }

    pub(crate) fn at(path: &Path) -> impl FnOnce(Problem) -> Self {
        |problem| Self { path: path.to_owned(), problem }
    }

    pub(crate) fn is_not_found(&self) -> bool {
        matches!(&self.problem, Problem::Read(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            // The operating system's own words.
            Problem::Read(error) => write!(f, "cannot read the key file {path}: {error}"),
            Problem::Create(error) => write!(f, "cannot make the key file {path}: {error}"),
            Problem::Random(error) => write!(f, "cannot make a key for {path}: {error}"),
            Problem::TooLong { most } => {
                write!(f, "the key file {path} has more than {most} bytes")
            }
            Problem::Empty => write!(f, "the key file {path} holds no key"),
            Problem::OnlyNext { number } => write!(
                f,
                "the key file {path} holds no key that signs, only the next one in line {number}"
            ),
            Problem::SecondNext { number } => {
                write!(f, "the key file {path} has a second next key in line {number}")
            }
            Problem::Line { number } => write!(
                f,
                "the key file {path} has a malformed line {number}: it takes ID:HEX or, for the next key, \
                 +ID:HEX, an id from 0 to 255 and at least 64 hexadecimal digits"
            ),
            Problem::Key { number, error } => {
                write!(f, "the key file {path} has a bad key in line {number}: {error}")
            }
        }
    }
}

impl Error for KeyFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            Problem::Read(error) | Problem::Create(error) => Some(error),
            Problem::Random(error) => Some(error),
            Problem::Key { error, .. } => Some(error),
            Problem::TooLong { .. }
            | Problem::Empty
            | Problem::OnlyNext { .. }
            | Problem::SecondNext { .. }
            | Problem::Line { .. } => None,
        }
    }
}
