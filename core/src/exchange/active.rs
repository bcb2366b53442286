//! Active: the handler runs.
//!
//! In: what the application wants. Out: a slot that knows it. Nothing here reaches a store or a browser; that is
//! planned when the exchange closes. Flash messages and CSRF tokens have files of their own.

use core::fmt;
use core::ops::DerefMut;
use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::entries::{Entries, Kind, size};
use crate::error::{ConfigError, DecodeError, WriteError};
use crate::exchange::encode::{Text, Typed, Value, decode};
use crate::exchange::{Ended, Exchange, Wishes};
use crate::id::StoreKey;
use crate::slot::{Parts, Slot};
use crate::step::Revision;
use crate::time::{Span, Timestamp};
use crate::verdict::Verdict;

/// An open exchange, with or without a session.
///
/// Dropping it without [`Sessions::finish`](crate::Sessions::finish) changes nothing.
#[must_use = "finish the exchange, or nothing is stored"]
pub struct Active<B: DerefMut<Target = Slot>> {
    pub(crate) slot: B,
}

/// What the exchange knows of the session.
impl<B: DerefMut<Target = Slot>> Active<B> {
    /// What the cookies of the request turned out to be.
    pub fn verdict(&self) -> Verdict {
        self.slot.exchange.verdict
    }

    /// Whom the session is bound to, a [`login`](Active::login) of this exchange included.
    pub fn principal(&self) -> Option<&str> {
        self.slot.principal()
    }

    /// The name of the open session in listings; never its id. A carried session has none: no store knows it.
    pub fn handle(&self) -> Option<StoreKey> {
        let exchange = &self.slot.exchange;
        (exchange.is_live() && !exchange.carried).then_some(exchange.key)
    }

    /// The name of the session that [`Verdict::Obsolete`] is about: somebody used an id of it that was renewed long ago.
    /// It may be a thief or a stale copy of the cookie; the host may end the session.
    pub fn obsolete(&self) -> Option<StoreKey> {
        self.slot.exchange.obsolete
    }

    /// The revision that the open session was loaded with.
    pub fn revision(&self) -> Option<Revision> {
        self.slot.exchange.is_live().then_some(self.slot.exchange.revision)
    }

    /// When the open session, or its last login, began.
    pub fn created(&self) -> Option<Timestamp> {
        self.slot.exchange.is_live().then_some(self.slot.exchange.header.created)
    }

    /// The absolute deadline of the open session.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.slot.exchange.is_live().then_some(self.slot.exchange.header.deadline)
    }
}

/// The slot.
impl<B: DerefMut<Target = Slot>> Active<B> {
    /// Gives the exchange up and the slot back, with its ids wiped. Nothing is stored.
    pub fn into_slot(mut self) -> B {
        self.slot.forget();
        self.slot
    }
}

/// Data.
impl<B: DerefMut<Target = Slot>> Active<B> {
    /// Reads the value under `key`, borrowed from the slot where its type can be (`&str`, `&[u8]`).
    ///
    /// The record keeps no types: ask for the one that was written. Postcard tells most others apart, but not all (an
    /// `i32` reads as another `u32`), so write `&7_u32`, not `&7`.
    ///
    /// # Errors
    /// [`DecodeError`] if the bytes are not a value of this type.
    pub fn get<'a, T: Deserialize<'a>>(&'a self, key: &str) -> Result<Option<T>, DecodeError> {
        self.slot.entries().get(Kind::DATA, key.as_bytes()).map(decode).transpose()
    }

    /// Writes a value. A string is cheaper through [`insert_str`](Active::insert_str), to the same bytes.
    ///
    /// # Errors
    /// [`WriteError`]; the session is as before. Only a `Serialize` that writes another length the second time
    /// loses what was under the key.
    pub fn insert<T: Serialize + ?Sized>(
        &mut self,
        key: &str,
        value: &T,
    ) -> Result<(), WriteError> {
        self.slot.insert(key, &Typed(value))
    }

    /// Writes a string.
    ///
    /// # Errors
    /// [`WriteError`]; the session is as before.
    pub fn insert_str(&mut self, key: &str, value: &str) -> Result<(), WriteError> {
        self.slot.insert(key, &Text(value))
    }

    /// Takes a key out; false, and nothing to store, if it is not there.
    pub fn remove(&mut self, key: &str) -> bool {
        let Parts { mut entries, mut changes, mut log, wishes, .. } = self.slot.parts();
        let removed = entries.remove(Kind::DATA, key.as_bytes());
        if removed {
            wishes.changed = true;
            changes.remove(Kind::DATA, key.as_bytes());
            log.note(&mut changes, Kind::REMOVED, key.as_bytes(), &[]);
        }
        removed
    }

    /// Takes all data out. Flash messages, principal and id stay.
    pub fn clear(&mut self) {
        let Parts { mut entries, mut changes, wishes, .. } = self.slot.parts();
        let is_data = |kind| move |entry: &crate::entries::Entry<'_>| !entry.is(kind);
        if entries.entries().of_kind(Kind::DATA).next().is_none() {
            return;
        }
        entries.retain(is_data(Kind::DATA));
        changes.retain(is_data(Kind::DATA));
        changes.retain(is_data(Kind::REMOVED));
        wishes.cleared = true;
        wishes.changed = true;
    }

    /// Whether there is a value under `key`.
    pub fn contains(&self, key: &str) -> bool {
        self.slot.entries().contains(Kind::DATA, key.as_bytes())
    }

    /// The keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        keys(self.slot.entries(), Kind::DATA)
    }
}

/// Life cycle.
impl<B: DerefMut<Target = Slot>> Active<B> {
    /// Gives the session a new id. Data, flash and deadlines stay; the old id is dead once this is stored, with no grace.
    ///
    /// Without a session it does nothing.
    pub fn regenerate(&mut self) {
        self.slot.exchange.wishes.regenerate = true;
    }

    /// Ends the session: data and flash are gone at once, the record before the reply. What is written from here on
    /// goes to a new session. Without a session it only takes back what this exchange wrote.
    pub fn invalidate(&mut self) {
        self.slot.exchange.end(false);
    }

    /// Binds the session to a principal (a user id of 1 to 255 bytes), under a new id and a new absolute deadline.
    ///
    /// Data and flash of an anonymous session, or of the same principal, stay. A session of another principal is
    /// [invalidated](Active::invalidate) first.
    ///
    /// # Errors
    /// [`WriteError`]; the session is as before.
    pub fn login(&mut self, principal: &str) -> Result<(), WriteError> {
        let name = principal.as_bytes();
        check_name(name)?;
        if self.principal().is_some_and(|bound| bound != principal) {
            let needed = size(0, name.len());
            let free = self.slot.parts().entries.region.len();
            if needed > free {
                return Err(WriteError::Full { needed, free });
            }
            let lifetime = self.slot.exchange.wishes.lifetime;
            self.slot.exchange.end(true);
            self.slot.exchange.wishes.lifetime = lifetime;
        }
        self.slot.check_room(Kind::PRINCIPAL, b"", name.len())?;
        let Parts { mut entries, mut changes, mut log, wishes, .. } = self.slot.parts();
        entries.set(Kind::PRINCIPAL, b"", name)?;
        log.note(&mut changes, Kind::PRINCIPAL, b"", name);
        wishes.bound = true;
        wishes.changed = true;
        Ok(())
    }

    /// Sets this session's own time-outs. `absolute` counts from the session's start or its last login, also later ones.
    ///
    /// One that is over already ends the session at its next request. Without a session it waits for the first write
    /// of this exchange. The record has the new time-outs at once; the
    /// cookie follows under a renewed id, in this answer or, while a renewal is under way, in a later one.
    ///
    /// # Errors
    /// [`ConfigError::Lifetime`] below one millisecond; nothing has changed.
    pub fn set_lifetime(&mut self, idle: Duration, absolute: Duration) -> Result<(), ConfigError> {
        let (idle, absolute) = (Span::of(idle), Span::of(absolute));
        if idle == Span::ZERO || absolute == Span::ZERO {
            return Err(ConfigError::Lifetime);
        }
        self.slot.exchange.wishes.lifetime = Some((idle, absolute));
        Ok(())
    }
}

impl Exchange {
    /// Takes back what this exchange wrote, and has the session destroyed if one was open.
    fn end(&mut self, by_login: bool) {
        let ended = match self.wishes.ended {
            Some(ended) => Some(Ended { by_login: ended.by_login && by_login, ..ended }),
            None => self.is_live().then_some(Ended { key: self.key, by_login }),
        };
        self.standing = None;
        self.entries = 0;
        self.changes = 0;
        self.unmergeable = false;
        self.fresh = None;
        self.wishes = Wishes { ended, ..Wishes::NONE };
    }
}

impl Slot {
    pub(crate) fn insert(&mut self, key: &str, value: &dyn Value) -> Result<(), WriteError> {
        let key = key.as_bytes();
        check_name(key)?;
        let size = value.size()?;
        let place = self.parts().entries.place(Kind::DATA, key);
        self.check_room_at(place, Kind::DATA, key, size)?;
        let Parts { mut entries, mut changes, mut log, wishes, .. } = self.parts();
        wishes.changed = true;
        let bytes = entries.put_at(place, Kind::DATA, key, size)?;
        let written = value.write(bytes);
        if written.is_ok() {
            changes.remove(Kind::REMOVED, key);
            log.note(&mut changes, Kind::DATA, key, bytes);
        } else {
            entries.remove(Kind::DATA, key);
            changes.remove(Kind::DATA, key);
            log.note(&mut changes, Kind::REMOVED, key, &[]);
        }
        written
    }
}

/// Keys and principals have 1 to 255 bytes.
pub(crate) fn check_name(name: &[u8]) -> Result<(), WriteError> {
    if (1..=255).contains(&name.len()) { Ok(()) } else { Err(WriteError::Key { len: name.len() }) }
}

pub(crate) fn keys(entries: Entries<'_>, kind: Kind) -> impl Iterator<Item = &str> {
    entries.of_kind(kind).filter_map(|entry| core::str::from_utf8(entry.key).ok())
}

impl<B: DerefMut<Target = Slot>> fmt::Debug for Active<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Active").field("verdict", &self.verdict()).finish_non_exhaustive()
    }
}
