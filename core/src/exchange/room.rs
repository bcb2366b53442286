//! Room: whether an entry will fit the record, said where the handler writes (promise T10).
//!
//! What is stored in the end is the record as it is, without the flash messages that this exchange uses up or leaves
//! anew, and with those that it leaves. Everything but flash must also fit the record now, as it is put there at once.

use crate::entries::{Entries, Entry, Kind, Mark, Place};
use crate::error::WriteError;
use crate::exchange::flash::STAMP;
use crate::slot::Slot;

impl Slot {
    /// Says whether an entry of this size fits under `key`, in place of what is there.
    pub(crate) fn check_room(
        &mut self,
        kind: Kind,
        key: &[u8],
        value: usize,
    ) -> Result<(), WriteError> {
        let place = self.parts().entries.place(kind, key);
        self.check_room_at(place, kind, key, value)
    }

    /// Says whether an entry of this size fits at `place`, which is that of `key`.
    pub(crate) fn check_room_at(
        &mut self,
        place: Place,
        kind: Kind,
        key: &[u8],
        value: usize,
    ) -> Result<(), WriteError> {
        let needed = crate::entries::size(key.len(), value);
        let free = self.room(place, kind, key);
        if needed > free { Err(WriteError::Full { needed, free }) } else { Ok(()) }
    }

    fn room(&mut self, place: Place, kind: Kind, key: &[u8]) -> usize {
        let waiting = self.changes().of_kind(Kind::FLASH);
        let waiting = waiting.filter(|flash| (kind, key) != (Kind::FLASH, flash.key));
        let waiting = waiting.map(|flash| flash.size().saturating_add(STAMP));
        let waiting = waiting.fold(0, usize::saturating_add);

        // Only a record that was loaded with some has any to look through.
        let loaded = if self.exchange.has_flash { self.entries() } else { Entries::new(&[]) };
        let flash = loaded.of_kind(Kind::FLASH);
        let leaving = flash.filter(|flash| self.is_leaving(flash));
        let leaving = leaving.filter(|flash| (kind, key) != (Kind::FLASH, flash.key));
        let leaving = leaving.map(|flash| flash.size()).fold(0, usize::saturating_add);

        let entries = self.parts().entries;
        // What is free, and what the entry has now.
        let now = entries.room(place);
        let stored = now.saturating_add(leaving).saturating_sub(waiting);
        if kind == Kind::FLASH { stored } else { stored.min(now) }
    }

    /// Whether a loaded message will not be in the record that is stored.
    fn is_leaving(&self, flash: &Entry<'_>) -> bool {
        flash.has(Mark::Spent) || self.changes().contains(Kind::FLASH, flash.key)
    }
}
