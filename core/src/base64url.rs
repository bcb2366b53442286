//! base64url without padding (RFC 4648, section 5), for what is no secret to who sends it.
//!
//! In: text, or bytes. Out: the other. Every text that is accepted is the one that its bytes are written as. Carried
//! tokens can be forty times as long as an id, so they are decoded by tables; ids and CSRF tokens are secrets that
//! somebody may be guessing at, and left to `base64ct`.

use words::encode_group;

mod words;

/// The characters, in the order of what they stand for.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Characters that `bytes` bytes are written as.
pub(crate) const fn encoded_len(bytes: usize) -> usize {
    let whole = (bytes / 3).saturating_mul(4);
    match bytes % 3 {
        0 => whole,
        rest => whole.saturating_add(rest).saturating_add(1),
    }
}

/// Bytes that `chars` characters can say. One more than a multiple of four says nothing with the last.
pub(crate) const fn decoded_len(chars: usize) -> usize {
    let whole = (chars / 4).saturating_mul(3);
    whole.saturating_add((chars % 4).saturating_sub(1))
}

/// Decodes `text` into the front of `out` and gives what it said. `None` if it is not the one text of any bytes, or
/// they do not fit.
pub(crate) fn decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o mut [u8]> {
    let out = out.get_mut(..decoded_len(text.len()))?;
    let (groups, tail) = text.as_chunks::<4>();
    let (places, out_tail) = out.as_chunks_mut::<3>();
    let mut seen = 0;
    for (group, place) in groups.iter().zip(places) {
        let word = word(*group);
        seen |= word;
        let [_, a, b, c] = word.to_be_bytes();
        *place = [a, b, c];
    }
    // The bits of the last character that say nothing must be zero: otherwise many texts would say the same.
    let (last, unused) = match *tail {
        [] => (0, 0),
        [a, b] => (word([a, b, b'A', b'A']), 0xffff),
        [a, b, c] => (word([a, b, c, b'A']), 0x00ff),
        _ => (BAD, 0),
    };
    seen |= last;
    let [_, bytes @ ..] = last.to_be_bytes();
    for (place, byte) in out_tail.iter_mut().zip(bytes) {
        *place = byte;
    }
    (seen < FULL && last & unused == 0).then_some(out)
}

/// One more than four characters can say.
const FULL: u32 = 1 << 24;
/// What is no character: shifted to the place of any of the four, it is not below [`FULL`].
const BAD: u32 = FULL | FULL >> 6 | FULL >> 12 | FULL >> 18;

/// What four characters say, the first in the highest bits.
fn word([a, b, c, d]: [u8; 4]) -> u32 {
    sextet::<18>(a) | sextet::<12>(b) | sextet::<6>(c) | sextet::<0>(d)
}

/// What a character stands for, in its place: from a table for each place where memory is plenty, from one elsewhere.
fn sextet<const PLACE: u32>(character: u8) -> u32 {
    let look_up = |table: &[u32; 256]| table.get(usize::from(character)).copied().unwrap_or(BAD);
    if cfg!(target_pointer_width = "64") {
        look_up(const { &table(PLACE) })
    } else {
        look_up(const { &table(0) }).wrapping_shl(PLACE)
    }
}

const fn table(place: u32) -> [u32; 256] {
    let mut table = [0; 256];
    let mut character = 0_u8;
    let mut rest: &mut [u32] = &mut table;
    while let [entry, tail @ ..] = rest {
        *entry = meaning(character).wrapping_shl(place);
        character = character.wrapping_add(1);
        rest = tail;
    }
    table
}

/// What a character stands for.
const fn meaning(character: u8) -> u32 {
    let mut sextet = 0;
    let mut alphabet: &[u8] = ALPHABET;
    while let [known, rest @ ..] = alphabet {
        if *known == character {
            return sextet;
        }
        sextet = sextet.wrapping_add(1);
        alphabet = rest;
    }
    BAD
}

/// Encodes `bytes` and gives the text to `take`, piece by piece.
pub(crate) fn encode<E>(
    bytes: &[u8],
    mut take: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let mut text = [0; 512];
    for piece in bytes.chunks(384) {
        let text = encode_to(piece, &mut text).unwrap_or_default();
        take(text)?;
    }
    Ok(())
}

/// Encodes `bytes` to the front of `text`; `None` if they do not fit.
pub(crate) fn encode_to<'t>(bytes: &[u8], text: &'t mut [u8]) -> Option<&'t str> {
    let text = text.get_mut(..encoded_len(bytes.len()))?;
    let (groups, tail) = bytes.as_chunks::<6>();
    let (places, text_tail) = text.split_at_mut_checked(groups.len().checked_mul(8)?)?;
    let (places, _) = places.as_chunks_mut::<8>();
    for (group, place) in groups.iter().zip(places) {
        *place = encode_group(*group);
    }
    let mut last = [0; 6];
    for (place, byte) in last.iter_mut().zip(tail) {
        *place = *byte;
    }
    for (place, character) in text_tail.iter_mut().zip(encode_group(last)) {
        *place = character;
    }
    core::str::from_utf8(text).ok()
}

#[cfg(test)]
mod tests;
