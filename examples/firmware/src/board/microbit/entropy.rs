//! Entropy: the chip's random number generator, which samples thermal noise.

#![expect(unsafe_code, reason = "names registers")]

use core::fmt;

use crate::board::register::Register;

// SAFETY: the registers of the RNG; nothing else uses them, and none reaches memory.
const START: Register = unsafe { Register::at(0x4000_d000) };
// SAFETY: as above.
const STOP: Register = unsafe { Register::at(0x4000_d004) };
// SAFETY: as above.
const READY: Register = unsafe { Register::at(0x4000_d100) };
// SAFETY: as above.
const CONFIG: Register = unsafe { Register::at(0x4000_d504) };
// SAFETY: as above.
const VALUE: Register = unsafe { Register::at(0x4000_d508) };

/// Of the configuration: as many ones as zeros, at half the speed.
const CORRECT_BIAS: u32 = 1;

/// How often is looked for a byte, some seconds: a generator that has none by then never will.
const PATIENCE: u32 = 10_000_000;

/// The generator gave no byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the random number generator gives no bytes")
    }
}

/// Fills all of the bytes, each in two thirds of a millisecond, or fails.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Stopped> {
    CONFIG.write(CORRECT_BIAS);
    READY.write(0);
    START.write(1);
    let filled = bytes.iter_mut().try_for_each(|byte| {
        if !(0..PATIENCE).any(|_| READY.read() != 0) {
            return Err(Stopped);
        }
        READY.write(0);
        *byte = VALUE.read() as u8;
        Ok(())
    });
    STOP.write(1);
    filled
}
