extern crate std;

use std::vec::Vec;

use super::*;
use crate::config::Config;
use crate::keys::KeyRing;

/// Whole records are held against another implementation in `tests/tests/formats.rs`; here are the pieces.
const CLEAR: &[u8] = b"a header and a principal";
const BODY: &[u8] = b"data and flash";

fn key(audience: &'static str) -> RecordKey {
    let key = Key::new(1, b"32 random bytes, kept in secret.").unwrap();
    RecordKey::derive(&key, &Config::new().sealed_records().audience(audience)).unwrap()
}

fn id(selector: u8) -> Id {
    Id { selector: [selector; 16], verifier: [9; 16] }
}

fn sealed(key: &RecordKey, id: &Id, clear: &[u8], body: &[u8]) -> ([u8; NONCE], [u8; 16], Vec<u8>) {
    let mut bytes = body.to_vec();
    let nonce = key.nonce(id, clear, body);
    let tag = key.of_session(id).seal(&nonce, clear, &mut bytes).unwrap();
    (nonce, tag, bytes)
}

/// promise: D3
#[test]
fn no_other_selector_and_no_other_key_opens_a_record() {
    let (nonce, tag, bytes) = sealed(&key(""), &id(7), CLEAR, BODY);
    let opens = |key: &RecordKey, id: &Id| {
        let mut bytes = bytes.clone();
        key.of_session(id).unseal(&nonce, CLEAR, &mut bytes, &tag) && bytes == BODY
    };
    assert!(opens(&key(""), &id(7)));
    // The verifier is not part of it: it is replaced at every rotation.
    assert!(opens(&key(""), &Id { selector: [7; 16], verifier: [8; 16] }));
    assert!(!opens(&key(""), &id(8)));
    assert!(!opens(&key("another"), &id(7)));
}

/// A nonce comes twice only with the same record: a key stream is never used for two texts.
///
/// promise: D3
#[test]
fn whatever_changes_has_another_nonce() {
    let nonce = |selector, clear: &[u8], body: &[u8]| key("").nonce(&id(selector), clear, body);
    let known = nonce(7, CLEAR, BODY);
    assert_eq!(known, nonce(7, CLEAR, BODY));
    assert_ne!(known, nonce(8, CLEAR, BODY));
    for at in 0..CLEAR.len() {
        let mut other = CLEAR.to_vec();
        other[at] ^= 1;
        assert_ne!(known, nonce(7, &other, BODY), "{at}");
    }
    for at in 0..BODY.len() {
        let mut other = BODY.to_vec();
        other[at] ^= 1;
        assert_ne!(known, nonce(7, CLEAR, &other), "{at}");
    }
}

/// promise: D3
#[test]
fn a_key_is_made_only_where_records_are_sealed() {
    let ring = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").unwrap());
    let made = |config: Config| {
        let keys: Keys<IdKey> = Keys::derive(&ring, &config).unwrap();
        keys.newest().unwrap().records.is_some()
    };
    assert!(made(Config::new().sealed_records()) && !made(Config::new()));
}
