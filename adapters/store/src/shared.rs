//! A store behind an `Arc` is a store, so that a host can keep one for listings beside the one that its layer has.

use alloc::sync::Arc;
use core::future::Future;

use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};

use crate::contract::{Created, Loaded, SendStore, Updated};

impl<S: SendStore + ?Sized> SendStore for Arc<S> {
    type Error = S::Error;

    const CACHED: bool = <S as SendStore>::CACHED;

    fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> impl Future<Output = Result<Loaded, S::Error>> + Send {
        SendStore::load(&**self, key, buffer, freshness)
    }

    fn create(
        &self,
        key: &StoreKey,
        write: Write<'_>,
    ) -> impl Future<Output = Result<Created, S::Error>> + Send {
        SendStore::create(&**self, key, write)
    }

    fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> impl Future<Output = Result<Updated, S::Error>> + Send {
        SendStore::update(&**self, key, expected, write)
    }

    fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> impl Future<Output = Result<bool, S::Error>> + Send {
        SendStore::touch(&**self, key, seen, expires)
    }

    fn destroy(&self, key: &StoreKey) -> impl Future<Output = Result<bool, S::Error>> + Send {
        SendStore::destroy(&**self, key)
    }

    fn sweep(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<usize, S::Error>> + Send {
        SendStore::sweep(&**self, now, limit)
    }

    fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> impl Future<Output = Result<usize, S::Error>> + Send {
        SendStore::list(&**self, principal, after, keys)
    }
}
