//! base64url of secrets: there is no table to look up and no branch on a character, only arithmetic, on
//! eight characters at once.

use super::decoded_len;

/// Groups of eight characters that are worked on at once: compilers make vector instructions of such a loop.
const GROUPS: usize = 16;

/// Decodes `text` into the front of `out` and gives what it said. `None` if it is not the one text of any bytes, or
/// they do not fit.
pub(crate) fn decode<'o>(text: &[u8], out: &'o mut [u8]) -> Option<&'o mut [u8]> {
    let out = out.get_mut(..decoded_len(text.len()))?;
    let (groups, tail) = text.as_chunks::<8>();
    let (places, out_tail) = out.split_at_mut_checked(groups.len().checked_mul(6)?)?;
    let (places, _) = places.as_chunks_mut::<6>();
    let mut bad = 0;
    let mut said = [0; GROUPS];
    for (groups, places) in groups.chunks(GROUPS).zip(places.chunks_mut(GROUPS)) {
        for (said, group) in said.iter_mut().zip(groups) {
            let (bits, wrong) = decode_group(*group);
            *said = bits;
            bad |= wrong;
        }
        for (place, said) in places.iter_mut().zip(&said) {
            let [bytes @ .., _, _] = said.to_be_bytes();
            *place = bytes;
        }
    }
    said.fill(0);
    zeroize::optimization_barrier(&said);
    // The rest, filled up with the character for zero. What it says beyond the last byte must be zero: otherwise many
    // texts would say the same. No byte takes a single character.
    let mut last = [b'A'; 8];
    for (place, character) in last.iter_mut().zip(tail) {
        *place = *character;
    }
    let (mut last, wrong) = decode_group(last);
    for place in out_tail {
        [*place, ..] = last.to_be_bytes();
        last = last.wrapping_shl(8);
    }
    (bad | wrong | last == 0 && text.len() % 4 != 1).then_some(out)
}

/// What eight characters say, in the highest bits; and what is not zero if one of them is none.
fn decode_group(group: [u8; 8]) -> (u64, u64) {
    let word = u64::from_le_bytes(group);
    let seven = word & !HIGH;
    let (mut known, mut shift) = (0, 0);
    for Row(first, last, meaning) in ROWS {
        let high = within(seven, first, last);
        known |= high;
        shift |= rest(high) & each(meaning.wrapping_sub(first) & 0x7f);
    }
    let sextets = seven.wrapping_add(shift) & each(0x3f);
    // The first character is in the lowest byte, and says the highest bits.
    let twos = (sextets & TWOS).wrapping_shl(6) | (sextets.wrapping_shr(8) & TWOS);
    let fours = (twos & FOURS).wrapping_shl(12) | (twos.wrapping_shr(16) & FOURS);
    (fours.wrapping_shl(40) | (fours.wrapping_shr(16) & 0xff_ffff_0000), (word | !known) & HIGH)
}

/// The text of six bytes, the way back.
pub(super) fn encode_group([a, b, c, d, e, f]: [u8; 6]) -> [u8; 8] {
    let all = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let fours = all.wrapping_shr(24) | (all & 0xff_ffff).wrapping_shl(32);
    let twos = (fours.wrapping_shr(12) & FOURS) | (fours & (FOURS >> 4)).wrapping_shl(16);
    let sextets = (twos.wrapping_shr(6) & TWOS) | (twos & (TWOS >> 2)).wrapping_shl(8);
    let mut shift = 0;
    for Row(first, last, meaning) in ROWS {
        let high = within(sextets, meaning, meaning.wrapping_add(last).wrapping_sub(first));
        shift |= rest(high) & each(first.wrapping_sub(meaning) & 0x7f);
    }
    (sextets.wrapping_add(shift) & !HIGH).to_le_bytes()
}

/// Every byte of a word the same.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The high bit of each byte.
const HIGH: u64 = each(0x80);

/// Characters in a row whose meanings are in a row as well: the first, the last, and what the first stands for.
struct Row(u8, u8, u8);

/// RFC 4648, table 2.
const ROWS: [Row; 5] = [
    Row(b'A', b'Z', 0),
    Row(b'a', b'z', 26),
    Row(b'0', b'9', 52),
    Row(b'-', b'-', 62),
    Row(b'_', b'_', 63),
];

/// The high bit of each byte that is in the row; the bytes of `word` have theirs clear.
///
/// A byte of seven bits plus 128 - n has its high bit set from n on, and never carries into the next.
const fn within(word: u64, first: u8, last: u8) -> u64 {
    let from = word.wrapping_add(each(0x80_u8.wrapping_sub(first)));
    let past = word.wrapping_add(each(0x7f_u8.wrapping_sub(last)));
    (from ^ past) & HIGH
}

/// All other bits of the bytes whose high bit is set.
const fn rest(high: u64) -> u64 {
    high.wrapping_sub(high.wrapping_shr(7))
}

/// The lower halves of pairs of bytes, and of pairs of those.
const TWOS: u64 = 0x00ff_00ff_00ff_00ff;
const FOURS: u64 = 0x0000_ffff_0000_ffff;
