//! The slot: the memory of one exchange, owned by the caller.
//!
//! ```text
//! | state | record: header, entries -> ......... | changes -> ............... |
//!                                                ^ where is up to the transport
//! ```
//!
//! The record is read into the first part and changed in place, so what the handler reads is what will be stored. The
//! second part keeps this exchange's own changes. Of a stored session it is as long as the first: all changes can be made
//! again on a fresh record after a conflict. Of a carried session it only keeps flash messages.

use core::fmt;

use crate::bytes::wipe;
use crate::carried::START;
use crate::entries::{Entries, EntriesMut, Kind};
use crate::exchange::Exchange;
use crate::id::StoreKey;
use crate::record::{self, HEADER, TRAILER};

/// The least bytes of a slot.
const LEAST: usize = 256;

/// The memory of one exchange: `N` bytes hold stored records of up to `N / 2` bytes, 68 of them header.
///
/// `Slot<[u8; N]>` is what a caller makes; [`Slot::erase`], or unsizing a box, forgets `N`, and everything else works
/// on that. A slot can be used again for the next request as it is; nothing is zeroed or moved.
///
/// | `N` | record | fits, for instance |
/// |---|---|---|
/// | 512 | 256 | a login, a few settings and a flash message |
/// | 2048 | 1024 | some forty small values |
/// | 16384 | 8192 | the server demo |
///
/// Of a carried session three quarters are record: from `N` = 4116 on, all that a cookie can hold.
///
/// `Debug` shows its size only. Ids in it are wiped on drop; [`Slot::wipe`] also wipes the record.
pub struct Slot<B: ?Sized = [u8]> {
    pub(crate) exchange: Exchange,
    bytes: B,
}

impl<const N: usize> Slot<[u8; N]> {
    /// Makes an empty slot. Fewer than 256 bytes, or more than 65,535 of record, do not compile.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N >= LEAST && N / 2 <= 65_535, "a slot has 256 to 131,071 bytes") }
        Self { exchange: Exchange::new(), bytes: [0; N] }
    }

    /// Forgets the capacity.
    pub fn erase(&mut self) -> &mut Slot {
        self
    }
}

impl<const N: usize> Default for Slot<[u8; N]> {
    fn default() -> Self {
        Self::new()
    }
}

/// How a transport divides a slot.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    /// Where the changes begin.
    pub(crate) split: usize,
    /// The most bytes of entries.
    pub(crate) entries: usize,
}

impl Layout {
    pub(crate) const NONE: Self = Self { split: 0, entries: 0 };

    /// Half for the record, half for changes. `trailer` is what stands behind the entries of a record.
    pub(crate) const fn stored(slot: &Slot, trailer: usize) -> Self {
        let split = slot.record_capacity();
        Self { split, entries: split.saturating_sub(HEADER).saturating_sub(trailer) }
    }
}

impl Slot {
    /// The longest stored record that fits, in bytes.
    pub const fn record_capacity(&self) -> usize {
        self.bytes.len() / 2
    }

    /// Forgets the exchange and wipes its ids. What it read and wrote stays in the bytes until the next exchange.
    pub fn forget(&mut self) {
        if self.exchange.carried {
            self.wipe_token();
        }
        self.exchange.reset();
    }

    /// Wipes of a carried token what stands before and behind the entries: what is left opens nothing.
    fn wipe_token(&mut self) {
        let end = START.saturating_add(self.exchange.carried_len);
        let trailer = HEADER.saturating_add(self.exchange.entries);
        for part in [START..HEADER, trailer..end] {
            wipe(self.bytes.get_mut(part).unwrap_or_default());
        }
    }

    /// Forgets the exchange and overwrites all bytes with zeros.
    pub fn wipe(&mut self) {
        self.forget();
        wipe(&mut self.bytes);
    }

    /// All bytes.
    pub(crate) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The whole first part: where a record is read to.
    pub(crate) fn record_space(&mut self) -> &mut [u8] {
        self.bytes.get_mut(..self.exchange.layout.split).unwrap_or_default()
    }

    /// The record's space, and what is known of it.
    #[cfg(feature = "sealed")]
    pub(crate) fn record_and_exchange(&mut self) -> (&mut [u8], &mut Exchange) {
        let space = self.bytes.get_mut(..self.exchange.layout.split).unwrap_or_default();
        (space, &mut self.exchange)
    }

    pub(crate) fn reload_space(&mut self) -> (&StoreKey, &mut [u8]) {
        let space = self.bytes.get_mut(..self.exchange.layout.split).unwrap_or_default();
        (&self.exchange.key, space)
    }

    /// The carried token that was made in this exchange.
    pub(crate) fn carried_token(&self) -> Option<&[u8]> {
        let token = self.bytes.get(START..)?.get(..self.exchange.carried_len)?;
        (!token.is_empty()).then_some(token)
    }

    /// The record as it is now: in the clear, or as it is stored.
    pub(crate) fn record(&self) -> &[u8] {
        let trailer = if self.exchange.sealed.is_some() { TRAILER } else { 0 };
        let len = HEADER.saturating_add(self.exchange.entries).saturating_add(trailer);
        self.bytes.get(..len).unwrap_or_default()
    }

    /// Whom the session is bound to, a login of this exchange included.
    pub(crate) fn principal(&self) -> Option<&str> {
        let readable = self.exchange.sealed.unwrap_or(self.exchange.entries);
        let entries = self.record().get(HEADER..).unwrap_or_default();
        record::principal(entries.get(..readable).unwrap_or_default())
    }

    /// The entries as the handler sees them.
    pub(crate) fn entries(&self) -> Entries<'_> {
        Entries::new(self.record().get(HEADER..).unwrap_or_default())
    }

    /// This exchange's own changes.
    pub(crate) fn changes(&self) -> Entries<'_> {
        let changes = self.bytes.get(self.exchange.layout.split..).unwrap_or_default();
        Entries::new(changes.get(..self.exchange.changes).unwrap_or_default())
    }

    pub(crate) fn parts(&mut self) -> Parts<'_> {
        let layout = self.exchange.layout;
        let (record, changes) = self.bytes.split_at_mut_checked(layout.split).unwrap_or_default();
        let (header, entries) = record.split_at_mut_checked(HEADER).unwrap_or_default();
        let entries = entries.get_mut(..layout.entries).unwrap_or_default();
        let Exchange {
            entries: entries_len,
            changes: changes_len,
            unmergeable,
            wishes,
            carried,
            ..
        } = &mut self.exchange;
        Parts {
            header,
            entries: EntriesMut { region: entries, len: entries_len },
            changes: EntriesMut { region: changes, len: changes_len },
            log: Log { merges: !*carried, unmergeable },
            wishes,
        }
    }
}

/// The two maps of a slot, to be changed side by side.
pub(crate) struct Parts<'a> {
    pub(crate) header: &'a mut [u8],
    pub(crate) entries: EntriesMut<'a>,
    pub(crate) changes: EntriesMut<'a>,
    pub(crate) log: Log<'a>,
    pub(crate) wishes: &'a mut crate::exchange::Wishes,
}

/// Whether the changes are kept, so that they can be made again on a fresh record.
pub(crate) struct Log<'a> {
    /// No carried session is merged with another.
    merges: bool,
    pub(crate) unmergeable: &'a mut bool,
}

impl Log<'_> {
    /// Keeps a change.
    pub(crate) fn note(
        &mut self,
        changes: &mut EntriesMut<'_>,
        kind: Kind,
        key: &[u8],
        value: &[u8],
    ) {
        *self.unmergeable |= self.merges && changes.set(kind, key, value).is_err();
    }
}

impl<B: ?Sized> fmt::Debug for Slot<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("bytes", &size_of_val(&self.bytes)).finish_non_exhaustive()
    }
}
