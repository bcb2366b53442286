//! The device's key: made on the first start, kept in a sector of its own.
//!
//! A product keeps it where its flash cannot be read out. Whoever has this sector makes cookies for any session.

use core::fmt;

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use embedded_storage::nor_flash::NorFlash;
use sansession::rand_core::TryCryptoRng;

const LEN: usize = 32;

/// A few bytes at a time: a table would be larger than what it saves.
const CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// The key of this device. `Debug` shows nothing of it.
pub struct Secret([u8; LEN]);

/// Why there is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretError<F, R> {
    /// The flash failed.
    Flash(F),
    /// There is no randomness to make one of.
    Entropy(R),
}

impl Secret {
    /// Reads the key, or makes one where there is none. A power cut while it is made leaves none, and the next start makes
    /// another: nobody can have been logged in.
    ///
    /// # Errors
    /// The flash's or the generator's.
    pub fn read_or_make<F, R>(
        flash: &mut F,
        rng: &mut R,
    ) -> Result<Self, SecretError<F::Error, R::Error>>
    where
        F: NorFlash,
        R: TryCryptoRng + ?Sized,
    {
        let mut bytes = [0; LEN + 4];
        flash.read(0, &mut bytes).map_err(SecretError::Flash)?;
        let mut secret = Self([0; LEN]);
        let (key, checksum) = bytes.split_at(LEN);
        if checksum == CHECKSUM.checksum(key).to_le_bytes() {
            secret.0.copy_from_slice(key);
            return Ok(secret);
        }
        rng.try_fill_bytes(&mut secret.0).map_err(SecretError::Entropy)?;
        bytes[..LEN].copy_from_slice(&secret.0);
        bytes[LEN..].copy_from_slice(&CHECKSUM.checksum(&secret.0).to_le_bytes());
        let sector = u32::try_from(F::ERASE_SIZE).unwrap_or(u32::MAX);
        flash.erase(0, sector).map_err(SecretError::Flash)?;
        flash.write(0, &bytes).map_err(SecretError::Flash)?;
        Ok(secret)
    }

    /// The bytes, to make a [`Key`](sansession::Key) of.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
