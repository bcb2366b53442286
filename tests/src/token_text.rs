//! A second reader of token v1, which shares no code with the core.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The selector and verifier in the text of a token.
///
/// # Panics
/// If it is not 104 characters of base64url.
pub fn id(token: &str) -> ([u8; 16], [u8; 16]) {
    let raw = decode(token);
    assert_eq!(raw.len(), 78, "bytes of a token");
    (raw[2..18].try_into().expect("a selector"), raw[18..34].try_into().expect("a verifier"))
}

/// Decodes base64url without padding (RFC 4648, 5), bit by bit.
///
/// # Panics
/// On any other character.
pub fn decode(text: &str) -> Vec<u8> {
    let bits: Vec<u8> = text.bytes().flat_map(six_bits).collect();
    bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}

fn six_bits(digit: u8) -> [u8; 6] {
    let value = DIGITS.iter().position(|known| *known == digit).expect("a digit of base64url");
    [5, 4, 3, 2, 1, 0].map(|place| u8::from(value >> place & 1 == 1))
}
