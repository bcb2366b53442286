//! SHA-256 under a label, for what stores are keyed by and what they keep in place of secrets.
//!
//! In: a label and parts of fixed length. Out: 16 bytes. The labels keep the uses apart, and there is no key: a signing
//! key can be changed without losing a record. Every input is one padded block, so every hash is one compression.

use hmac::digest::Digest;

#[cfg(not(test))]
pub(crate) use sha2::Sha256;

#[cfg(test)]
pub(crate) use counted::Sha256;

use crate::bytes::truncate;

/// Hashes `label` and `parts`, cut to 128 bits: as strong as the 128-bit random inputs that it hides.
pub(crate) fn labelled(label: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new().chain_update(label);
    for part in parts {
        hash.update(part);
    }
    truncate(&hash.finalize().into())
}

#[cfg(test)]
pub(crate) mod counted;
