//! The contract: what is asked of the server for each call.

use redis::{Value, cmd};
use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Freshness, Loaded, SendStore, Updated};

use crate::RedisStore;
use crate::error::{Cause, Operation, RedisError};
use crate::names::Entry;
use crate::value::{Parsed, Principal, lifetime, revision_bytes, time, value};

impl SendStore for RedisStore {
    type Error = RedisError;

    /// A damaged value is found as an empty record, which the core judges.
    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, RedisError> {
        let command = cmd("GET").arg(self.names.record(key)).clone();
        let found = match self.read(Operation::Load, command).await? {
            Value::BulkString(found) => found,
            Value::Nil => return Ok(Loaded::Missing),
            _ => return Err(RedisError::new(Operation::Load, Cause::Answer)),
        };
        match Parsed::new(&found) {
            Parsed::Whole { meta, record, .. } => {
                if let Some(place) = buffer.get_mut(..record.len()) {
                    place.copy_from_slice(record);
                }
                Ok(Loaded::Found { len: record.len(), meta })
            }
            Parsed::Damaged => {
                Ok(Loaded::Found { len: 0, meta: Meta::new(Revision::FIRST, Timestamp::ZERO) })
            }
            Parsed::Newer => Err(RedisError::new(Operation::Load, Cause::Newer)),
        }
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, RedisError> {
        const CREATE: Operation = Operation::Create;
        if let Some(name) = write.principal {
            match self.enter(CREATE, Principal::new(name), key).await {
                Err(error) if error.is_full() => return Ok(Created::Full),
                entered => entered?,
            }
        }
        let mut command = cmd("SET");
        command.arg(self.names.record(key)).arg(value(Revision::FIRST, &write));
        command.arg("NX").arg("PX").arg(lifetime(write.seen, write.expires, self.linger));
        let answer = match self.write(CREATE, command).await {
            Err(error) if error.is_full() => return Ok(Created::Full),
            answer => answer?,
        };
        match answer.value {
            Value::Okay => answer.done(CREATE, Created::Stored),
            Value::Nil => Ok(Created::Conflict),
            _ => Err(RedisError::new(CREATE, Cause::Answer)),
        }
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, RedisError> {
        // In a cluster the index lies elsewhere. Who has just been bound is not in it, most likely: asking would be vain.
        let is_new = self.link.is_cluster() && write.newly_bound;
        if !is_new && let Some(updated) = self.try_update(key, expected, &write, false).await? {
            return Ok(updated);
        }
        if let Some(name) = write.principal {
            match self.enter(Operation::Update, Principal::new(name), key).await {
                Err(error) if error.is_full() => return Ok(Updated::Full),
                entered => entered?,
            }
        }
        let updated = self.try_update(key, expected, &write, true).await?;
        updated.ok_or_else(|| RedisError::new(Operation::Update, Cause::Answer))
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, RedisError> {
        const TOUCH: Operation = Operation::Touch;
        let record = self.names.record(key);
        let (seen_at, lifetime) = (time(seen), lifetime(seen, expires, self.linger).to_string());
        let (keys, arguments) = ([&*record], [&seen_at[..], lifetime.as_bytes()]);
        match self.run_here(TOUCH, &self.scripts.touch.call(&keys, &arguments)).await? {
            Value::BulkString(word) if word == b"stored" => Ok(true),
            Value::BulkString(word) if word == b"missing" => Ok(false),
            Value::BulkString(word) if word == b"newer" => {
                Err(RedisError::new(TOUCH, Cause::Newer))
            }
            _ => Err(RedisError::new(TOUCH, Cause::Answer)),
        }
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, RedisError> {
        const DESTROY: Operation = Operation::Destroy;
        let record = self.names.record(key);
        let keys = [&*record];
        let answer = self.run_write(DESTROY, &self.scripts.destroy.call(&keys, &[])).await?;
        let principal = match answer.word() {
            b"missing" => return Ok(false),
            principal => Principal::from_bytes(principal),
        };
        let destroyed = answer.done(DESTROY, true)?;
        if let Some(principal) = principal {
            self.forget(principal, key).await;
        }
        Ok(destroyed)
    }

    /// The server removes expired records by itself, so none is left to be counted. What a sweep looks at is the
    /// index: up to `limit` entries, going on where the last sweep stopped.
    async fn sweep(&self, _: Timestamp, limit: usize) -> Result<usize, RedisError> {
        if limit > 0 {
            self.sweep_index(limit).await?;
        }
        Ok(0)
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, RedisError> {
        if keys.is_empty() {
            return Ok(0);
        }
        let listed = self.keys_of(Principal::new(principal), after, keys.len()).await?;
        let places = keys.iter_mut().zip(&listed);
        places.for_each(|(place, key)| *place = *key);
        Ok(listed.len().min(keys.len()))
    }
}

impl RedisStore {
    /// Updates the record, unless its entry has to be in the index first and may not be: then `None`.
    async fn try_update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: &Write<'_>,
        listed: bool,
    ) -> Result<Option<Updated>, RedisError> {
        const UPDATE: Operation = Operation::Update;
        let principal = write.principal.map(Principal::new);
        let mut keys = vec![self.names.record(key)];
        if let Some(principal) = principal.filter(|_| !self.link.is_cluster()) {
            let shard = principal.shard();
            keys.extend([self.names.index(shard), self.names.latest(shard)]);
        }
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let entry = principal.map(|principal| Entry::new(principal, key));
        let entry = entry.as_ref().map_or(&[][..], |entry| &entry.0);
        let new = value(expected.next(), write);
        let lifetime = lifetime(write.seen, write.expires, self.linger).to_string();
        let listed: &[u8] = if listed { b"1" } else { b"0" };
        let expected = revision_bytes(expected);
        let arguments = [&expected[..], &new, lifetime.as_bytes(), entry, listed];
        let answer =
            match self.run_write(UPDATE, &self.scripts.update.call(&keys, &arguments)).await {
                Err(error) if error.is_full() => return Ok(Some(Updated::Full)),
                answer => answer?,
            };
        match answer.word() {
            b"stored" => answer.done(UPDATE, Some(Updated::Stored)),
            b"conflict" => Ok(Some(Updated::Conflict)),
            b"missing" => Ok(Some(Updated::Missing)),
            b"unlisted" => Ok(None),
            b"newer" => Err(RedisError::new(UPDATE, Cause::Newer)),
            _ => Err(RedisError::new(UPDATE, Cause::Answer)),
        }
    }
}
