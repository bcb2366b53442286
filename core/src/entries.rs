//! The packed map: entries side by side in one byte string, sorted, each key once.
//!
//! In: a region of memory and how much of it is in use. Out: look-ups in place, and insertions and removals that move
//! only what stands behind them. One entry is
//!
//! ```text
//! kind: u8 | key length: u8 | value length: u16 LE | key | value
//! ```
//!
//! sorted by (kind, key), so equal content has equal bytes and a duplicate cannot hide. The record's entries and the
//! exchange's own changes are both such maps. It refuses to know what the kinds mean.

use core::cmp::Ordering;

use crate::bytes::{Reader, Writer, shift};
use crate::error::WriteError;

/// Bytes of an entry besides its key and value.
pub(crate) const OVERHEAD: usize = 4;

/// The name space of an entry, its first byte.
///
/// The first three occur in records; the others only in the slot, among the exchange's own changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Kind(u8);

impl Kind {
    /// Whom the session is bound to; the key is empty.
    pub(crate) const PRINCIPAL: Self = Self(1);
    pub(crate) const DATA: Self = Self(2);
    /// A flash message; the value starts with the revision that set it.
    pub(crate) const FLASH: Self = Self(3);
    /// Change: a data key that was taken out.
    pub(crate) const REMOVED: Self = Self(4);
    /// Change: a flash message that was used up; the value is the revision that had set it.
    pub(crate) const CONSUMED: Self = Self(5);
    /// A flash message for this exchange only.
    pub(crate) const NOW: Self = Self(6);

    const fn unmarked(self) -> u8 {
        self.0 & !Mark::BITS
    }
}

/// What this exchange is going to do with a loaded flash entry; never in a record that is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mark {
    /// It is used up.
    Spent,
    /// It stays, and reading does not use it up.
    Kept,
}

impl Mark {
    const BITS: u8 = 0xc0;

    const fn bit(self) -> u8 {
        match self {
            Self::Spent => 0x80,
            Self::Kept => 0x40,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    kind: u8,
    pub(crate) key: &'a [u8],
    pub(crate) value: &'a [u8],
}

impl Entry<'_> {
    pub(crate) const fn is(&self, kind: Kind) -> bool {
        Kind(self.kind).unmarked() == kind.0
    }

    pub(crate) const fn has(&self, mark: Mark) -> bool {
        self.kind & mark.bit() != 0
    }

    pub(crate) const fn size(&self) -> usize {
        size(self.key.len(), self.value.len())
    }

    fn order(&self, kind: Kind, key: &[u8]) -> Ordering {
        Kind(self.kind).unmarked().cmp(&kind.0).then_with(|| self.key.cmp(key))
    }
}

/// Bytes that an entry takes.
pub(crate) const fn size(key: usize, value: usize) -> usize {
    OVERHEAD.saturating_add(key).saturating_add(value)
}

/// Reads the entries of `bytes` in order; ends at the first that is cut short.
#[derive(Clone)]
pub(crate) struct Entries<'a>(Reader<'a>);

impl<'a> Entries<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(Reader(bytes))
    }

    /// The first entry, which nobody has checked yet.
    pub(crate) fn first(bytes: &'a [u8]) -> Option<Entry<'a>> {
        Self::new(bytes).next()
    }

    pub(crate) fn get(self, kind: Kind, key: &[u8]) -> Option<&'a [u8]> {
        self.seek(kind, key).map(|entry| entry.value)
    }

    pub(crate) fn contains(self, kind: Kind, key: &[u8]) -> bool {
        self.seek(kind, key).is_some()
    }

    pub(crate) fn of_kind(self, kind: Kind) -> impl Iterator<Item = Entry<'a>> + Clone {
        self.filter(move |entry| entry.is(kind))
    }

    fn seek(mut self, kind: Kind, key: &[u8]) -> Option<Entry<'a>> {
        self.find_map(|entry| match entry.order(kind, key) {
            Ordering::Less => None,
            found => Some((found, entry)),
        })
        .and_then(|(found, entry)| (found == Ordering::Equal).then_some(entry))
    }

    /// Checks that `bytes` are entries of the kinds that records hold, sorted, without duplicates and without a rest.
    /// Says whether flash is among them.
    pub(crate) fn check(bytes: &'a [u8]) -> Option<bool> {
        let mut entries = Self::new(bytes);
        let mut last: Option<Entry<'_>> = None;
        for entry in entries.by_ref() {
            let fits = match Kind(entry.kind) {
                Kind::PRINCIPAL => entry.key.is_empty() && is_name(entry.value),
                Kind::DATA => is_name(entry.key),
                Kind::FLASH => is_name(entry.key) && entry.value.len() >= 8,
                _ => false,
            };
            let sorted =
                last.is_none_or(|last| last.order(Kind(entry.kind), entry.key) == Ordering::Less);
            if !(fits && sorted) {
                return None;
            }
            last = Some(entry);
        }
        // Flash is the last of the kinds.
        let flash = last.is_some_and(|last| last.is(Kind::FLASH));
        entries.0.0.is_empty().then_some(flash)
    }
}

/// Keys and principals: 1 to 255 bytes of UTF-8.
fn is_name(bytes: &[u8]) -> bool {
    (1..=255).contains(&bytes.len()) && (is_ascii(bytes) || core::str::from_utf8(bytes).is_ok())
}

/// Most names are, and that can be told of eight bytes at once.
fn is_ascii(bytes: &[u8]) -> bool {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().fold(0, |seen, word| seen | u64::from_ne_bytes(*word));
    let rest = rest.iter().fold(0, |seen, byte| seen | byte);
    words & 0x8080_8080_8080_8080 == 0 && rest < 0x80
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let mut rest = Reader(self.0.0);
        let [kind, key, low, high] = rest.array()?;
        let key = rest.slice(usize::from(key))?;
        let value = rest.slice(usize::from(u16::from_le_bytes([low, high])))?;
        self.0 = rest;
        Some(Entry { kind, key, value })
    }
}

/// Where an entry is or would be, until the map is changed.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    at: usize,
    /// The size of what is there; zero if nothing is.
    old: usize,
}

/// Entries that can be changed: a region and the length in use.
pub(crate) struct EntriesMut<'a> {
    pub(crate) region: &'a mut [u8],
    pub(crate) len: &'a mut usize,
}

impl EntriesMut<'_> {
    pub(crate) fn entries(&self) -> Entries<'_> {
        Entries::new(self.region.get(..*self.len).unwrap_or_default())
    }

    /// Bytes that an entry at `place` could have: what is free and what it has now.
    pub(crate) fn room(&self, place: Place) -> usize {
        self.region.len().saturating_sub(*self.len).saturating_add(place.old)
    }

    /// Makes the entry and gives its value's bytes to fill in. On `Full` nothing has changed.
    pub(crate) fn put(
        &mut self,
        kind: Kind,
        key: &[u8],
        value: usize,
    ) -> Result<&mut [u8], WriteError> {
        self.put_at(self.place(kind, key), kind, key, value)
    }

    /// Makes the entry at the place that is its own.
    pub(crate) fn put_at(
        &mut self,
        place: Place,
        kind: Kind,
        key: &[u8],
        value: usize,
    ) -> Result<&mut [u8], WriteError> {
        let key_len = u8::try_from(key.len()).map_err(|_| WriteError::Key { len: key.len() })?;
        let needed = size(key.len(), value);
        let free = self.room(place);
        let full = WriteError::Full { needed, free };
        let value_len = u16::try_from(value).map_err(|_| full)?;
        let entry = self.resize(place.at, place.old, needed).ok_or(full)?;
        let (head, body) =
            entry.split_at_mut_checked(OVERHEAD.saturating_add(key.len())).ok_or(full)?;
        let [low, high] = value_len.to_le_bytes();
        let mut head = Writer(head);
        head.put(&[kind.0, key_len, low, high]);
        head.put(key);
        Ok(body)
    }

    /// Puts a whole value.
    pub(crate) fn set(&mut self, kind: Kind, key: &[u8], value: &[u8]) -> Result<(), WriteError> {
        crate::bytes::copy(self.put(kind, key, value.len())?, value);
        Ok(())
    }

    /// Puts under `to` what stands under `from`, which comes later in the order.
    pub(crate) fn duplicate(&mut self, from: Kind, to: Kind, key: &[u8]) -> Result<(), WriteError> {
        let value = self.entries().get(from, key).map_or(0, <[u8]>::len);
        self.put(to, key, value)?;
        // Both entries have the same key and length; the copy is of the value's bytes alone.
        let skip = OVERHEAD.saturating_add(key.len());
        let source = self.place(from, key).at.saturating_add(skip);
        let target = self.place(to, key).at.saturating_add(skip);
        shift(self.region, source, value, target);
        Ok(())
    }

    /// Takes the entry out; false if there is none.
    pub(crate) fn remove(&mut self, kind: Kind, key: &[u8]) -> bool {
        let Place { at, old } = self.place(kind, key);
        old > 0 && self.resize(at, old, 0).is_some()
    }

    /// Keeps the entries that `keep` says yes to.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&Entry<'_>) -> bool) {
        let mut at = 0_usize;
        while let Some(entry) =
            self.region.get(at..*self.len).and_then(|rest| Entries::new(rest).next())
        {
            let size = entry.size();
            if keep(&entry) {
                at = at.saturating_add(size);
            } else if self.resize(at, size, 0).is_none() {
                return;
            }
        }
    }

    /// Marks the entries of `kind` that `which` says yes to, in place of the mark they had; true if it said yes at all.
    pub(crate) fn mark(
        &mut self,
        kind: Kind,
        mark: Mark,
        which: impl Fn(&Entry<'_>) -> bool,
    ) -> bool {
        let mut any = false;
        let mut at = 0_usize;
        while let Some(entry) =
            self.region.get(at..*self.len).and_then(|rest| Entries::new(rest).next())
        {
            let size = entry.size();
            if entry.is(kind) && which(&entry) {
                any = true;
                if let Some(byte) = self.region.get_mut(at) {
                    *byte = kind.0 | mark.bit();
                }
            }
            at = at.saturating_add(size);
        }
        any
    }

    /// Takes the marks off.
    pub(crate) fn unmark(&mut self, kind: Kind) {
        let mut at = 0_usize;
        while let Some(entry) =
            self.region.get(at..*self.len).and_then(|rest| Entries::new(rest).next())
        {
            let size = entry.size();
            if entry.is(kind)
                && let Some(byte) = self.region.get_mut(at)
            {
                *byte = kind.0;
            }
            at = at.saturating_add(size);
        }
    }

    /// Where the entry is or would be.
    pub(crate) fn place(&self, kind: Kind, key: &[u8]) -> Place {
        let mut at = 0_usize;
        for entry in self.entries() {
            match entry.order(kind, key) {
                Ordering::Less => at = at.saturating_add(entry.size()),
                Ordering::Equal => return Place { at, old: entry.size() },
                Ordering::Greater => break,
            }
        }
        Place { at, old: 0 }
    }

    /// Makes the `old` bytes at `at` into `new` bytes and moves what is behind them.
    fn resize(&mut self, at: usize, old: usize, new: usize) -> Option<&mut [u8]> {
        let tail = at.checked_add(old)?;
        let moved = at.checked_add(new)?;
        let len = moved.checked_add(self.len.checked_sub(tail)?)?;
        if len > self.region.len() {
            return None;
        }
        if old != new {
            shift(self.region, tail, self.len.saturating_sub(tail), moved);
        }
        *self.len = len;
        self.region.get_mut(at..moved)
    }
}

#[cfg(test)]
mod tests;
