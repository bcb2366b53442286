//! The key file: the keys that cookies are signed with, made on the first start.
//!
//! ```text
//! # newest first: it signs, the others still verify
//! 2:8f3c...   (an id from 0 to 255, and at least 64 hexadecimal digits)
//! 1:07aa...
//! ```
//!
//! No message of this module shows a key.

use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use sansession::{ConfigError, Key, KeyRing};

/// Bytes of a key that is made here.
const FRESH: usize = 32;
/// The longest key file that is read.
const LONGEST: u64 = 64 * 1024;

/// Reads the keys from `path`. If there is no such file, it is made with one random key, for its owner only.
///
/// # Errors
/// [`KeyFileError`]; a file that is there is never changed.
pub(crate) fn read_or_create(path: &Path) -> Result<KeyRing, KeyFileError> {
    let at = |problem| KeyFileError { path: path.to_owned(), problem };
    let text = match File::open(path) {
        Ok(file) => read(path, &file).map_err(|error| at(Problem::Read(error)))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path).map_err(at)?,
        Err(error) => return Err(at(Problem::Read(error))),
    };
    parse(&text).map_err(at)
}

fn read(path: &Path, file: &File) -> io::Result<String> {
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text)?;
    warn_if_open_to_others(path, file)?;
    Ok(text)
}

fn create(path: &Path) -> Result<String, Problem> {
    let mut key = [0; FRESH];
    getrandom::fill(&mut key).map_err(Problem::Random)?;
    let mut text = String::from("# Signing keys of the demo, newest first. Keep them secret.\n1:");
    for byte in key {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    store(path, &text).map_err(Problem::Create)?;
    Ok(text)
}

fn store(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a key file would stop every later start.
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(unix)]
fn warn_if_open_to_others(path: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = file.metadata()?.mode() & 0o777;
    if mode & 0o077 != 0 {
        let path = path.display();
        eprintln!("warning: others may read the key file {path} (mode {mode:03o}): chmod 600 it");
    }
    Ok(())
}

#[cfg(not(unix))]
fn warn_if_open_to_others(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}

fn parse(text: &str) -> Result<KeyRing, Problem> {
    let mut ring: Option<KeyRing> = None;
    for (line, number) in text.lines().zip(1..) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (id, secret) = parse_line(line).ok_or(Problem::Line { number })?;
        let refused = |error| Problem::Key { number, error };
        let key = Key::new(id, &secret).map_err(refused)?;
        ring = Some(match ring.take() {
            None => KeyRing::new(key),
            Some(newer) => newer.and_older(key).map_err(refused)?,
        });
    }
    ring.ok_or(Problem::Empty)
}

fn parse_line(line: &str) -> Option<(u8, Vec<u8>)> {
    let (id, hex) = line.split_once(':')?;
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    let secret = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    let secret = secret.collect::<Option<Vec<u8>>>()?;
    rest.is_empty().then_some((id.parse().ok()?, secret))
}

fn digit(byte: u8) -> Option<u8> {
    u8::try_from(char::from(byte).to_digit(16)?).ok()
}

/// Why there are no keys.
#[derive(Debug)]
pub(crate) struct KeyFileError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Read(io::Error),
    Create(io::Error),
    Random(getrandom::Error),
    Empty,
    Line { number: usize },
    Key { number: usize, error: ConfigError },
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            Problem::Read(error) => write!(f, "cannot read the key file {path}: {error}"),
            Problem::Create(error) => write!(f, "cannot make the key file {path}: {error}"),
            Problem::Random(error) => write!(f, "cannot make a key for {path}: {error}"),
            Problem::Empty => write!(f, "the key file {path} holds no key"),
            Problem::Line { number } => write!(
                f,
                "the key file {path} has a malformed line {number}: it takes ID:HEX, an id from 0 to 255 and at \
                 least 64 hexadecimal digits"
            ),
            Problem::Key { number, error } => {
                write!(f, "the key file {path} has a bad key in line {number}: {error}")
            }
        }
    }
}

impl std::error::Error for KeyFileError {}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn comments_blank_lines_and_either_case_are_taken() {
        let text = format!("# keys\n\n 7:{} # newest\r\n0:{GOOD}ff\n", GOOD.to_uppercase());
        let ring = parse(&text).unwrap();
        // KeyRing's Debug shows ids and no key.
        let shown = format!("{ring:?}");
        let (newest, older) = (shown.find("id: 7").unwrap(), shown.find("id: 0").unwrap());
        assert!(newest < older, "newest first: {shown}");
        assert!(!shown.contains("0102"));
    }

    #[test]
    fn malformed_lines_are_named_by_number_and_never_shown() {
        for wrong in ["zz", "1", ":", "256:00", "-1:00", "+1:00", " 1 :00", "1:0", "1:0g", "1::00"]
        {
            let problem = parse(&format!("# one\n{wrong}{GOOD}g")).unwrap_err();
            assert!(matches!(problem, Problem::Line { number: 2 }), "{wrong}: {problem:?}");
        }
    }

    #[test]
    fn weak_and_doubled_keys_are_refused() {
        let problem = |text: &str| match parse(text).unwrap_err() {
            Problem::Key { number, error } => (number, error),
            other => panic!("{other:?}"),
        };
        assert_eq!(problem(&format!("1:{}", &GOOD[2..])), (1, ConfigError::WeakKey { id: 1 }));
        assert_eq!(problem(&format!("1:{}", "5a".repeat(40))), (1, ConfigError::WeakKey { id: 1 }));
        let doubled = problem(&format!("1:{GOOD}\n1:{GOOD}00"));
        assert_eq!(doubled, (2, ConfigError::DuplicateKeyId { id: 1 }));
        assert!(matches!(parse("# nothing\n").unwrap_err(), Problem::Empty));
    }

    #[test]
    fn a_missing_file_is_made_once_and_for_its_owner_only() {
        let dir = std::env::temp_dir().join(format!("sansession-demo-keys-{}", std::process::id()));
        let path = dir.join("deep").join("keys");
        read_or_create(&path).unwrap();
        let made = fs::read_to_string(&path).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        }
        read_or_create(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), made);
        assert!(read_or_create(&dir).is_err(), "a directory is no key file");
        fs::remove_dir_all(&dir).unwrap();
    }
}
