//! The emulator's side door: arguments, an exit code, and the host's entropy.
//!
//! A stand-in for what a product has: a random number generator, and nobody who asks it to stop. Without an emulator or a
//! debugger the first call is a fault.

#![expect(unsafe_code, reason = "calls the emulator")]

use core::arch::asm;
use core::fmt;

const OPEN: u32 = 0x01;
const CLOSE: u32 = 0x02;
#[cfg(feature = "microbit")]
const WRITE_CHARACTER: u32 = 0x03;
const READ: u32 = 0x06;
const GET_COMMAND_LINE: u32 = 0x15;
const EXIT_EXTENDED: u32 = 0x20;

/// `ADP_Stopped_ApplicationExit`: the exit code follows.
const APPLICATION_EXIT: u32 = 0x2_0026;

/// Why the host did not do what it was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Denied;

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the emulator did not do it")
    }
}

/// Asks the host: the number of a call, and the block of its arguments.
///
/// # Safety
/// The block is what the call takes, and the memory that it points to is as long as it says and may be written by calls
/// that write.
unsafe fn call(number: u32, block: *const u32) -> u32 {
    let answer;
    // SAFETY: `bkpt 0xab` is the semihosting call of M profile: number in r0, block in r1, answer in
    // r0. What is done to memory is what the caller promised.
    unsafe { asm!("bkpt #0xab", inout("r0") number => answer, in("r1") block, options(nostack)) };
    answer
}

/// An address, as a block holds it.
fn word<T>(memory: *const T) -> u32 {
    memory as usize as u32
}

/// Leaves the emulator with this code.
pub(crate) fn exit(code: u32) -> ! {
    let block = [APPLICATION_EXIT, code];
    loop {
        // SAFETY: reason and code are what the call takes; it reads only.
        unsafe { call(EXIT_EXTENDED, block.as_ptr()) };
    }
}

/// What the emulator was started with, behind the program's name; empty if it is no text, or longer than the buffer.
pub(crate) fn arguments(buffer: &mut [u8]) -> &str {
    let mut block = [word(buffer.as_mut_ptr()), buffer.len() as u32];
    // SAFETY: the buffer is as long as the block says. The call writes its length to the block, whose address is taken
    // from a mutable place.
    let answer = unsafe { call(GET_COMMAND_LINE, block.as_mut_ptr()) };
    // SAFETY: it lives; the call may have changed it behind the compiler's back.
    let len = unsafe { (&raw const block[1]).read_volatile() };
    let line = if answer == 0 { buffer.get(..len as usize) } else { None };
    let text = core::str::from_utf8(line.unwrap_or_default()).unwrap_or_default();
    text.trim_end_matches('\0').split_once(' ').map_or("", |(_, arguments)| arguments)
}

/// Writes a byte to the emulator's console.
#[cfg(feature = "microbit")]
pub(crate) fn write(byte: u8) {
    let byte = u32::from(byte);
    // SAFETY: the call reads the one byte that the block begins with.
    unsafe { call(WRITE_CHARACTER, &raw const byte) };
}

/// Fills all of the bytes from the host's `/dev/urandom`, or fails.
pub(crate) fn entropy(bytes: &mut [u8]) -> Result<(), Denied> {
    let name = b"/dev/urandom\0";
    // Mode 1 is "rb"; the length is without the zero.
    let block = [word(name.as_ptr()), 1, name.len() as u32 - 1];
    // SAFETY: a name that ends with a zero, a mode, and the name's length, as the call takes them; it reads only.
    let file = unsafe { call(OPEN, block.as_ptr()) };
    if file == u32::MAX {
        return Err(Denied);
    }
    let block = [file, word(bytes.as_mut_ptr()), bytes.len() as u32];
    // SAFETY: the bytes may be written, and are as long as the block says.
    let missing = unsafe { call(READ, block.as_ptr()) };
    // SAFETY: the file is open, and not used after this.
    unsafe { call(CLOSE, block.as_ptr()) };
    if missing == 0 { Ok(()) } else { Err(Denied) }
}
