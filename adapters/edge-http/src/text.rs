//! Text of a bounded length, on the stack.

use core::fmt;

/// At most `N` bytes of text.
pub(crate) struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Text<N> {
    /// Writes a value down; none if it is longer.
    pub(crate) fn of(value: impl fmt::Display) -> Option<Self> {
        let mut text = Self { bytes: [0; N], len: 0 };
        fmt::write(&mut text, format_args!("{value}")).ok()?;
        Some(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.len).unwrap_or_default();
        core::str::from_utf8(written).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Write for Text<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
