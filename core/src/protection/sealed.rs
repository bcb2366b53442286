//! Sealed: XChaCha20-Poly1305 (RFC 8439, 2.8, with the nonce of draft-irtf-cfrg-xchacha-03), nonce and tag behind the body.
//!
//! Name, audience, epoch and key id are in the derived key, as for every purpose; what stands in the clear, form and key
//! id, is the additional data. The cipher and the authenticator are put together here because the crate that does it
//! has a panic for messages of 256 GiB, which no optimiser can see to be out of reach; the tests compare the two.

use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use poly1305::Poly1305;
use poly1305::universal_hash::{KeyInit, UniversalHash};
use rand_core::TryCryptoRng;
use subtle::ConstantTimeEq;

use crate::bytes::{copy, wipe};
use crate::error::RngError;
use crate::keys::SubKey;
use crate::protection::Protects;

/// Bytes of a nonce.
pub(crate) const NONCE: usize = 24;
/// Bytes of a tag.
pub(crate) const TAG: usize = 16;

/// The key that sealed tokens are made with. Wiped on drop.
pub struct SealedKey([u8; 32]);

impl Drop for SealedKey {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

impl SubKey for SealedKey {
    const PURPOSE: &'static [u8] = b"sealed session";

    fn new(derived: &[u8; 32]) -> Self {
        Self(*derived)
    }
}

impl Protects for SealedKey {
    const FORM: u8 = 0x14;
    const TRAILER: usize = NONCE + TAG;

    /// draft-irtf-cfrg-xchacha-03, 2: "XChaCha20-Poly1305 [...] uses a 192-bit nonce instead of a 96-bit nonce", so that
    /// nonces can be random.
    fn protect<R: TryCryptoRng + ?Sized>(
        &self,
        head: [u8; 2],
        body: &mut [u8],
        trailer: &mut [u8],
        rng: &mut R,
    ) -> Result<(), RngError<R::Error>> {
        let mut nonce = [0; NONCE];
        rng.try_fill_bytes(&mut nonce).map_err(RngError)?;
        let Some((nonce_place, tag_place)) = trailer.split_at_mut_checked(NONCE) else {
            return Ok(());
        };
        copy(nonce_place, &nonce);
        // A trailer without a tag opens nothing.
        if let Some(tag) = self.seal(&nonce, &head, body) {
            copy(tag_place, &tag);
        }
        Ok(())
    }

    fn open(&self, head: [u8; 2], body: &mut [u8], trailer: &[u8]) -> bool {
        let Some((nonce, tag)) = trailer.split_first_chunk::<NONCE>() else { return false };
        self.unseal(nonce, &head, body, tag)
    }
}

impl SealedKey {
    /// Encrypts `body` in place and says the tag of it and `head`. `None` beyond 256 GiB, where the key stream ends.
    pub(crate) fn seal(
        &self,
        nonce: &[u8; NONCE],
        head: &[u8],
        body: &mut [u8],
    ) -> Option<[u8; TAG]> {
        let mut keys = self.one_time_keys(nonce)?;
        keys.stream.try_apply_keystream(body).ok()?;
        Some(tag(keys.mac, head, body))
    }

    /// Decrypts `body` in place if `expected` is the tag of it and `head`, all of it; says whether it was.
    pub(crate) fn unseal(
        &self,
        nonce: &[u8; NONCE],
        head: &[u8],
        body: &mut [u8],
        expected: &[u8],
    ) -> bool {
        let Some(mut keys) = self.one_time_keys(nonce) else { return false };
        let authentic: bool = tag(keys.mac, head, body).ct_eq(expected).into();
        authentic && keys.stream.try_apply_keystream(body).is_ok()
    }
}

/// What is made of the key for one nonce.
struct OneTimeKeys {
    mac: Poly1305,
    stream: XChaCha20,
}

impl SealedKey {
    /// RFC 8439, 2.6: "generate the first 512 bits of the key stream [...] and use the first 256 bits for the key"; 2.8:
    /// "the `ChaCha20` encryption function is called to encrypt the plaintext, [...] with the initial counter set to 1".
    fn one_time_keys(&self, nonce: &[u8; NONCE]) -> Option<OneTimeKeys> {
        let mut stream = XChaCha20::new((&self.0).into(), nonce.into());
        let mut block = [0; 64];
        stream.try_apply_keystream(&mut block).ok()?;
        let mac = block.first_chunk::<32>().map(|key| Poly1305::new(key.into()));
        wipe(&mut block);
        Some(OneTimeKeys { mac: mac?, stream })
    }
}

/// RFC 8439, 2.8: additional data and ciphertext, each padded to 16 bytes with zeros, then both lengths.
fn tag(mut mac: Poly1305, head: &[u8], body: &[u8]) -> [u8; TAG] {
    mac.update_padded(head);
    mac.update_padded(body);
    let mut lengths = [0; 16];
    let (head_len, body_len) = lengths.split_at_mut(8);
    copy(head_len, &length(head));
    copy(body_len, &length(body));
    mac.update_padded(&lengths);
    mac.finalize().into()
}

fn length(bytes: &[u8]) -> [u8; 8] {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests;
