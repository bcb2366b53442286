//! HMAC-SHA256 of a message in parts.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroize;

/// Bytes of keys and codes.
pub(crate) const LEN: usize = 32;

pub(crate) fn hmac<'a>(key: &[u8; LEN], parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; LEN] {
    // RFC 2104, 2: "append zeros to the end of K to create a B byte string". A whole block cannot be refused.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    block.zeroize();
    parts.into_iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}
