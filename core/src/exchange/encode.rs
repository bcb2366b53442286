//! Values in and out of the slot: postcard, written in place.
//!
//! A value is serialised twice, once to know its length and once to its place, so nothing is written before it is
//! known to fit, and no second buffer is needed.

use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use crate::bytes::copy;
use crate::error::{DecodeError, WriteError};

/// A value that knows its length and writes itself.
pub(crate) trait Value {
    fn size(&self) -> Result<usize, WriteError>;
    fn write(&self, out: &mut [u8]) -> Result<(), WriteError>;
}

/// Any value, through serde.
pub(crate) struct Typed<'v, T: ?Sized>(pub(crate) &'v T);

impl<T: Serialize + ?Sized> Value for Typed<'_, T> {
    fn size(&self) -> Result<usize, WriteError> {
        postcard::serialize_with_flavor(self.0, Count(0)).map_err(|_| WriteError::Encode)
    }

    fn write(&self, out: &mut [u8]) -> Result<(), WriteError> {
        let rest =
            postcard::serialize_with_flavor(self.0, Fill(out)).map_err(|_| WriteError::Encode)?;
        if rest == 0 { Ok(()) } else { Err(WriteError::Encode) }
    }
}

/// A string, without serde: the same bytes at less cost.
pub(crate) struct Text<'v>(pub(crate) &'v str);

impl Value for Text<'_> {
    fn size(&self) -> Result<usize, WriteError> {
        let (_, prefix) = varint(self.0.len());
        Ok(self.0.len().saturating_add(prefix))
    }

    fn write(&self, out: &mut [u8]) -> Result<(), WriteError> {
        let (bytes, prefix) = varint(self.0.len());
        let (head, body) = out.split_at_mut_checked(prefix).ok_or(WriteError::Encode)?;
        copy(head, bytes.get(..prefix).unwrap_or_default());
        copy(body, self.0.as_bytes());
        Ok(())
    }
}

/// A length as postcard writes it: seven bits a byte, least first. Values of more than 2^21 bytes never fit a slot.
fn varint(len: usize) -> ([u8; 3], usize) {
    let [low, middle, high, ..] = len.to_le_bytes();
    let spread = u32::from_le_bytes([low, middle, high, 0]);
    let seven = |shift| u32::to_le_bytes(spread.wrapping_shr(shift) & 0x7f);
    let ([a, ..], [b, ..], [c, ..]) = (seven(0), seven(7), seven(14));
    match len {
        0..0x80 => ([a, 0, 0], 1),
        0x80..0x4000 => ([a | 0x80, b, 0], 2),
        _ => ([a | 0x80, b | 0x80, c], 3),
    }
}

/// Reads a value that takes up all of `bytes`.
pub(crate) fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        _ => Err(DecodeError),
    }
}

/// Counts bytes.
struct Count(usize);

impl Flavor for Count {
    type Output = usize;

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0 = self.0.saturating_add(data.len());
        Ok(())
    }

    fn try_push(&mut self, _: u8) -> postcard::Result<()> {
        self.0 = self.0.saturating_add(1);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<usize> {
        Ok(self.0)
    }
}

/// Fills a slice and says how much of it is left.
struct Fill<'a>(&'a mut [u8]);

impl Flavor for Fill<'_> {
    type Output = usize;

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        match core::mem::take(&mut self.0).split_at_mut_checked(data.len()) {
            Some((head, tail)) => {
                copy(head, data);
                self.0 = tail;
                Ok(())
            }
            None => Err(postcard::Error::SerializeBufferFull),
        }
    }

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    fn finalize(self) -> postcard::Result<usize> {
        Ok(self.0.len())
    }
}

#[cfg(test)]
mod tests;
