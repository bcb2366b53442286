//! What things are called on the server.
//!
//! ```text
//! PREFIX:5f0c…                  a session, by its store key in hexadecimal
//! PREFIX:{index:9a}             whose sessions: a sorted set of principal and store key, by the principal's first byte
//! PREFIX:{index:9a}:latest      which of these are new
//! ```
//!
//! A cluster spreads keys by what stands in braces, or else by the whole name: sessions lie anywhere, the two keys of a
//! part of the index together.

use sansession::StoreKey;

use crate::value::Principal;

/// Names that begin with one prefix.
pub(crate) struct Names {
    prefix: String,
}

/// A part of the index: the principals whose hash begins with this byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard(pub(crate) u8);

impl Names {
    pub(crate) fn new(prefix: String) -> Self {
        Self { prefix }
    }

    pub(crate) fn record(&self, key: &StoreKey) -> String {
        format!("{}:{key}", self.prefix)
    }

    pub(crate) fn index(&self, shard: Shard) -> String {
        format!("{}:{{index:{:02x}}}", self.prefix, shard.0)
    }

    pub(crate) fn latest(&self, shard: Shard) -> String {
        format!("{}:latest", self.index(shard))
    }
}

/// A session of a principal, as the index has it. The order of entries is that of store keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry(pub(crate) [u8; Entry::LEN]);

impl Entry {
    pub(crate) const LEN: usize = 32;

    pub(crate) fn new(principal: Principal, key: &StoreKey) -> Self {
        let mut bytes = [0; Self::LEN];
        bytes[..16].copy_from_slice(&principal.0);
        bytes[16..].copy_from_slice(key.as_bytes());
        Self(bytes)
    }

    /// What a server tells; `None` if that is no entry.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) fn principal(&self) -> Option<Principal> {
        Principal::from_bytes(&self.0[..16])
    }

    pub(crate) fn key(&self) -> StoreKey {
        let mut key = [0; 16];
        key.copy_from_slice(&self.0[16..]);
        StoreKey::from_bytes(key)
    }
}

impl Principal {
    pub(crate) fn shard(self) -> Shard {
        Shard(self.0[0])
    }
}
