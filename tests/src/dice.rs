//! Randomness for tests: the same seed throws the same dice on every machine.

use std::convert::Infallible;
use std::fmt;

use sansession::rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};

/// SHA-256 of a seed and a counter.
#[derive(Clone, Debug)]
pub struct Dice {
    seed: u64,
    throws: u64,
}

impl Dice {
    /// Dice of this seed, not yet thrown.
    pub const fn new(seed: u64) -> Self {
        Self { seed, throws: 0 }
    }

    /// How often they were thrown; an id takes two throws.
    pub const fn throws(&self) -> u64 {
        self.throws
    }

    /// A number below `limit`, which is not zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.throw_u64() % limit
    }

    /// One of `choices`.
    ///
    /// # Panics
    /// If there is none.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let place = self.below(choices.len() as u64);
        &choices[usize::try_from(place).expect("a place in a slice")]
    }

    /// True in `percent` of a hundred throws.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn throw_u64(&mut self) -> u64 {
        let block = self.throw();
        u64::from_le_bytes(*block.first_chunk().expect("32 bytes"))
    }

    fn throw(&mut self) -> [u8; 32] {
        let hash = Sha256::new()
            .chain_update(self.seed.to_le_bytes())
            .chain_update(self.throws.to_le_bytes());
        self.throws += 1;
        hash.finalize().into()
    }
}

impl TryRng for Dice {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let block = self.throw();
        Ok(u32::from_le_bytes(*block.first_chunk().expect("32 bytes")))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.throw_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(32) {
            chunk.copy_from_slice(&self.throw()[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Dice {}

/// A generator that works for a number of calls and then fails for ever, each time with half of the bytes filled in.
#[derive(Clone, Debug)]
pub struct NoDice {
    good: u32,
    dice: Dice,
}

impl NoDice {
    /// Fails after `good` calls that work.
    pub const fn after(good: u32) -> Self {
        Self { good, dice: Dice::new(0) }
    }

    fn take(&mut self) -> Result<&mut Dice, DiceError> {
        self.good = self.good.checked_sub(1).ok_or(DiceError)?;
        Ok(&mut self.dice)
    }
}

/// The error of [`NoDice`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiceError;

impl fmt::Display for DiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no entropy")
    }
}

impl std::error::Error for DiceError {}

impl TryRng for NoDice {
    type Error = DiceError;

    fn try_next_u32(&mut self) -> Result<u32, DiceError> {
        self.take()?.try_next_u32().map_err(|_| DiceError)
    }

    fn try_next_u64(&mut self) -> Result<u64, DiceError> {
        self.take()?.try_next_u64().map_err(|_| DiceError)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), DiceError> {
        match self.take() {
            Ok(dice) => dice.try_fill_bytes(bytes).map_err(|_| DiceError),
            Err(error) => {
                let half = bytes.len() / 2;
                let Ok(()) = self.dice.try_fill_bytes(&mut bytes[..half]);
                Err(error)
            }
        }
    }
}

impl TryCryptoRng for NoDice {}
