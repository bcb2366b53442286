//! At rest: seals what a store keeps of a session, so that only a request with its cookie opens it (promise D3).
//!
//! In: a record in the slot, and the selector of its id. Out: the same record with its entries encrypted in place, all but
//! the principal's, and a trailer behind them; or the way back. The key is made of the host's key and the selector, and the
//! selector is in the cookie and nowhere else: a store has its hash. Byte by byte it is specified in the
//! [crate docs](crate#sealed-record).

use crate::bytes::{Writer, truncate, wipe};
use crate::config::Config;
use crate::entries::{Entries, Kind};
use crate::id::Id;
use crate::keys::{self, Key, Keys, SubKey};
use crate::mac::Keyed;
use crate::protection::SealedKey;
use crate::protection::sealed::NONCE;
use crate::record::{self, HEADER, TRAILER};
use crate::slot::Slot;
use crate::token::IdKey;

/// What the key's outputs are for.
const FOR_KEY: u8 = 1;
const FOR_NONCE: u8 = 2;

/// The key that the keys of records are made with.
pub(crate) struct RecordKey(Keyed);

impl SubKey for RecordKey {
    const PURPOSE: &'static [u8] = b"sealed record";

    fn new(derived: &[u8; 32]) -> Self {
        Self(Keyed::new(derived))
    }
}

impl RecordKey {
    /// The key, if records are to be sealed.
    pub(crate) fn derive(key: &Key, config: &Config) -> Option<Self> {
        config.seals_records.then(|| keys::derive(key, config))
    }

    /// The key of one session. "Derived from device key and selector" (promise D3).
    fn of_session(&self, id: &Id) -> SealedKey {
        let mut derived = self.0.tag(&[&[FOR_KEY], &id.selector]);
        let key = SealedKey::new(&derived);
        wipe(&mut derived);
        key
    }

    /// The nonce is made of what it seals: two records of a session have the same one only if they are the same, whatever
    /// the random number generator does, and a record needs none. RFC 5297, 1.3.2, has it as "a synthetic initialization
    /// vector".
    fn nonce(&self, id: &Id, clear: &[u8], body: &[u8]) -> [u8; NONCE] {
        truncate(&self.0.tag(&[&[FOR_NONCE], &id.selector, clear, body]))
    }
}

/// A record that was opened.
pub(crate) struct Unsealed {
    /// Bytes of its entries.
    pub(crate) entries: usize,
    pub(crate) has_flash: bool,
    /// By a key on its way out.
    pub(crate) old_key: bool,
}

impl Slot {
    /// Seals the record, whose header and entries are in place. `None` if there is no key or no id to do it by.
    pub(crate) fn seal(&mut self, keys: &Keys<IdKey>) -> Option<()> {
        let (record, exchange) = self.record_and_exchange();
        let (key, id) = (keys.newest()?, exchange.id_of_record()?);
        let records = key.records.as_ref()?;
        let entries = record.get(HEADER..)?.get(..exchange.entries)?;
        let principal = Entries::first(entries).filter(|first| first.is(Kind::PRINCIPAL));
        let in_the_clear = principal.map_or(0, |principal| principal.size());

        let (clear, rest) = record.split_at_mut_checked(HEADER.saturating_add(in_the_clear))?;
        let (body, trailer) =
            rest.split_at_mut_checked(exchange.entries.saturating_sub(in_the_clear))?;
        let nonce = records.nonce(id, clear, body);
        let tag = records.of_session(id).seal(&nonce, clear, body)?;
        let mut trailer = Writer(trailer.get_mut(..TRAILER)?);
        trailer.put(&[key.id]);
        trailer.put(&nonce);
        trailer.put(&tag);
        exchange.sealed = Some(in_the_clear);
        Some(())
    }

    /// Opens the record of `len` bytes in the slot, of which those before `body` are in the clear.
    pub(crate) fn unseal(
        &mut self,
        keys: &Keys<IdKey>,
        len: usize,
        body: usize,
    ) -> Option<Unsealed> {
        let (record, exchange) = self.record_and_exchange();
        let record = record.get_mut(..len)?;
        let id = exchange.id_of_record()?;
        let (clear, rest) = record.split_at_mut_checked(body)?;
        let bound = clear.len() > HEADER;
        let (body, trailer) = rest.split_at_mut_checked(rest.len().checked_sub(TRAILER)?)?;
        let ([key_id], trailer) = trailer.split_first_chunk()?;
        let (nonce, tag) = trailer.split_first_chunk()?;
        let key = keys.by_id(*key_id)?;
        let opens = key.records.as_ref()?.of_session(id).unseal(nonce, clear, body, tag);
        let entries = record.get(HEADER..len.saturating_sub(TRAILER)).filter(|_| opens)?;
        let has_flash = Entries::check(entries)?;
        let unsealed = Unsealed { entries: entries.len(), has_flash, old_key: key.retiring };
        // A principal is never sealed.
        (record::principal(entries).is_some() == bound).then_some(unsealed)
    }
}

#[cfg(test)]
mod tests;
