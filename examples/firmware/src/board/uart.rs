//! The log: text on the first serial line (MMUART0, a 16550).

#![expect(unsafe_code, reason = "names registers")]

use core::fmt;

use crate::board::register::Register;

// SAFETY: the registers of MMUART0, a 16550 in words; nothing else uses them.
const TRANSMIT: Register = unsafe { Register::at(0x4000_0000) };
// SAFETY: as above.
const LINE_STATUS: Register = unsafe { Register::at(0x4000_0014) };

/// Of the line status: there is room for one more byte.
const TRANSMIT_EMPTY: u32 = 1 << 5;

/// How often is looked for room: a line that never has any costs the log, not the device.
const PATIENCE: u32 = 1_000_000;

/// Where [`log!`](crate::log) writes.
pub(crate) struct Log;

impl fmt::Write for Log {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            let room = (0..PATIENCE).any(|_| LINE_STATUS.read() & TRANSMIT_EMPTY != 0);
            if !room {
                return Err(fmt::Error);
            }
            TRANSMIT.write(u32::from(byte));
        }
        Ok(())
    }
}
