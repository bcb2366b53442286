//! Signing keys: what the host hands in, and the sub-keys derived from it.
//!
//! In: secrets of at least 32 bytes, each with a one-byte id. Out: one keyed HMAC state per purpose and key. It
//! refuses to know where keys come from and never shows one.

use core::fmt;

use heapless::Vec;
use hmac::{Hmac, KeyInit, Mac};
use zeroize::Zeroize;

use crate::config::Config;
use crate::error::ConfigError;
use crate::hash::Sha256;

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
        let salt = Keyed::new(b"sansession v1").ok_or(ConfigError::WeakKey { id })?;
        Ok(Self { id, prk: salt.tag(&[secret]) })
    }

    /// The id that tokens under this key carry.
    pub const fn id(&self) -> u8 {
        self.id
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.prk.zeroize();
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

/// What a sub-key is for. Each purpose derives its own key, so no tag made for one is ever accepted for another.
#[derive(Clone, Copy)]
enum Purpose {
    IdToken,
    Csrf,
}

/// The keys of one cookie under one configuration, ready to use.
#[derive(Clone)]
pub(crate) struct Keys(Vec<SubKeys, MAX_KEYS>);

#[derive(Clone)]
pub(crate) struct SubKeys {
    pub(crate) id: u8,
    pub(crate) retiring: bool,
    pub(crate) id_token: Keyed,
    pub(crate) csrf: Keyed,
}

impl Keys {
    pub(crate) fn derive(ring: &KeyRing, config: &Config) -> Result<Self, ConfigError> {
        let mut keys = Vec::new();
        for Place { key, retiring } in &ring.0 {
            let sub = SubKeys {
                id: key.id,
                retiring: *retiring,
                id_token: Keyed::derive(key, Purpose::IdToken, config)?,
                csrf: Keyed::derive(key, Purpose::Csrf, config)?,
            };
            keys.push(sub).map_err(|_| ConfigError::TooManyKeys)?;
        }
        Ok(Self(keys))
    }

    /// The key that signs.
    pub(crate) fn newest(&self) -> Option<&SubKeys> {
        self.0.first()
    }

    /// The key that a token names. At most [`MAX_KEYS`] one-byte comparisons, and the id is public.
    pub(crate) fn by_id(&self, id: u8) -> Option<&SubKeys> {
        self.0.iter().find(|key| key.id == id)
    }
}

/// An HMAC-SHA256 whose key blocks are already absorbed: a tag over n bytes costs ceil((n + 9) / 64) + 1 compressions.
#[derive(Clone)]
pub(crate) struct Keyed(Hmac<Sha256>);

impl Keyed {
    /// Derives the sub-key with HKDF-Expand (RFC 5869, 2.3). The info string is the token's context, every part
    /// length-prefixed, so that no two contexts spell the same bytes: format version, purpose, cookie name, audience,
    /// key id, epoch. Having it in the key makes it free per token.
    fn derive(key: &Key, purpose: Purpose, config: &Config) -> Result<Self, ConfigError> {
        let purpose: &[u8] = match purpose {
            Purpose::IdToken => b"id token",
            Purpose::Csrf => b"csrf",
        };
        let name = config.cookie.name.as_bytes();
        let audience = config.audience.as_bytes();
        let epoch = config.epoch.to_le_bytes();
        let parts: [&[u8]; 6] = [b"sansession v1", purpose, name, audience, &[key.id], &epoch];
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
        let weak = ConfigError::WeakKey { id: key.id };
        let mut okm = Self::new(&key.prk).ok_or(weak)?.tag(&info);
        let keyed = Self::new(&okm).ok_or(weak);
        okm.zeroize();
        keyed
    }

    /// `None` never happens: HMAC takes keys of any length.
    fn new(key: &[u8]) -> Option<Self> {
        Hmac::new_from_slice(key).ok().map(Self)
    }

    pub(crate) fn tag(&self, message: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in message {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Compares in constant time, all 32 bytes.
    pub(crate) fn verifies(&self, message: &[u8], tag: &[u8; 32]) -> bool {
        self.0.clone().chain_update(message).verify(tag.into()).is_ok()
    }
}

#[cfg(test)]
mod tests;
