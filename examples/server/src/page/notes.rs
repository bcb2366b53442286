//! Notes: one value of the session each, so that two tabs that add one lose none.

use std::sync::atomic::{AtomicU64, Ordering};

use sansession::Timestamp;
use sansession_tower::{Session, SessionError};

use crate::clock;

/// What the keys of notes start with; twelve hexadecimal digits follow, the time in milliseconds.
const PREFIX: &str = "note:";

/// A note.
pub(crate) struct Note {
    pub(crate) key: String,
    pub(crate) text: String,
    pub(crate) written: Timestamp,
}

/// Keeps a note.
pub(crate) fn add(session: &Session, text: &str) -> Result<(), SessionError> {
    session.insert_str(&format!("{PREFIX}{:012x}", stamp()), text)
}

/// Takes a note out; false if there is none under `key`, or something else.
pub(crate) fn delete(session: &Session, key: &str) -> Result<bool, SessionError> {
    if key.starts_with(PREFIX) { session.remove(key) } else { Ok(false) }
}

/// All notes, latest first.
pub(crate) fn list(session: &Session) -> Result<Vec<Note>, SessionError> {
    let notes = session.with(|active| {
        let note = |key: &str| {
            let written = u64::from_str_radix(key.strip_prefix(PREFIX)?, 16).ok()?;
            let text = active.get::<&str>(key).ok().flatten()?.to_owned();
            Some(Note { key: key.to_owned(), text, written: Timestamp::from_millis(written) })
        };
        active.keys().filter_map(note).collect::<Vec<_>>()
    })?;
    Ok(notes.into_iter().rev().collect())
}

/// The time, and never the same twice in this process.
fn stamp() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = clock::now().as_millis();
    let next = |last: u64| Some(now.max(last + 1));
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    last.map_or(now, |last| now.max(last + 1))
}
