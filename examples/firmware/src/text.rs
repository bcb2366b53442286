//! Text in a buffer of fixed size, and what makes it safe in HTML and JSON.

use core::fmt::{self, Display, Formatter, Write};
use core::time::Duration;

use sansession::Timestamp;

/// Text that is written into a buffer. What does not fit is an error of the write, and nothing of it stays.
#[derive(Debug)]
pub struct Text<'b> {
    bytes: &'b mut [u8],
    len: usize,
}

impl<'b> Text<'b> {
    /// Begins in an empty buffer.
    pub fn new(bytes: &'b mut [u8]) -> Self {
        Self { bytes, len: 0 }
    }

    /// What was written.
    pub fn as_str(&self) -> &str {
        let written = self.bytes.get(..self.len).unwrap_or_default();
        // Only whole strings are written.
        core::str::from_utf8(written).unwrap_or_default()
    }

    /// Forgets what was written.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Writes a part whole or not at all, and only if `reserve` bytes are left behind it.
    pub(crate) fn part(
        &mut self,
        reserve: usize,
        write: impl FnOnce(&mut Self) -> fmt::Result,
    ) -> bool {
        let before = self.len;
        let fits = write(self).is_ok() && self.bytes.len() - self.len >= reserve;
        if !fits {
            self.len = before;
        }
        fits
    }
}

impl Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// Text that is safe between tags and inside of quoted attributes.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|char| match char {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            char => f.write_char(char),
        })
    }
}

/// A string of JSON, in its quotes; none is `null`.
pub(crate) struct Json<'a>(pub(crate) Option<&'a str>);

impl Display for Json<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(text) = self.0 else { return f.write_str("null") };
        f.write_char('"')?;
        text.chars().try_for_each(|char| match char {
            '"' => f.write_str("\\\""),
            '\\' => f.write_str("\\\\"),
            char if char < ' ' => write!(f, "\\u{:04x}", u32::from(char)),
            char => f.write_char(char),
        })?;
        f.write_char('"')
    }
}

/// A number of JSON, or `null`.
pub(crate) struct Number(pub(crate) Option<u64>);

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(number) => number.fmt(f),
            None => f.write_str("null"),
        }
    }
}

/// A span in a unit that says enough.
pub(crate) struct Span(pub(crate) Duration);

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let secs = self.0.as_secs();
        let (number, unit) = match secs {
            0..60 => (secs, "s"),
            60..3_600 => (secs / 60, "min"),
            3_600..172_800 => (secs / 3_600, "h"),
            _ => (secs.saturating_add(43_200) / 86_400, "days"),
        };
        write!(f, "{number} {unit}")
    }
}

/// How long ago it was, seen from the second.
pub(crate) struct Ago(pub(crate) Timestamp, pub(crate) Timestamp);

impl Display for Ago {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.1.since(self.0) {
            span if span < Duration::from_secs(2) => f.write_str("just now"),
            span => write!(f, "{} ago", Span(span)),
        }
    }
}
