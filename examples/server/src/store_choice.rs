//! The value of `--store`: what keeps the sessions, by name.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What keeps the sessions.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum StoreChoice {
    /// A store, and in front of it copies in this process, if `cached`.
    Stored { place: Place, cached: bool },
    /// Signed cookies.
    Cookie,
    /// Cookies that the browser cannot read.
    SealedCookie,
}

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In this process, until it ends.
    Memory,
    /// In this directory.
    Directory(PathBuf),
    /// In this SQLite file.
    Sqlite(PathBuf),
}

/// There is no store of this name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoSuchStore;

impl FromStr for StoreChoice {
    type Err = NoSuchStore;

    fn from_str(text: &str) -> Result<Self, NoSuchStore> {
        Ok(match text {
            "cookie" => Self::Cookie,
            "sealed-cookie" => Self::SealedCookie,
            _ => match text.strip_prefix("cached:") {
                Some(place) => Self::Stored { place: place.parse()?, cached: true },
                None => Self::Stored { place: text.parse()?, cached: false },
            },
        })
    }
}

impl FromStr for Place {
    type Err = NoSuchStore;

    fn from_str(text: &str) -> Result<Self, NoSuchStore> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            Some((_, "")) => Err(NoSuchStore),
            Some(("file", directory)) => Ok(Self::Directory(directory.into())),
            Some(("sqlite", file)) => Ok(Self::Sqlite(file.into())),
            _ => Err(NoSuchStore),
        }
    }
}

/// As it is written, but for passwords.
impl fmt::Display for StoreChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stored { place, cached: false } => write!(f, "{place}"),
            Self::Stored { place, cached: true } => write!(f, "cached:{place}"),
            Self::Cookie => f.write_str("cookie"),
            Self::SealedCookie => f.write_str("sealed-cookie"),
        }
    }
}

/// As it is written, but for passwords.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::Directory(directory) => write!(f, "file:{}", directory.display()),
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
        }
    }
}

impl fmt::Debug for StoreChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for NoSuchStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "there is no such store; this build has: memory, file:DIR, sqlite:FILE, cached: and one of these, cookie, \
             sealed-cookie",
        )
    }
}

impl std::error::Error for NoSuchStore {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_stores_that_exist_are_taken() {
        let stored = |place, cached| StoreChoice::Stored { place, cached };
        let right = [
            ("memory", stored(Place::Memory, false)),
            ("file:a:b/c", stored(Place::Directory("a:b/c".into()), false)),
            ("sqlite:s.db", stored(Place::Sqlite("s.db".into()), false)),
            ("cached:file:d", stored(Place::Directory("d".into()), true)),
            ("cookie", StoreChoice::Cookie),
            ("sealed-cookie", StoreChoice::SealedCookie),
        ];
        for (text, choice) in right {
            assert_eq!(text.parse().as_ref(), Ok(&choice));
            assert_eq!(choice.to_string(), text);
        }
        let wrong = [
            "",
            "file",
            "file:",
            "sqlite:",
            "memory:",
            "memory:x",
            "cookie:",
            "Memory",
            "cached:",
            "cached:cookie",
            "cached:cached:memory",
            "cached:nowhere",
        ];
        for wrong in wrong {
            assert_eq!(wrong.parse::<StoreChoice>(), Err(NoSuchStore), "{wrong}");
        }
    }
}
