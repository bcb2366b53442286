//! The log, on the emulator's console: the one serial line carries requests.

use core::fmt;

use crate::board::semihosting;

/// Where [`log!`](crate::log) writes.
pub(crate) struct Log;

impl fmt::Write for Log {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(semihosting::write);
        Ok(())
    }
}
