//! Protects: keeps a carried token from being changed and, sealed, from being read.
//!
//! In: the bytes of a token. Out: the same with a trailer, or whether the trailer is right. The two kinds have keys of
//! their own, derived for their own purpose, and a token of one never opens as the other (promise T5).

use rand_core::TryCryptoRng;

use crate::error::RngError;
use crate::keys::SubKey;

#[cfg(feature = "sealed")]
pub(crate) mod sealed;
mod signed;

#[cfg(feature = "sealed")]
pub(crate) use sealed::SealedKey;
pub(crate) use signed::SignedKey;

/// A key that protects carried tokens.
pub trait Protects: SubKey {
    /// The first byte of a token: format version 1 in the high nibble, form in the low.
    const FORM: u8;
    /// Bytes behind the body.
    const TRAILER: usize;

    /// Fills the trailer. `head` stays in the clear; `body` may be encrypted in place.
    ///
    /// # Errors
    /// [`RngError`]; the body is as before.
    fn protect<R: TryCryptoRng + ?Sized>(
        &self,
        head: [u8; 2],
        body: &mut [u8],
        trailer: &mut [u8],
        rng: &mut R,
    ) -> Result<(), RngError<R::Error>>;

    /// Whether the trailer is right; if it is, `body` is in the clear.
    fn open(&self, head: [u8; 2], body: &mut [u8], trailer: &[u8]) -> bool;
}
