use base64ct::{Base64UrlUnpadded, Encoding};

use super::*;

fn text(bytes: &[u8]) -> ([u8; 512], usize) {
    let (mut all, mut len) = ([0; 512], 0);
    encode(bytes, |piece| {
        all[len..len + piece.len()].copy_from_slice(piece.as_bytes());
        len += piece.len();
        Ok::<(), ()>(())
    })
    .unwrap();
    (all, len)
}

/// Bytes that look random, of every length up to two pieces of text.
fn samples() -> impl Iterator<Item = ([u8; 330], usize)> {
    let mut bytes = [0; 330];
    let mut state = 1_u32;
    for byte in &mut bytes {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = state.to_be_bytes()[0];
    }
    (0..=330).map(move |len| (bytes, len))
}

/// The other implementation is the `base64ct` crate.
#[test]
fn texts_are_those_of_another_implementation() {
    for (bytes, len) in samples() {
        let bytes = &bytes[..len];
        let mut theirs = [0; 512];
        let theirs = Base64UrlUnpadded::encode(bytes, &mut theirs).unwrap();
        let (ours, ours_len) = text(bytes);
        assert_eq!(&ours[..ours_len], theirs.as_bytes());
        assert_eq!(ours_len, encoded_len(len));
        assert_eq!(decoded_len(ours_len), len);
        let mut out = [0xee; 340];
        assert_eq!(decode(theirs.as_bytes(), &mut out).as_deref(), Some(bytes));
    }
}

/// promise: T3
#[test]
fn any_other_character_anywhere_is_refused() {
    for len in [1, 2, 3, 23, 24, 25, 26, 47, 48, 49, 71, 72, 73] {
        let (bytes, _) = samples().next().unwrap();
        let (good, chars) = text(&bytes[..len]);
        for place in 0..chars {
            for character in 0..=255_u8 {
                let mut edited = good;
                edited[place] = character;
                let mut theirs = [0; 340];
                let theirs = Base64UrlUnpadded::decode(&edited[..chars], &mut theirs).ok();
                let mut ours = [0; 340];
                let ours = decode(&edited[..chars], &mut ours);
                assert_eq!(ours.as_deref(), theirs, "{len} bytes, {character} at {place}");
            }
        }
    }
}

/// promise: T3
#[test]
fn lengths_that_say_nothing_and_outputs_too_short_are_refused() {
    let mut out = [0; 9];
    for len in [1, 5, 9] {
        assert!(decode(&b"AAAAAAAAA"[..len], &mut out).is_none());
    }
    assert!(decode(b"AAAAAAAAAAAA", &mut out).is_some());
    assert!(decode(b"AAAAAAAAAAAAAA", &mut out).is_none());
}

/// Every pair of bytes as a pair of characters, alone and behind others.
#[test]
fn every_pair_is_read_as_another_implementation_does() {
    for pair in 0..=u16::MAX {
        let pair = pair.to_be_bytes();
        for text in [&pair[..], &[b'A', b'_', b'-', b'9', pair[0], b'z', pair[1], b'A']] {
            let mut theirs = [0; 6];
            let theirs = Base64UrlUnpadded::decode(text, &mut theirs).ok();
            let mut ours = [0; 6];
            assert_eq!(decode(text, &mut ours).as_deref(), theirs, "{text:?}");
        }
    }
}
