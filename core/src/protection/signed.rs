//! Signed: HMAC-SHA256 over all that stands before it (RFC 2104).

use rand_core::TryCryptoRng;

use crate::bytes::copy;
use crate::error::RngError;
use crate::keys::SubKey;
use crate::mac::Keyed;
use crate::protection::Protects;

/// The key that signed tokens are made with.
pub struct SignedKey(Keyed);

impl SubKey for SignedKey {
    const PURPOSE: &'static [u8] = b"signed session";

    fn new(derived: &[u8; 32]) -> Self {
        Self(Keyed::new(derived))
    }
}

impl Protects for SignedKey {
    const FORM: u8 = 0x13;
    const TRAILER: usize = 32;

    fn protect<R: TryCryptoRng + ?Sized>(
        &self,
        head: [u8; 2],
        body: &mut [u8],
        trailer: &mut [u8],
        _rng: &mut R,
    ) -> Result<(), RngError<R::Error>> {
        copy(trailer, &self.0.tag(&[&head, body]));
        Ok(())
    }

    fn open(&self, head: [u8; 2], body: &mut [u8], trailer: &[u8]) -> bool {
        trailer.try_into().is_ok_and(|tag| self.0.verifies(&[&head, body], tag))
    }
}
