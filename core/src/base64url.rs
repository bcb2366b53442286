//! base64url without padding (RFC 4648, section 5), for the long tokens of carried sessions.
//!
//! In: text, or bytes. Out: the other. Every text that is accepted is the one that its bytes are written as. Ids and
//! CSRF tokens go through `base64ct`, which takes the same time for every input; a carried token can be forty times as
//! long, and who sends one has it in front of them, so here the branches are left out for speed alone: the compiler
//! turns the loops over a block into vector instructions where there are some.

/// Characters taken in one go.
const BLOCK: usize = 32;

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
    let mut bad = 0;
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    let (places, out_rest) = out.as_chunks_mut::<{ BLOCK / 4 * 3 }>();
    for (block, place) in blocks.iter().zip(places) {
        let block = block.map(sextet);
        bad |= block.iter().fold(0, |bad, sextet| bad | sextet);
        let (groups, _) = block.as_chunks();
        let (places, _) = place.as_chunks_mut();
        for (group, place) in groups.iter().zip(places) {
            *place = pack(*group);
        }
    }
    let (groups, tail) = rest.as_chunks();
    let (places, out_tail) = last_groups(out_rest);
    for (group, place) in groups.iter().zip(places) {
        let group = group.map(sextet);
        bad |= group.iter().fold(0, |bad, sextet| bad | sextet);
        *place = pack(group);
    }
    // The bits of the last character that say nothing must be zero: otherwise many texts would say the same.
    let (unused, tail) = match *tail {
        [] => (0, [0; 4]),
        [a, b] => (sextet(b) & 0x0f, [sextet(a), sextet(b), 0, 0]),
        [a, b, c] => (sextet(c) & 0x03, [sextet(a), sextet(b), sextet(c), 0]),
        _ => (BAD, [0; 4]),
    };
    bad |= tail.iter().fold(0, |bad, sextet| bad | sextet);
    for (place, byte) in out_tail.iter_mut().zip(pack(tail)) {
        *place = byte;
    }
    (bad & BAD == 0 && unused == 0).then_some(out)
}

/// Encodes `bytes` and gives the text to `take`, piece by piece.
pub(crate) fn encode<E>(
    bytes: &[u8],
    mut take: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let mut text = [0; 256];
    for piece in bytes.chunks(192) {
        let (groups, tail) = piece.as_chunks();
        let (places, _) = text.as_chunks_mut();
        for (group, place) in groups.iter().zip(places.iter_mut()) {
            *place = unpack(*group).map(character);
        }
        let last = match *tail {
            [a] => Some([a, 0, 0]),
            [a, b] => Some([a, b, 0]),
            _ => None,
        };
        if let (Some(last), Some(place)) = (last, places.get_mut(groups.len())) {
            *place = unpack(last).map(character);
        }
        let text = text.get(..encoded_len(piece.len())).unwrap_or_default();
        take(core::str::from_utf8(text).unwrap_or_default())?;
    }
    Ok(())
}

/// Set in what is no sextet.
const BAD: u8 = 0x80;

/// The whole groups of three bytes, and what is left of the last.
fn last_groups(out: &mut [u8]) -> (&mut [[u8; 3]], &mut [u8]) {
    out.as_chunks_mut()
}

const fn sextet(character: u8) -> u8 {
    let upper = character.wrapping_sub(b'A');
    let lower = character.wrapping_sub(b'a');
    let digit = character.wrapping_sub(b'0');
    let mut sextet = BAD;
    if upper < 26 {
        sextet = upper;
    }
    if lower < 26 {
        sextet = lower.wrapping_add(26);
    }
    if digit < 10 {
        sextet = digit.wrapping_add(52);
    }
    if character == b'-' {
        sextet = 62;
    }
    if character == b'_' {
        sextet = 63;
    }
    sextet
}

const fn character(sextet: u8) -> u8 {
    let mut character = sextet.wrapping_add(b'A');
    if sextet > 25 {
        character = sextet.wrapping_sub(26).wrapping_add(b'a');
    }
    if sextet > 51 {
        character = sextet.wrapping_sub(52).wrapping_add(b'0');
    }
    if sextet == 62 {
        character = b'-';
    }
    if sextet == 63 {
        character = b'_';
    }
    character
}

/// Four sextets to three bytes, the first in the highest bits.
const fn pack(sextets: [u8; 4]) -> [u8; 3] {
    let word = u32::from_be_bytes(sextets);
    let word = (word.wrapping_shr(6) & 0x00fc_0000)
        | (word.wrapping_shr(4) & 0x0003_f000)
        | (word.wrapping_shr(2) & 0x0000_0fc0)
        | (word & 0x3f);
    let [_, a, b, c] = word.to_be_bytes();
    [a, b, c]
}

const fn unpack([a, b, c]: [u8; 3]) -> [u8; 4] {
    let word = u32::from_be_bytes([0, a, b, c]);
    let word = (word.wrapping_shl(6) & 0x3f00_0000)
        | (word.wrapping_shl(4) & 0x003f_0000)
        | (word.wrapping_shl(2) & 0x0000_3f00)
        | (word & 0x3f);
    word.to_be_bytes()
}

#[cfg(test)]
mod tests;
