//! Signing keys: what the host hands in, and the sub-keys derived from it.
//!
//! In: secrets of at least 32 bytes, each with a one-byte id. Out: one keyed HMAC state per purpose and key. It
//! refuses to know where keys come from and never shows one.

use core::fmt;

use heapless::Vec;

#[cfg(feature = "sealed")]
use crate::at_rest::RecordKey;
use crate::bytes::wipe;
use crate::config::Config;
use crate::error::ConfigError;
use crate::mac::Keyed;

/// How many keys a ring holds: one that signs and three that are on their way in or out.
pub const MAX_KEYS: usize = 4;

/// A signing key with its id. Redacted in `Debug`, wiped on drop.
///
/// The id is written into every token, so a key keeps its id for life and no two keys in use share one.
#[derive(Clone)]
pub struct Key {
    id: u8,
    /// HKDF-Extract of the secret: all that the sub-keys are made from.
    prk: [u8; 32],
}

impl Key {
    /// Takes a secret of at least 32 random bytes, for instance from `head -c 32 /dev/urandom`.
    ///
    /// # Errors
    /// [`ConfigError::WeakKey`] for fewer than 32 bytes and for a secret whose bytes are all the same.
    pub fn new(id: u8, secret: &[u8]) -> Result<Self, ConfigError> {
        let all_equal = secret.windows(2).all(|pair| matches!(pair, [a, b] if a == b));
        if secret.len() < 32 || all_equal {
            return Err(ConfigError::WeakKey { id });
        }
        // RFC 5869, 2.2: "PRK = HMAC-Hash(salt, IKM)".
        Ok(Self { id, prk: Keyed::new(b"sansession v1").tag(&[secret]) })
    }

    /// The id that tokens under this key carry.
    pub const fn id(&self) -> u8 {
        self.id
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        wipe(&mut self.prk);
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The keys in use: one signs, all verify.
///
/// To change keys on several nodes without logging anyone out: first give every node the new key with
/// [`and_next`](KeyRing::and_next), then make it the newest everywhere with the old one
/// [older](KeyRing::and_older), and take the old one away when its last token has ended.
#[derive(Clone, Debug)]
pub struct KeyRing(Vec<Place, MAX_KEYS>);

#[derive(Clone, Debug)]
struct Place {
    key: Key,
    retiring: bool,
}

impl KeyRing {
    /// A ring of one key.
    pub fn new(newest: Key) -> Self {
        Self(Vec::from_array([Place { key: newest, retiring: false }]))
    }

    /// Adds a key on its way out: it verifies, and ids that it signed are due for renewal.
    ///
    /// # Errors
    /// [`ConfigError::DuplicateKeyId`] or [`ConfigError::TooManyKeys`].
    pub fn and_older(self, key: Key) -> Result<Self, ConfigError> {
        self.and(Place { key, retiring: true })
    }

    /// Adds a key that other nodes may sign with already: it verifies, and nothing is due.
    ///
    /// # Errors
    /// [`ConfigError::DuplicateKeyId`] or [`ConfigError::TooManyKeys`].
    pub fn and_next(self, key: Key) -> Result<Self, ConfigError> {
        self.and(Place { key, retiring: false })
    }

    fn and(mut self, place: Place) -> Result<Self, ConfigError> {
        let id = place.key.id;
        if self.0.iter().any(|known| known.key.id == id) {
            return Err(ConfigError::DuplicateKeyId { id });
        }
        self.0.push(place).map_err(|_| ConfigError::TooManyKeys)?;
        Ok(self)
    }
}

/// A sub-key for one purpose, a type of its own: no tag made for one purpose is ever accepted for another.
pub trait SubKey: Sized {
    /// What it is for, as the derivation has it.
    const PURPOSE: &'static [u8];

    /// Takes 32 derived bytes; they are wiped by the caller.
    fn new(derived: &[u8; 32]) -> Self;
}

/// The keys of one cookie under one configuration, ready to use. `K` protects the cookie's value.
pub(crate) struct Keys<K>(Vec<SubKeys<K>, MAX_KEYS>);

pub(crate) struct SubKeys<K> {
    pub(crate) id: u8,
    pub(crate) retiring: bool,
    pub(crate) token: K,
    pub(crate) csrf: CsrfKey,
    #[cfg(feature = "sealed")]
    pub(crate) records: Option<RecordKey>,
}

impl<K: SubKey> Keys<K> {
    pub(crate) fn derive(ring: &KeyRing, config: &Config) -> Result<Self, ConfigError> {
        let mut keys = Vec::new();
        for Place { key, retiring } in &ring.0 {
            let sub = SubKeys {
                id: key.id,
                retiring: *retiring,
                token: derive(key, config),
                csrf: derive(key, config),
                #[cfg(feature = "sealed")]
                records: RecordKey::derive(key, config),
            };
            keys.push(sub).map_err(|_| ConfigError::TooManyKeys)?;
        }
        Ok(Self(keys))
    }
}

impl<K> Keys<K> {
    /// The key that signs.
    pub(crate) fn newest(&self) -> Option<&SubKeys<K>> {
        self.0.first()
    }

    /// The key that a token names. At most [`MAX_KEYS`] one-byte comparisons, and the id is public.
    pub(crate) fn by_id(&self, id: u8) -> Option<&SubKeys<K>> {
        self.0.iter().find(|key| key.id == id)
    }
}

/// The key that CSRF tokens are made with.
pub(crate) struct CsrfKey(pub(crate) Keyed);

impl SubKey for CsrfKey {
    const PURPOSE: &'static [u8] = b"csrf";

    fn new(derived: &[u8; 32]) -> Self {
        Self(Keyed::new(derived))
    }
}

/// Derives a sub-key with HKDF-Expand (RFC 5869, 2.3). The info string is the token's context, every part
/// length-prefixed, so that no two contexts spell the same bytes: format version, purpose, cookie name, audience,
/// key id, epoch. Having it in the key makes it free per token.
pub(crate) fn derive<K: SubKey>(key: &Key, config: &Config) -> K {
    let name = config.cookie.name.as_bytes();
    let audience = config.audience.as_bytes();
    let epoch = config.epoch.to_le_bytes();
    let parts: [&[u8]; 6] = [b"sansession v1", K::PURPOSE, name, audience, &[key.id], &epoch];
    // checked() keeps each part below 256 bytes.
    let lengths: [[u8; 1]; 6] = parts.map(|part| [u8::try_from(part.len()).unwrap_or(u8::MAX)]);
    let mut info: Vec<&[u8], 13> = Vec::new();
    for (part, length) in parts.iter().zip(&lengths) {
        // Six parts make twelve pieces, and one is left for the counter.
        let _ = info.push(length);
        let _ = info.push(part);
    }
    let _ = info.push(&[1]);
    // RFC 5869, 2.3: "T(1) = HMAC-Hash(PRK, T(0) | info | 0x01)", where T(0) is empty.
    let mut okm = Keyed::new(&key.prk).tag(&info);
    let derived = K::new(&okm);
    wipe(&mut okm);
    derived
}

#[cfg(test)]
mod tests;
