//! What the checks have in common: a store under test, keys, times, and records.

use core::time::Duration;
use std::vec;
use std::vec::Vec;

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};

use super::Kit;
use super::report::Finding;
use crate::contract::{Created, Loaded, Store, Updated};

/// When the checks begin.
pub(super) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

/// How long records live, unless a check is about that.
pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);

/// A store under test.
pub(super) struct Subject<S> {
    pub(super) store: S,
    pub(super) kit: Kit,
}

/// What a store holds under a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Held {
    pub(super) record: Vec<u8>,
    pub(super) meta: Meta,
}

impl Held {
    pub(super) fn new(record: &[u8], revision: u64, seen: Timestamp) -> Self {
        Self { record: record.into(), meta: Meta::new(Revision::new(revision), seen) }
    }
}

impl<S: Store> Subject<S> {
    /// Creates a record, which must work.
    pub(super) async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<(), Finding> {
        let created = self.store.create(key, write).await?;
        ensure_eq!(created, Created::Stored, "create under a new key");
        Ok(())
    }

    /// Replaces a record, which must work.
    pub(super) async fn update(
        &self,
        key: &StoreKey,
        expected: u64,
        write: Write<'_>,
    ) -> Result<(), Finding> {
        let updated = self.store.update(key, Revision::new(expected), write).await?;
        ensure_eq!(updated, Updated::Stored, "update of revision {expected}");
        Ok(())
    }

    /// Loads what is there, past any cache.
    pub(super) async fn load(&self, key: &StoreKey) -> Result<Option<Held>, Finding> {
        load(&self.store, self.kit.longest, key).await
    }

    /// Checks that a record is there, byte for byte.
    pub(super) async fn holds(&self, key: &StoreKey, expected: Held) -> Result<(), Finding> {
        ensure_eq!(self.load(key).await?, Some(expected), "what load finds under {key}");
        Ok(())
    }

    /// Checks that no record is there.
    pub(super) async fn misses(&self, key: &StoreKey) -> Result<(), Finding> {
        ensure_eq!(self.load(key).await?, None, "what load finds under {key}");
        Ok(())
    }
}

/// Loads a record of up to `longest` bytes, past any cache.
pub(super) async fn load<S: Store>(
    store: &S,
    longest: usize,
    key: &StoreKey,
) -> Result<Option<Held>, Finding> {
    let mut buffer = vec![0xaa; longest];
    let Loaded::Found { len, meta } = store.load(key, &mut buffer, Freshness::Latest).await? else {
        return Ok(None);
    };
    ensure!(len <= longest, "load tells of a record of {len} bytes, none so long was stored");
    buffer.truncate(len);
    Ok(Some(Held { record: buffer, meta }))
}

/// A write at [`NOW`] for an hour, anonymous.
pub(super) fn anonymous(record: &[u8]) -> Write<'_> {
    written(record, NOW)
}

/// A write at `seen` for an hour, anonymous.
pub(super) fn written(record: &[u8], seen: Timestamp) -> Write<'_> {
    Write::new(record, seen, seen.after(HOUR))
}

/// A write at [`NOW`] for an hour, bound.
pub(super) fn bound<'a>(record: &'a [u8], principal: &'a str) -> Write<'a> {
    anonymous(record).bound_to(principal)
}

/// The same write with another end.
pub(super) fn until(expires: Timestamp, mut write: Write<'_>) -> Write<'_> {
    write.expires = expires;
    write
}

/// A key that looks as random as real ones.
pub(super) fn key(number: u64) -> StoreKey {
    let mut bytes = [0; 16];
    let (low, high) = bytes.split_at_mut(8);
    low.copy_from_slice(&mix(number).to_le_bytes());
    high.copy_from_slice(&mix(!number).to_le_bytes());
    StoreKey::from_bytes(bytes)
}

/// `len` bytes that differ from those of another seed.
pub(super) fn bytes(len: usize, seed: u64) -> Vec<u8> {
    let words = (0_u64..).flat_map(|word| mix(seed ^ word.rotate_left(32)).to_le_bytes());
    words.take(len).collect()
}

/// `SplitMix64`: every number goes to another one, and neighbours far apart.
pub(super) const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
