//! Randomness for ids, out of whatever noise a device has.
//!
//! In: a function that fills bytes. Out: a generator as sansession draws from. It refuses to go on without entropy.

mod drbg;

use core::fmt;

use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroize;

use crate::mac::LEN;
use drbg::Drbg;

/// Bytes that a draw gives at most, before it is fed again. SP 800-90A, table 2: "`max_number_of_bits_per_request`:
/// 2^19 bits".
const REQUEST: usize = 1 << 16;

/// Why there is no randomness. Nothing was drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum EntropyError<E> {
    /// The source failed.
    Source(E),
    /// The source gave 32 bytes that are all the same, or the same ones twice in a row: it is broken, or not switched
    /// on. A good one does so once in 2^248 draws.
    Stuck,
}

impl<E> fmt::Display for EntropyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source(_) => "the entropy source failed",
            Self::Stuck => "the entropy source is stuck",
        })
    }
}

/// Few drivers have errors that are an `Error`, so the source's is in the variant and is not a `source`.
impl<E: fmt::Debug> core::error::Error for EntropyError<E> {}

/// A generator over a source of entropy: [`TryCryptoRng`] of `rand_core` 0.10.
///
/// It is `HMAC_DRBG` of [NIST SP 800-90A] over SHA-256 with prediction resistance: each draw takes 32 fresh bytes of
/// entropy and mixes them into all that came before. So a source that is worse than it says costs what it lacks and no
/// more: what it gave earlier still counts, and while a device runs no two draws are the same though the source's bytes
/// come again and again. Whoever reads the memory learns nothing about ids that were drawn before.
///
/// # Across boots
///
/// A source that gives the same bytes after each boot is only saved by the `nonce`. The time at which a
/// [`Clock`](crate::Clock) started is one, if it is saved: it never comes twice. `device` sets this device apart from
/// others; the best is a secret, such as its key.
///
/// # Sources
///
/// Any function that fills bytes. A driver that implements the traits of an older `rand_core` is one, too:
///
/// ```
/// use sansession_device::DeviceRng;
///
/// fn from_0_6(mut driver: impl rand_core_06::RngCore) {
///     let entropy = |bytes: &mut [u8]| driver.try_fill_bytes(bytes);
///     let rng = DeviceRng::new(entropy, b"boot 17", b"serial number 4711");
///     # drop(rng.map(|mut rng| sansession::rand_core::TryRng::try_next_u64(&mut rng)));
/// }
///
/// fn from_0_9(mut driver: impl rand_core_09::TryRngCore) {
///     let entropy = |bytes: &mut [u8]| driver.try_fill_bytes(bytes);
///     let rng = DeviceRng::new(entropy, b"boot 17", b"serial number 4711");
///     # drop(rng.map(|mut rng| sansession::rand_core::TryRng::try_next_u64(&mut rng)));
/// }
/// ```
///
/// [NIST SP 800-90A]: https://doi.org/10.6028/NIST.SP.800-90Ar1
pub struct DeviceRng<F> {
    entropy: F,
    drbg: Drbg,
    /// What the source gave last.
    last: [u8; LEN],
}

impl<F, E> DeviceRng<F>
where
    F: FnMut(&mut [u8]) -> Result<(), E>,
{
    /// Seeds a generator. `entropy` fills all of the bytes or fails; `nonce` is another at each boot; `device` is
    /// another on each device.
    ///
    /// # Errors
    /// [`EntropyError`]; ask again when the source is up.
    pub fn new(mut entropy: F, nonce: &[u8], device: &[u8]) -> Result<Self, EntropyError<E>> {
        let mut seed = [0; LEN];
        read(&mut entropy, &mut seed)?;
        let drbg = Drbg::instantiate(&[&seed, nonce, device]);
        let rng = Self { entropy, drbg, last: seed };
        seed.zeroize();
        Ok(rng)
    }

    /// Mixes in fresh entropy.
    fn reseed(&mut self) -> Result<(), EntropyError<E>> {
        let mut fresh = [0; LEN];
        read(&mut self.entropy, &mut fresh)?;
        if fresh == self.last {
            return Err(EntropyError::Stuck);
        }
        self.drbg.reseed(&[&fresh]);
        self.last = fresh;
        fresh.zeroize();
        Ok(())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError<E>> {
        for part in bytes.chunks_mut(REQUEST) {
            self.reseed()?;
            self.drbg.generate(part);
        }
        Ok(())
    }
}

/// Reads from the source, which must not give one byte all over.
fn read<E>(
    entropy: &mut impl FnMut(&mut [u8]) -> Result<(), E>,
    fresh: &mut [u8; LEN],
) -> Result<(), EntropyError<E>> {
    entropy(fresh).map_err(EntropyError::Source)?;
    let [first, rest @ ..] = &*fresh;
    if rest.iter().all(|byte| byte == first) { Err(EntropyError::Stuck) } else { Ok(()) }
}

impl<F, E> TryRng for DeviceRng<F>
where
    F: FnMut(&mut [u8]) -> Result<(), E>,
    E: fmt::Debug,
{
    type Error = EntropyError<E>;

    fn try_next_u32(&mut self) -> Result<u32, EntropyError<E>> {
        let mut bytes = [0; 4];
        self.fill(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, EntropyError<E>> {
        let mut bytes = [0; 8];
        self.fill(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    /// If the source fails, the bytes are zeros.
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), EntropyError<E>> {
        let filled = self.fill(bytes);
        if filled.is_err() {
            bytes.zeroize();
        }
        filled
    }
}

impl<F, E> TryCryptoRng for DeviceRng<F>
where
    F: FnMut(&mut [u8]) -> Result<(), E>,
    E: fmt::Debug,
{
}

impl<F> Drop for DeviceRng<F> {
    fn drop(&mut self) {
        self.last.zeroize();
    }
}

/// Shows no state.
impl<F> fmt::Debug for DeviceRng<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceRng").finish_non_exhaustive()
    }
}
