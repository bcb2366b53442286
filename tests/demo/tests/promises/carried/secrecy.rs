//! What the browser sees of its own session.

use crate::carried::demos;

/// Undoes base64url (RFC 4648, section 5) without padding.
fn decoded(text: &str) -> Vec<u8> {
    let mut bits = 0_u32;
    let mut bytes = Vec::new();
    for (place, digit) in text.bytes().enumerate() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => panic!("{text} is not base64url"),
        };
        bits = bits << 6 | u32::from(value);
        if place % 4 != 0 {
            bytes.extend(u8::try_from(bits >> (6 - place % 4 * 2) & 0xff));
        }
    }
    bytes
}

// promise: T5
#[test]
fn signed_can_be_read_and_sealed_cannot() {
    for (demo, readable) in demos().into_iter().zip([true, false]) {
        let client = demo.client();
        client.post("/api/session/login", "alice-in-chains").expect(204);
        client.put("/api/session/data/favourite", "black-and-white").expect(204);
        let cookie = client.cookie().expect("logged in");
        let (_, value) = cookie.split_once('=').expect("a pair");
        let bytes = decoded(value);
        for text in ["alice-in-chains", "favourite", "black-and-white"] {
            let shows = bytes.windows(text.len()).any(|part| part == text.as_bytes());
            assert_eq!(shows, readable, "{text}");
        }
    }
}
