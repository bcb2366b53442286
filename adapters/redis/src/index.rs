//! Which sessions a principal has.
//!
//! In: principals and store keys. Out: a principal's store keys. The index may name too much and never too little: an
//! entry is there before its record is bound, and removed after its record is gone. What is left behind, by a crash or
//! because the server removed an expired record, is found by walking over the index.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::{Mutex, PoisonError};

use futures_util::future::try_join_all;
use redis::{Cmd, Value, cmd};
use sansession::StoreKey;

use crate::RedisStore;
use crate::error::{Cause, Operation, RedisError};
use crate::names::{Entry, Shard};
use crate::value::{HEAD, Parsed, Principal};

/// Where the last sweep stopped.
pub(crate) struct Walk(Mutex<(Shard, Option<Entry>)>);

impl Walk {
    /// Begins anywhere, so that several processes do not all look at the same part.
    pub(crate) fn new() -> Self {
        let [first, ..] = RandomState::new().build_hasher().finish().to_ne_bytes();
        Self(Mutex::new((Shard(first), None)))
    }

    fn place(&self) -> (Shard, Option<Entry>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn go_on(&self, place: (Shard, Option<Entry>)) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }
}

impl RedisStore {
    /// Enters a session into the index.
    pub(crate) async fn enter(
        &self,
        operation: Operation,
        principal: Principal,
        key: &StoreKey,
    ) -> Result<(), RedisError> {
        let shard = principal.shard();
        let (index, latest) = (self.names.index(shard), self.names.latest(shard));
        let entry = Entry::new(principal, key);
        let (keys, arguments) = ([&*index, &*latest], [&entry.0[..]]);
        let call = self.scripts.enter.call(&keys, &arguments);
        self.run_write(operation, &call).await?.done(operation, ())
    }

    /// Removes the entry of a record that is gone for good.
    pub(crate) async fn forget(&self, principal: Principal, key: &StoreKey) {
        let index = self.names.index(principal.shard());
        let entry = Entry::new(principal, key);
        let command = cmd("ZREM").arg(index).arg(&entry.0[..]).clone();
        // The record is gone, whatever comes of this; what is left, a sweep finds.
        let _ = self.write_here(Operation::Destroy, command).await;
    }

    /// Up to `limit` store keys of a principal, in order, those after `after`.
    pub(crate) async fn keys_of(
        &self,
        principal: Principal,
        after: Option<&StoreKey>,
        limit: usize,
    ) -> Result<Vec<StoreKey>, RedisError> {
        let first = match after {
            Some(key) => [b"(", &Entry::new(principal, key).0[..]].concat(),
            None => [b"[", &principal.0[..]].concat(),
        };
        let last = Entry::new(principal, &StoreKey::from_bytes([0xff; 16]));
        let last = [b"[", &last.0[..]].concat();
        let command = page(&self.names.index(principal.shard()), &first, &last, limit);
        let answer = self.read(Operation::List, command).await?;
        Ok(entries(Operation::List, answer)?.iter().map(Entry::key).collect())
    }

    /// Looks at up to `limit` entries, and forgets those whose record is gone or somebody else's.
    pub(crate) async fn sweep_index(&self, limit: usize) -> Result<(), RedisError> {
        let (shard, after) = self.walk.place();
        let first = after.map_or(b"-".to_vec(), |entry| [b"(", &entry.0[..]].concat());
        let index = self.names.index(shard);
        let answer = self.read(Operation::Sweep, page(&index, &first, b"+", limit)).await?;
        let found = entries(Operation::Sweep, answer)?;
        self.walk.go_on(match found.last() {
            Some(entry) if found.len() == limit => (shard, Some(*entry)),
            _ => (Shard(shard.0.wrapping_add(1)), None),
        });
        let stale = try_join_all(found.iter().map(|entry| self.is_stale(entry))).await?;
        let stale: Vec<&[u8]> = found
            .iter()
            .zip(stale)
            .filter(|(_, stale)| *stale)
            .map(|(entry, _)| &entry.0[..])
            .collect();
        if !stale.is_empty() {
            let latest = self.names.latest(shard);
            let keys = [&*index, &*latest];
            self.run_here(Operation::Sweep, &self.scripts.forget.call(&keys, &stale)).await?;
        }
        Ok(())
    }

    async fn is_stale(&self, entry: &Entry) -> Result<bool, RedisError> {
        let record = self.names.record(&entry.key());
        let command = cmd("GETRANGE").arg(record).arg(0).arg(HEAD - 1).clone();
        let Value::BulkString(head) = self.read(Operation::Sweep, command).await? else {
            return Err(RedisError::new(Operation::Sweep, Cause::Answer));
        };
        Ok(match Parsed::new(&head) {
            Parsed::Whole { principal, .. } => principal != entry.principal(),
            // Whose it is cannot be told.
            Parsed::Damaged | Parsed::Newer => head.is_empty(),
        })
    }
}

fn page(index: &str, first: &[u8], last: &[u8], limit: usize) -> Cmd {
    let mut command = cmd("ZRANGE");
    command.arg(index).arg(first).arg(last).arg("BYLEX").arg("LIMIT").arg(0).arg(limit);
    command
}

fn entries(operation: Operation, answer: Value) -> Result<Vec<Entry>, RedisError> {
    let entry = |value| match value {
        Value::BulkString(bytes) => Entry::from_bytes(&bytes),
        _ => None,
    };
    let Value::Array(values) = answer else {
        return Err(RedisError::new(operation, Cause::Answer));
    };
    let entries: Option<Vec<Entry>> = values.into_iter().map(entry).collect();
    entries.ok_or_else(|| RedisError::new(operation, Cause::Answer))
}
