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
    /// In a PostgreSQL database, by its URL.
    Postgres(String),
    /// In Redis or Valkey, by its URL.
    Redis(String),
    /// In a cluster of these, by the URLs of some of its nodes.
    RedisCluster(Vec<String>),
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
            Some(("postgres", rest)) => Ok(Self::Postgres(url(text, rest))),
            Some(("redis", rest)) => Ok(Self::Redis(url(text, rest))),
            Some(("redis-cluster", nodes)) => {
                Ok(Self::RedisCluster(nodes.split(',').map(str::to_owned).collect()))
            }
            _ => Err(NoSuchStore),
        }
    }
}

/// `redis:URL`, or the URL alone, which begins with the same word.
fn url(text: &str, rest: &str) -> String {
    if rest.starts_with("//") { text } else { rest }.to_owned()
}

/// A URL as it may be shown: without who logs in by which password, and without options, which can have one too.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else { return f.write_str("...") };
        // The last one: nobody who forgot to escape a password is to see it.
        let rest = rest.rsplit('@').next().unwrap_or_default();
        write!(f, "{scheme}://{}", rest.split(['?', '#']).next().unwrap_or_default())
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
            Self::Postgres(url) => write!(f, "postgres:{}", Shown(url)),
            Self::Redis(url) => write!(f, "redis:{}", Shown(url)),
            Self::RedisCluster(nodes) => {
                f.write_str("redis-cluster:")?;
                nodes.iter().enumerate().try_for_each(|(place, node)| {
                    write!(f, "{}{}", if place > 0 { "," } else { "" }, Shown(node))
                })
            }
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
            "there is no such store; this build has: memory, file:DIR, sqlite:FILE, postgres:URL, redis:URL, \
             redis-cluster:URL,URL, cached: and one of these, cookie, sealed-cookie",
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
            (
                "postgres:postgres://db/site",
                stored(Place::Postgres("postgres://db/site".into()), false),
            ),
            ("redis:redis://h:1/", stored(Place::Redis("redis://h:1/".into()), false)),
            (
                "cached:redis-cluster:redis://h:1,redis://h:2",
                stored(Place::RedisCluster(vec!["redis://h:1".into(), "redis://h:2".into()]), true),
            ),
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
            "redis:",
            "mysql://h",
        ];
        for wrong in wrong {
            assert_eq!(wrong.parse::<StoreChoice>(), Err(NoSuchStore), "{wrong}");
        }
    }

    #[test]
    fn a_url_alone_says_which_store_it_is() {
        for url in ["postgres://h/d", "redis://h"] {
            let (kind, _) = url.split_once(':').expect("a scheme");
            assert_eq!(url.parse::<StoreChoice>(), format!("{kind}:{url}").parse(), "{url}");
        }
    }

    // promise: I6
    #[test]
    fn no_password_is_shown() {
        let secrets = [
            ("postgres://u:s3cret@h/d?sslmode=off", "postgres:postgres://h/d"),
            ("postgres://u:s3c@s3cr/et@h:5/d", "postgres:postgres://h:5/d"),
            ("postgres://h/d?password=s3cret", "postgres:postgres://h/d"),
            ("postgres:host=h password=s3cret", "postgres:..."),
            ("cached:redis://:s3cret@h", "cached:redis:redis://h"),
            (
                "redis-cluster:redis://:s3cret@h,redis://:s3cret@i",
                "redis-cluster:redis://h,redis://i",
            ),
        ];
        for (text, shown) in secrets {
            let choice: StoreChoice = text.parse().expect("such a store exists");
            assert_eq!(format!("{choice} {choice:?}"), format!("{shown} {shown}"));
        }
    }
}
