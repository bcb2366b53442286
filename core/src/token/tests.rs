use super::*;
use crate::config::Config;
use crate::hash::counted::compressions;
use crate::keys::{Key, KeyRing};

fn keys() -> Keys<IdKey> {
    let ring = KeyRing::new(Key::new(3, b"the newest of our secret keys 32").unwrap())
        .and_older(Key::new(2, b"an older one of our secret keys.").unwrap())
        .unwrap();
    Keys::derive(&ring, &Config::new()).unwrap()
}

fn older() -> Keys<IdKey> {
    let ring = KeyRing::new(Key::new(2, b"an older one of our secret keys.").unwrap());
    Keys::derive(&ring, &Config::new()).unwrap()
}

fn token(form: Form) -> Token {
    let id = Id { selector: *b"selector........", verifier: *b"verifier--------" };
    Token {
        form,
        id,
        issued: Timestamp::from_millis(1_700_000_000_000),
        deadline: Timestamp::from_secs(1_700_600_000),
    }
}

/// promise: T6
#[test]
fn what_is_encoded_is_decoded() {
    for form in [Form::Session, Form::Guest] {
        let mut text = [0; TEXT];
        let text = encode(&keys(), &token(form), &mut text).unwrap();
        let verified = decode(&keys(), text.as_bytes()).ok().unwrap();
        assert_eq!(verified.token.form, form);
        assert_eq!(verified.token.id.selector, *b"selector........");
        assert_eq!(verified.token.id.verifier, *b"verifier--------");
        assert_eq!(verified.token.issued.as_millis(), 1_700_000_000_000);
        assert_eq!(verified.token.deadline.as_secs(), 1_700_600_000);
        assert!(!verified.old_key);
    }
}

/// promise: T7
#[test]
fn an_older_key_verifies_and_is_told() {
    let mut text = [0; TEXT];
    let text = encode(&older(), &token(Form::Session), &mut text).unwrap();
    assert!(decode(&keys(), text.as_bytes()).ok().unwrap().old_key);
}

/// promise: T1
#[test]
fn a_signed_token_of_an_unknown_form_is_malformed() {
    let keys = keys();
    let mut raw = [0; RAW];
    raw[0] = 0x21;
    raw[1] = 3;
    let tag = keys.newest().unwrap().token.0.tag(&[&raw[..BODY]]);
    raw[BODY..].copy_from_slice(&tag);
    let mut text = [0; TEXT];
    Base64UrlUnpadded::encode(&raw, &mut text).unwrap();
    assert_eq!(decode(&keys, &text).err(), Some(Rejected::Malformed));
}

/// 46 bytes under the tag are one block, and one more for the outer hash.
#[test]
fn a_token_costs_two_compressions() {
    let keys = keys();
    let mut text = [0; TEXT];
    let (text, encoding) =
        compressions(|| encode(&keys, &token(Form::Session), &mut text).unwrap());
    let (verified, decoding) = compressions(|| decode(&keys, text.as_bytes()));
    assert!(verified.is_ok());
    assert_eq!((encoding, decoding), (2, 2));
    // What is not a token of ours by its length or alphabet costs none.
    assert_eq!(compressions(|| decode(&keys, b"junk").is_err()), (true, 0));
    assert_eq!(compressions(|| decode(&keys, &[b'='; TEXT]).is_err()), (true, 0));
}

/// Made by tests/formats.py, which follows the crate docs alone.
#[test]
fn golden_token() {
    let mut text = [0; TEXT];
    let text = encode(&keys(), &token(Form::Session), &mut text).unwrap();
    assert_eq!(text, GOLDEN);
}

const GOLDEN: &str = "EQNzZWxlY3Rvci4uLi4uLi4udmVyaWZpZXItLS0tLS0tLQBo5c-LAQCuqPOLAdVQmehpaCZFCnsVIthoDncAQdnOXKjJZXkn7pmzPNQK";
