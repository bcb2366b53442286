//! Session ids: what the browser holds, and the hashes of it that a store may see.
//!
//! In: random bytes from the host. Out: a split token. The *selector* finds the record and stays for the session's
//! life; the *verifier* proves the right to it and is replaced at every rotation. A store learns only
//! [`StoreKey`] = hash(selector) and hash(verifier), so a dump of it logs nobody in, and how long a look-up takes says
//! nothing about a secret.

use core::fmt;
use core::str::FromStr;

use rand_core::TryCryptoRng;

use crate::bytes::{equal, wipe};
use crate::error::RngError;
use crate::hash::labelled;

/// The secret that a cookie carries: 256 bits. Wiped on drop.
#[derive(Clone)]
pub(crate) struct Id {
    pub(crate) selector: [u8; 16],
    pub(crate) verifier: [u8; 16],
}

impl Id {
    /// Draws a whole id. An error of the generator leaves no partial id behind.
    pub(crate) fn draw<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, RngError<R::Error>> {
        let mut drawn = [[0; 16]; 2];
        let filled = rng.try_fill_bytes(drawn.as_flattened_mut()).map_err(RngError);
        let [selector, verifier] = drawn;
        wipe(drawn.as_flattened_mut());
        // Made in any case, and dropped if the generator failed: then it wipes what there is.
        let id = Self { selector, verifier };
        filled.map(|()| id)
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        equal(&self.selector, &other.selector) & equal(&self.verifier, &other.verifier)
    }

    pub(crate) fn store_key(&self) -> StoreKey {
        StoreKey(labelled([b"sansession store key v1", &self.selector]))
    }

    /// Hash of the verifier, bound to its selector so that one guess cannot be tried against many records.
    pub(crate) fn verifier_hash(&self) -> VerifierHash {
        VerifierHash(labelled([b"sansession verifier v1", &self.selector, &self.verifier]))
    }
}

impl Drop for Id {
    fn drop(&mut self) {
        wipe(&mut self.selector);
        wipe(&mut self.verifier);
    }
}

/// The hash of a verifier, as a record keeps it.
#[derive(Clone, Copy, Default)]
pub(crate) struct VerifierHash(pub(crate) [u8; 16]);

impl VerifierHash {
    pub(crate) fn matches(&self, other: &Self) -> bool {
        equal(&self.0, &other.0)
    }
}

/// What a store keys a session by: the hash of the id's selector, 16 bytes that look random.
///
/// It is not a secret: it can be logged, listed and handed to an administrator as the name of a session, and it opens
/// nothing. Written as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StoreKey([u8; 16]);

impl StoreKey {
    /// Makes a key from the bytes that a store kept.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep; uniformly distributed, so a hash table needs no further hashing.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreKey({self})")
    }
}

/// The text is not 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StoreKeyError;

impl fmt::Display for StoreKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store key is 32 lower-case hexadecimal digits")
    }
}

impl core::error::Error for StoreKeyError {}

impl FromStr for StoreKey {
    type Err = StoreKeyError;

    fn from_str(text: &str) -> Result<Self, StoreKeyError> {
        let mut bytes = [0; 16];
        decode_hex(text.as_bytes(), &mut bytes).ok_or(StoreKeyError)?;
        Ok(Self(bytes))
    }
}

/// Strict hexadecimal, one spelling per key.
fn decode_hex(text: &[u8], out: &mut [u8; 16]) -> Option<()> {
    let (pairs, rest) = text.as_chunks::<2>();
    if pairs.len() != out.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in out.iter_mut().zip(pairs) {
        *byte = digit(*high)?.wrapping_shl(4) | digit(*low)?;
    }
    Some(())
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
