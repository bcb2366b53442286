//! Merging: flash is aged before a record is stored, and changes are made again on a record loaded after a conflict.

use crate::entries::{Entries, Kind, Mark};
use crate::error::WriteError;
use crate::exchange::flash::STAMP;
use crate::slot::{Parts, Slot};
use crate::step::Revision;

impl Slot {
    /// Takes out the flash messages that this exchange uses up and notes which, by key and setting revision.
    ///
    /// Those that it leaves anew go as well: their place is free before any other is filled.
    pub(crate) fn consume_flash(&mut self) {
        if !self.exchange.has_flash {
            return;
        }
        let Parts { mut entries, mut changes, mut log, .. } = self.parts();
        for flash in entries.entries().of_kind(Kind::FLASH).filter(|flash| flash.has(Mark::Spent)) {
            let stamp = flash.value.get(..STAMP).unwrap_or_default();
            log.note(&mut changes, Kind::CONSUMED, flash.key, stamp);
        }
        let own = changes.entries();
        entries.retain(|entry| {
            let replaced = || own.clone().contains(Kind::FLASH, entry.key);
            !(entry.is(Kind::FLASH) && (entry.has(Mark::Spent) || replaced()))
        });
        entries.unmark(Kind::FLASH);
    }

    /// Puts the flash messages that this exchange leaves into the record, stamped with the revision that stores them.
    pub(crate) fn stamp_flash(&mut self, revision: Revision) -> Result<(), WriteError> {
        let Parts { mut entries, changes, .. } = self.parts();
        for flash in changes.entries().of_kind(Kind::FLASH) {
            let stored =
                entries.put(Kind::FLASH, flash.key, flash.value.len().saturating_add(STAMP))?;
            let mut out = crate::bytes::Writer(stored);
            out.put(&revision.get().to_le_bytes());
            out.put(flash.value);
        }
        Ok(())
    }

    /// Makes this exchange's own changes on the record in the slot, key by key.
    ///
    /// # Errors
    /// They do not all fit, or were not all kept.
    pub(crate) fn replay(&mut self) -> Result<(), Unmergeable> {
        let mut consumed_any = false;
        let Parts { mut entries, changes, log, wishes, .. } = self.parts();
        if *log.unmergeable {
            return Err(Unmergeable);
        }
        if wishes.cleared {
            entries.retain(|entry| !entry.is(Kind::DATA));
        }
        let own: Entries<'_> = changes.entries();
        for removed in own.clone().of_kind(Kind::REMOVED) {
            entries.remove(Kind::DATA, removed.key);
        }
        for consumed in own.clone().of_kind(Kind::CONSUMED) {
            // Only the very message: another one under the same key has another stamp.
            let stored = entries.entries().get(Kind::FLASH, consumed.key);
            if stored.and_then(|stored| stored.get(..STAMP)) == Some(consumed.value) {
                consumed_any |= entries.remove(Kind::FLASH, consumed.key);
            }
        }
        for kind in [Kind::PRINCIPAL, Kind::DATA] {
            for written in own.clone().of_kind(kind) {
                entries.set(kind, written.key, written.value).map_err(|_| Unmergeable)?;
            }
        }
        self.exchange.consumed = consumed_any;
        Ok(())
    }
}

/// The changes cannot be made on this record.
pub(crate) struct Unmergeable;
