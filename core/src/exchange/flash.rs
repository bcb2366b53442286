//! Flash: messages for the next request, shown once.
//!
//! A loaded message is *marked* as spent when the session is opened or when it is read, by
//! [`FlashMode`](crate::FlashMode), unless it is kept. Spent ones are taken out by what they are, key and setting
//! revision, when the exchange closes; so a later message under the same key is safe, and keeping one that another
//! request has used up does not bring it back.

use core::ops::DerefMut;

use serde::{Deserialize, Serialize};

use crate::bytes::copy;
use crate::entries::{Entries, Entry, Kind, Mark};
use crate::error::{DecodeError, WriteError};
use crate::exchange::active::{Active, check_name, keys};
use crate::exchange::encode::{Text, Typed, Value, decode};
use crate::slot::{Parts, Slot};

/// Bytes of the revision in front of a stored message.
pub(crate) const STAMP: usize = 8;

/// Flash messages.
impl<B: DerefMut<Target = Slot>> Active<B> {
    /// Leaves a message for the next request. It cannot be read in this one.
    ///
    /// # Errors
    /// [`WriteError`]; the session is as before.
    pub fn flash<T: Serialize + ?Sized>(
        &mut self,
        key: &str,
        message: &T,
    ) -> Result<(), WriteError> {
        self.slot.leave(Kind::FLASH, key, &Typed(message))
    }

    /// Leaves a string for the next request.
    ///
    /// # Errors
    /// [`WriteError`]; the session is as before.
    pub fn flash_str(&mut self, key: &str, message: &str) -> Result<(), WriteError> {
        self.slot.leave(Kind::FLASH, key, &Text(message))
    }

    /// Shows a message in this request only; nothing is stored, unless it is [kept](Active::keep).
    ///
    /// # Errors
    /// [`WriteError`]; the session is as before.
    pub fn flash_now<T: Serialize + ?Sized>(
        &mut self,
        key: &str,
        message: &T,
    ) -> Result<(), WriteError> {
        self.slot.leave(Kind::NOW, key, &Typed(message))
    }

    /// Reads a message that the previous request left, or this one [showed](Active::flash_now).
    ///
    /// Reading again in the same request gives the same message.
    ///
    /// # Errors
    /// [`DecodeError`] if it was left as another type.
    pub fn flashed<'a, T: Deserialize<'a>>(
        &'a mut self,
        key: &str,
    ) -> Result<Option<T>, DecodeError> {
        let key = key.as_bytes();
        if !self.slot.changes().contains(Kind::NOW, key) {
            let read = |entry: &Entry<'_>| entry.key == key && !entry.has(Mark::Kept);
            self.slot.parts().entries.mark(Kind::FLASH, Mark::Spent, read);
        }
        let message = match self.slot.changes().get(Kind::NOW, key) {
            Some(now) => Some(now),
            None => {
                self.slot.entries().get(Kind::FLASH, key).and_then(|stored| stored.get(STAMP..))
            }
        };
        message.map(decode).transpose()
    }

    /// The keys of the messages that can be read in this request.
    pub fn flash_keys(&self) -> impl Iterator<Item = &str> {
        let shown = self.slot.changes();
        let stored = keys(self.slot.entries(), Kind::FLASH)
            .filter(move |key| !shown.clone().contains(Kind::NOW, key.as_bytes()));
        keys(self.slot.changes(), Kind::NOW).chain(stored)
    }

    /// Leaves a message of this request for the next one as well; false if there is none.
    ///
    /// A message that another request has used up meanwhile is not brought back.
    ///
    /// # Errors
    /// [`WriteError::Full`] if it does not fit any more beside what was written; it is still shown.
    pub fn keep(&mut self, key: &str) -> Result<bool, WriteError> {
        let key = key.as_bytes();
        if self.slot.changes().contains(Kind::NOW, key) {
            self.slot.keep_shown(key)
        } else {
            self.slot.keep_loaded(key)
        }
    }

    /// Leaves all messages of this request for the next one as well.
    ///
    /// # Errors
    /// [`WriteError::Full`] at the first message that does not fit any more.
    pub fn reflash(&mut self) -> Result<(), WriteError> {
        let mut name = [0; 255];
        let mut place = 0_usize;
        while let Some(key) = nth_key(self.slot.entries(), Kind::FLASH, place, &mut name) {
            self.slot.keep_loaded(key)?;
            place = place.saturating_add(1);
        }
        place = 0;
        while let Some(key) = nth_key(self.slot.changes(), Kind::NOW, place, &mut name) {
            self.slot.keep_shown(key)?;
            place = place.saturating_add(1);
        }
        Ok(())
    }

    /// Uses a message up, read or not, and takes back one that this exchange left; false if there is none.
    pub fn discard(&mut self, key: &str) -> bool {
        let key = key.as_bytes();
        let Parts { mut entries, mut changes, .. } = self.slot.parts();
        let loaded = entries.mark(Kind::FLASH, Mark::Spent, |entry| entry.key == key);
        let left = changes.remove(Kind::FLASH, key);
        let shown = changes.remove(Kind::NOW, key);
        loaded | left | shown
    }
}

impl Slot {
    fn leave(&mut self, kind: Kind, key: &str, message: &dyn Value) -> Result<(), WriteError> {
        let key = key.as_bytes();
        check_name(key)?;
        let len = message.size()?;
        if kind == Kind::FLASH {
            self.check_room(kind, key, len.saturating_add(STAMP))?;
        }
        let Parts { mut changes, wishes, .. } = self.parts();
        let written = changes.put(kind, key, len).and_then(|place| message.write(place));
        match written {
            Ok(()) => wishes.changed |= kind == Kind::FLASH,
            Err(WriteError::Encode) => {
                changes.remove(kind, key);
            }
            Err(_) => {}
        }
        written
    }

    /// Leaves a shown message for the next request; false if there is none.
    fn keep_shown(&mut self, key: &[u8]) -> Result<bool, WriteError> {
        let Some(message) = self.changes().get(Kind::NOW, key).map(<[u8]>::len) else {
            return Ok(false);
        };
        self.check_room(Kind::FLASH, key, message.saturating_add(STAMP))?;
        let Parts { mut changes, wishes, .. } = self.parts();
        changes.duplicate(Kind::NOW, Kind::FLASH, key)?;
        wishes.changed = true;
        Ok(true)
    }

    /// Takes a loaded message out of those that are used up; false if there is none.
    fn keep_loaded(&mut self, key: &[u8]) -> Result<bool, WriteError> {
        let Some(value) = self.entries().get(Kind::FLASH, key).map(<[u8]>::len) else {
            return Ok(false);
        };
        // One that this exchange leaves under the same key stands in its place already.
        if !self.changes().contains(Kind::FLASH, key) {
            self.check_room(Kind::FLASH, key, value)?;
        }
        Ok(self.parts().entries.mark(Kind::FLASH, Mark::Kept, |entry| entry.key == key))
    }
}

/// The key of the `place`th entry of a kind, copied so that the map can be changed.
fn nth_key<'n>(
    entries: Entries<'_>,
    kind: Kind,
    place: usize,
    name: &'n mut [u8; 255],
) -> Option<&'n [u8]> {
    let key = entries.of_kind(kind).nth(place)?.key;
    let name = name.get_mut(..key.len())?;
    copy(name, key);
    Some(name)
}
