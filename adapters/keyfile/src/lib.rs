//! The key file: the keys that cookies are signed with, in lines of text.
//!
//! ```text
//! # newest first: it signs, the others still verify
//! 2:8f3c...   (an id from 0 to 255, and at least 64 hexadecimal digits)
//! 1:07aa...
//! +3:c41d...   (the next one: it verifies and does not sign yet; at most one)
//! ```
//!
//! To change keys on several nodes without logging anybody out, give every node the new key as the next one, and when
//! all have it, put it on top without its `+`. On one node it can go on top at once.
//!
//! In: a path. Out: a [`KeyRing`]. A file that is made here is for its owner only, and one that is there is never changed.
//! No message of this crate shows a key.

mod error;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use sansession::{Key, KeyRing};
use zeroize::Zeroizing;

pub use crate::error::KeyFileError;
use crate::error::Problem;

/// Bytes of a key that is made here.
const FRESH: usize = 32;
/// The longest key file that is read.
const LONGEST: u64 = 64 * 1024;

/// The keys of a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct KeyFile {
    /// The newest signs, all verify; ids that older ones signed are due for renewal.
    pub keys: KeyRing,
    /// The file's mode, if others than its owner may read or change it: the host should warn. Never on systems without modes.
    pub open_to_others: Option<u32>,
}

/// Reads the keys from `path`.
///
/// # Errors
/// [`KeyFileError`] if it cannot be read, holds no key, or holds anything but keys, blank lines and comments.
pub fn read(path: &Path) -> Result<KeyFile, KeyFileError> {
    let opened = File::open(path).and_then(|file| read_text(&file));
    opened.map_err(Problem::Read).and_then(keys).map_err(KeyFileError::at(path))
}

/// Makes a key file with one random key of this id, for its owner only, and the directory that it is in.
///
/// # Errors
/// [`KeyFileError`], also if there is a file of this name: it is left as it is.
pub fn create(path: &Path, id: u8) -> Result<KeyFile, KeyFileError> {
    let made = || {
        let line = fresh(id).map_err(Problem::Random)?;
        let text =
            Zeroizing::new(format!("# Signing keys, newest first. Keep them secret.\n{}\n", *line));
        store(path, &text).map_err(Problem::Create)?;
        keys(Text { text, open_to_others: None })
    };
    made().map_err(KeyFileError::at(path))
}

/// [Reads](read) the keys from `path`, or [makes](create) the file with one key if it is not there.
///
/// # Errors
/// [`KeyFileError`].
pub fn read_or_create(path: &Path) -> Result<KeyFile, KeyFileError> {
    match read(path) {
        Err(error) if error.is_not_found() => create(path, 1),
        read => read,
    }
}

/// Makes a line with a random key of this id, without a line break. Wiped on drop.
///
/// # Errors
/// The random number generator's own.
pub fn fresh(id: u8) -> Result<Zeroizing<String>, getrandom::Error> {
    let mut key = Zeroizing::new([0; FRESH]);
    getrandom::fill(&mut *key)?;
    let digits = Zeroizing::new(base16ct::lower::encode_string(&*key));
    Ok(Zeroizing::new(format!("{id}:{}", *digits)))
}

/// Makes a line of a next key, as [`fresh`] makes one of a key that signs.
///
/// # Errors
/// The random number generator's own.
pub fn fresh_next(id: u8) -> Result<Zeroizing<String>, getrandom::Error> {
    fresh(id).map(|line| Zeroizing::new(format!("+{}", *line)))
}

struct Text {
    text: Zeroizing<String>,
    open_to_others: Option<u32>,
}

fn read_text(file: &File) -> io::Result<Text> {
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST + 1).read_to_string(&mut text)?;
    Ok(Text { text, open_to_others: open_to_others(file)? })
}

#[cfg(unix)]
fn open_to_others(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = file.metadata()?;
    let mode = metadata.mode() & 0o777;
    // Pipes are as private as their ends.
    Ok((metadata.is_file() && mode & 0o077 != 0).then_some(mode))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on systems that have modes")]
fn open_to_others(_: &File) -> io::Result<Option<u32>> {
    Ok(None)
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

fn keys(Text { text, open_to_others }: Text) -> Result<KeyFile, Problem> {
    // Cut off, the last key would be another one.
    if text.len() as u64 > LONGEST {
        return Err(Problem::TooLong { most: LONGEST });
    }
    Ok(KeyFile { keys: parse(&text)?, open_to_others })
}

fn parse(text: &str) -> Result<KeyRing, Problem> {
    let mut ring: Option<KeyRing> = None;
    let mut next: Option<(usize, Key)> = None;
    for (line, number) in text.lines().zip(1..) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (line, is_next) = match line.strip_prefix('+') {
            Some(line) => (line, true),
            None => (line, false),
        };
        let (id, secret) = parse_line(line).ok_or(Problem::Line { number })?;
        let refused = |error| Problem::Key { number, error };
        let key = Key::new(id, &secret).map_err(refused)?;
        if is_next {
            if next.replace((number, key)).is_some() {
                return Err(Problem::SecondNext { number });
            }
            continue;
        }
        ring = Some(match ring.take() {
            None => KeyRing::new(key),
            Some(newer) => newer.and_older(key).map_err(refused)?,
        });
    }
    match (ring, next) {
        (None, None) => Err(Problem::Empty),
        (None, Some((number, _))) => Err(Problem::OnlyNext { number }),
        (Some(ring), None) => Ok(ring),
        (Some(ring), Some((number, key))) => {
            ring.and_next(key).map_err(|error| Problem::Key { number, error })
        }
    }
}

fn parse_line(line: &str) -> Option<(u8, Zeroizing<Vec<u8>>)> {
    let (id, digits) = line.split_once(':')?;
    if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let secret = base16ct::mixed::decode_vec(digits).ok()?;
    Some((id.parse().ok()?, Zeroizing::new(secret)))
}

#[cfg(test)]
mod tests;
