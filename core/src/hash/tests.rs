use sha2::{Digest, Sha256};

use super::*;

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    finish(State::start(), 0, parts)
}

/// FIPS 180-2, appendix B, and the empty message.
#[test]
fn hashes_are_those_of_the_standard() {
    assert_eq!(hash(&[]), hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    assert_eq!(
        hash(&[b"abc"]),
        hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    );
    assert_eq!(
        hash(&[b"abcdbcdecdefdefgefghfghighij", b"hijkijkljklmklmnlmnomnopnopq"]),
        hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    );
    assert_eq!(
        hash(&[&[b'a'; 1000][..]; 1000]),
        hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    );
}

/// The other implementation is the general interface of the `sha2` crate.
#[test]
fn hashes_are_those_of_another_implementation_however_the_message_is_cut() {
    let message: [u8; 300] = core::array::from_fn(|at| u8::try_from(at * 7 % 251).unwrap());
    for len in 0..=message.len() {
        let message = &message[..len];
        let theirs: [u8; 32] = Sha256::digest(message).into();
        for cut in 0..=len {
            let (a, b) = message.split_at(cut);
            let (b, c) = b.split_at(b.len() / 3);
            assert_eq!(hash(&[a, b, c]), theirs, "{len} bytes, cut at {cut}");
        }
    }
}

/// What the documentation of the record's format says.
#[test]
fn a_label_is_the_front_of_the_message() {
    let theirs: [u8; 32] = Sha256::digest(b"labelparts").into();
    assert_eq!(labelled([b"label", b"parts"]), theirs[..16]);
}

fn hex(text: &str) -> [u8; 32] {
    core::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
}
