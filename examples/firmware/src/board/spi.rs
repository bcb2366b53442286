//! The SPI controller of the board (MSS SPI0), with the flash as its only device.
//!
//! The controller selects the chip for a number of frames that it is told beforehand, so a transaction is counted first.

#![expect(unsafe_code, reason = "names registers")]

use core::fmt;

use embedded_hal::spi::{Error, ErrorKind, ErrorType, Operation, SpiDevice};

use crate::board::register::Register;

// SAFETY: the registers of SPI0 of the SmartFusion2; only `Flash` uses them, and there is one.
const CONTROL: Register = unsafe { Register::at(0x4000_1000) };
// SAFETY: as above.
const FRAME_SIZE: Register = unsafe { Register::at(0x4000_1004) };
// SAFETY: as above.
const STATUS: Register = unsafe { Register::at(0x4000_1008) };
// SAFETY: as above.
const RECEIVE: Register = unsafe { Register::at(0x4000_1010) };
// SAFETY: as above.
const TRANSMIT: Register = unsafe { Register::at(0x4000_1014) };

const ENABLE: u32 = 1;
const MASTER: u32 = 1 << 1;
/// How many frames a transaction has.
const FRAME_COUNT_SHIFT: u32 = 8;
const FRAME_COUNT_MAX: usize = 0xffff;
/// The chip stays selected between frames.
const HOLD_SELECT: u32 = 1 << 26;
/// FIFOs of 32 frames of 8 bits.
const LARGE_FIFO: u32 = 1 << 29;
/// Of the status: nothing was received.
const RECEIVE_EMPTY: u32 = 1 << 6;

/// How often is looked for a byte.
const PATIENCE: u32 = 100_000;

/// The controller did not do what it should.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SpiError {
    /// A byte was sent, and none came back.
    Stuck,
    /// More frames than the controller counts; nothing was sent.
    Long,
}

impl Error for SpiError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl fmt::Display for SpiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stuck => "the SPI controller does not answer",
            Self::Long => "the SPI transaction is too long",
        })
    }
}

/// The flash on the controller.
pub(crate) struct Flash(());

impl Flash {
    /// Takes the controller. Once: two of it would break each other's transactions.
    pub(crate) const fn take() -> Self {
        Self(())
    }
}

/// Sends a byte, and gives the one that came back for it.
fn exchange(byte: u8) -> Result<u8, SpiError> {
    TRANSMIT.write(u32::from(byte));
    if (0..PATIENCE).any(|_| STATUS.read() & RECEIVE_EMPTY == 0) {
        let [byte, ..] = RECEIVE.read().to_le_bytes();
        Ok(byte)
    } else {
        Err(SpiError::Stuck)
    }
}

impl ErrorType for Flash {
    type Error = SpiError;
}

impl SpiDevice for Flash {
    fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), SpiError> {
        let frames = operations.iter().map(frames).sum::<usize>();
        if frames > FRAME_COUNT_MAX {
            return Err(SpiError::Long);
        }
        // The frame size can be set while the controller is off only.
        CONTROL.write(0);
        FRAME_SIZE.write(8);
        let count = (frames as u32) << FRAME_COUNT_SHIFT;
        CONTROL.write(ENABLE | MASTER | count | HOLD_SELECT | LARGE_FIFO);
        for operation in operations {
            match operation {
                Operation::Read(bytes) => {
                    for byte in bytes.iter_mut() {
                        *byte = exchange(0)?;
                    }
                }
                Operation::Write(bytes) => {
                    for byte in *bytes {
                        exchange(*byte)?;
                    }
                }
                Operation::Transfer(read, write) => {
                    for place in 0..read.len().max(write.len()) {
                        let byte = exchange(write.get(place).copied().unwrap_or(0))?;
                        if let Some(read) = read.get_mut(place) {
                            *read = byte;
                        }
                    }
                }
                Operation::TransferInPlace(bytes) => {
                    for byte in bytes.iter_mut() {
                        *byte = exchange(*byte)?;
                    }
                }
                // The emulated chip needs none, and it takes none of our commands with one.
                Operation::DelayNs(_) => {}
            }
        }
        Ok(())
    }
}

fn frames(operation: &Operation<'_, u8>) -> usize {
    match operation {
        Operation::Read(bytes) => bytes.len(),
        Operation::Write(bytes) => bytes.len(),
        Operation::Transfer(read, write) => read.len().max(write.len()),
        Operation::TransferInPlace(bytes) => bytes.len(),
        Operation::DelayNs(_) => 0,
    }
}
