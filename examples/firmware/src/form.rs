//! Percent-encoded text: of a path, and of a form that was sent.

use crate::failure::Failure;

/// The longest key or user.
pub(crate) const NAME: usize = 255;

/// A key of a path, decoded into a buffer of its own. Keys have 1 to 255 bytes.
pub(crate) fn key<'b>(encoded: &str, buffer: &'b mut [u8; NAME]) -> Result<&'b str, Failure> {
    let len = decode(encoded.bytes(), false, buffer)?;
    match buffer.get(..len) {
        Some(key) if !key.is_empty() => core::str::from_utf8(key).map_err(|_| Failure::Utf8),
        _ => Err(Failure::Key),
    }
}

/// A field of a form, decoded into a buffer, without white space around it; empty if there is none.
pub(crate) fn field<'b>(form: &[u8], name: &str, buffer: &'b mut [u8]) -> Result<&'b str, Failure> {
    let mut fields = form.split(|byte| *byte == b'&');
    let value = fields.find_map(|field| field.strip_prefix(name.as_bytes())?.strip_prefix(b"="));
    let len = decode(value.unwrap_or_default().iter().copied(), true, buffer)?;
    let text = core::str::from_utf8(buffer.get(..len).unwrap_or_default());
    text.map(str::trim).map_err(|_| Failure::Utf8)
}

/// Decodes, and says how many bytes came of it. In a form, a plus is a blank.
fn decode(
    encoded: impl IntoIterator<Item = u8>,
    form: bool,
    into: &mut [u8],
) -> Result<usize, Failure> {
    let mut encoded = encoded.into_iter();
    let mut len = 0;
    while let Some(byte) = encoded.next() {
        let byte = match byte {
            b'%' => {
                let digits = (hex(encoded.next()), hex(encoded.next()));
                let (Some(high), Some(low)) = digits else { return Err(Failure::Utf8) };
                high << 4 | low
            }
            b'+' if form => b' ',
            byte => byte,
        };
        *into.get_mut(len).ok_or(Failure::Key)? = byte;
        len += 1;
    }
    Ok(len)
}

fn hex(digit: Option<u8>) -> Option<u8> {
    match digit? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        digit @ b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
