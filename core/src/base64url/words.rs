//! Eight characters of base64url at once: arithmetic on a word, which compilers make vector instructions of.

/// The text of six bytes.
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
