//! What the optimiser does not know: the input of an exchange, and who reads its output.

#[cfg(not(feature = "measured"))]
use core::fmt::{self, Write};
use core::hint::black_box;

/// The operation that the handler is to do.
#[cfg(not(feature = "measured"))]
pub(crate) fn operation() -> u8 {
    black_box(0)
}

/// Some bytes from outside.
#[cfg(any(feature = "stored", feature = "signed", feature = "sealed"))]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    black_box([0xa5; N])
}

/// Bytes that go out.
pub(crate) fn send(bytes: &[u8]) {
    black_box(bytes);
}

/// What firmware with a web UI has linked anyway: it copies, moves, clears and compares memory, and writes numbers.
#[cfg(not(feature = "measured"))]
pub(crate) fn whatever_firmware_does() {
    let (mut here, mut there) = (black_box([1_u8; 64]), black_box([2_u8; 64]));
    let len = usize::from(operation()) % 64;
    if let (Some(to), Some(from)) = (here.get_mut(..len), there.get(..len)) {
        to.copy_from_slice(from);
    }
    if len < 32 {
        here.copy_within(..len, len);
    }
    if let Some(part) = there.get_mut(len..) {
        part.fill(operation());
    }
    if here == there {
        let number = black_box(u64::from(operation()));
        let _ = write!(Out, "{} {}", number, number / black_box(7).max(1));
    }
    send(&here);
}

#[cfg(not(feature = "measured"))]
struct Out;

#[cfg(not(feature = "measured"))]
impl Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        send(text.as_bytes());
        Ok(())
    }
}
