//! Notes: one value of the session each, so that two tabs that add one lose none.

use core::fmt::Write as _;
use core::ops::DerefMut;

use sansession::{Active, Slot, Timestamp};

use crate::failure::Failure;
use crate::text::Text;

/// What the keys of notes start with; twelve hexadecimal digits follow, the time in milliseconds.
const PREFIX: &str = "note:";

/// Bytes of a key.
const KEY: usize = PREFIX.len() + 12;

/// A note.
pub(crate) struct Note<'a> {
    pub(crate) key: &'a str,
    pub(crate) text: &'a str,
    pub(crate) written: Timestamp,
}

/// Keeps a note.
pub(crate) fn add<B>(session: &mut Active<B>, note: &str, now: Timestamp) -> Result<(), Failure>
where
    B: DerefMut<Target = Slot>,
{
    let mut millis = now.as_millis();
    loop {
        let mut key = [0; KEY];
        let mut key = Text::new(&mut key);
        write!(key, "{PREFIX}{millis:012x}")?;
        // Two in one millisecond are two.
        if !session.contains(key.as_str()) {
            return Ok(session.insert_str(key.as_str(), note)?);
        }
        millis += 1;
    }
}

/// Takes a note out; false if there is none under `key`, or something else.
pub(crate) fn delete<B>(session: &mut Active<B>, key: &str) -> bool
where
    B: DerefMut<Target = Slot>,
{
    key.starts_with(PREFIX) && session.remove(key)
}

/// All notes, oldest first.
pub(crate) fn list<B>(session: &Active<B>) -> impl Iterator<Item = Note<'_>>
where
    B: DerefMut<Target = Slot>,
{
    session.keys().filter_map(|key| {
        let millis = u64::from_str_radix(key.strip_prefix(PREFIX)?, 16).ok()?;
        let text = session.get::<&str>(key).ok().flatten()?;
        Some(Note { key, text, written: Timestamp::from_millis(millis) })
    })
}
