//! The contract, for both tables. Whatever takes long happens before a table is asked.

use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Loaded, SendStore, Store, Updated};

use crate::error::RamError;
use crate::owner::Owner;
use crate::{LocalRamStore, RamStore};

/// Refuses what no place can take.
const fn fits<const BYTES: usize>(write: &Write<'_>) -> Result<(), RamError> {
    let len = write.record.len();
    if len > BYTES { Err(RamError::RecordTooLong { len, room: BYTES }) } else { Ok(()) }
}

macro_rules! contract {
    ($contract:ident for $store:ident) => {
        impl<const N: usize, const BYTES: usize> $contract for $store<N, BYTES> {
            type Error = RamError;

            async fn load(
                &self,
                key: &StoreKey,
                buffer: &mut [u8],
                _: Freshness,
            ) -> Result<Loaded, RamError> {
                Ok(self.with(|table| table.load(key, buffer)))
            }

            async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, RamError> {
                fits::<BYTES>(&write)?;
                let owner = Owner::of(write.principal);
                Ok(self.with(|table| table.create(key, owner, &write)))
            }

            async fn update(
                &self,
                key: &StoreKey,
                expected: Revision,
                write: Write<'_>,
            ) -> Result<Updated, RamError> {
                fits::<BYTES>(&write)?;
                let owner = Owner::of(write.principal);
                Ok(self.with(|table| table.update(key, expected, owner, &write)))
            }

            async fn touch(
                &self,
                key: &StoreKey,
                seen: Timestamp,
                expires: Timestamp,
            ) -> Result<bool, RamError> {
                Ok(self.with(|table| table.touch(key, seen, expires)))
            }

            async fn destroy(&self, key: &StoreKey) -> Result<bool, RamError> {
                Ok(self.with(|table| table.destroy(key)))
            }

            async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, RamError> {
                let mut place = 0;
                for taken in 0..limit {
                    match self.with(|table| table.take_expired(place, now)) {
                        Some(next) => place = next,
                        None => return Ok(taken),
                    }
                }
                Ok(limit)
            }

            async fn list(
                &self,
                principal: &str,
                after: Option<&StoreKey>,
                keys: &mut [StoreKey],
            ) -> Result<usize, RamError> {
                let owner = Owner::principal(principal);
                let mut after = after.copied();
                for (count, place) in keys.iter_mut().enumerate() {
                    match self.with(|table| table.key_after(owner, after.as_ref())) {
                        Some(key) => *place = key,
                        None => return Ok(count),
                    }
                    after = Some(*place);
                }
                Ok(keys.len())
            }
        }
    };
}

contract!(SendStore for RamStore);
contract!(Store for LocalRamStore);
