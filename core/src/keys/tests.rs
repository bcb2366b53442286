use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};

use super::*;
use crate::token::IdKey;

const SECRET: [u8; 32] = *b"0123456789abcdefghijklmnopqrstuv";

fn ring() -> KeyRing {
    KeyRing::new(Key::new(7, &SECRET).unwrap())
}

/// The sub-keys are those of the `hkdf` crate over the documented info string.
#[test]
fn sub_keys_are_hkdf_of_the_documented_context() {
    let config = Config::new().cookie_name("sid").audience("shop").epoch(0x0102_0304);
    let keys = Keys::<IdKey>::derive(&ring(), &config).unwrap();
    let mut okm = [0; 32];
    let info = b"\x0dsansession v1\x08id token\x03sid\x04shop\x01\x07\x04\x04\x03\x02\x01";
    Hkdf::<sha2::Sha256>::new(Some(b"sansession v1"), &SECRET).expand(info, &mut okm).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&okm).unwrap();
    mac.update(b"message");
    let expected: [u8; 32] = mac.finalize().into_bytes().into();
    assert_eq!(keys.newest().unwrap().token.0.tag(&[b"message"]), expected);
}

/// promise: T8
#[test]
fn weak_keys_are_refused() {
    assert_eq!(Key::new(1, &SECRET[..31]).unwrap_err(), ConfigError::WeakKey { id: 1 });
    assert_eq!(Key::new(1, &[9; 64]).unwrap_err(), ConfigError::WeakKey { id: 1 });
    assert!(Key::new(1, &SECRET).is_ok());
}

/// promise: T7
#[test]
fn a_ring_has_distinct_ids_and_four_places() {
    let key = |id| Key::new(id, &SECRET).unwrap();
    assert_eq!(ring().and_older(key(7)).unwrap_err(), ConfigError::DuplicateKeyId { id: 7 });
    let full = (0..3).try_fold(ring(), |ring, id| ring.and_older(key(id))).unwrap();
    assert_eq!(full.and_older(key(8)).unwrap_err(), ConfigError::TooManyKeys);
}

/// promise: T4
#[test]
fn every_part_of_the_context_changes_the_key() {
    let tag = |config: Config, id| {
        let ring = KeyRing::new(Key::new(id, &SECRET).unwrap());
        Keys::<IdKey>::derive(&ring, &config).unwrap().newest().unwrap().token.0.tag(&[b"message"])
    };
    let base = Config::new().cookie_name("ab").audience("c");
    let all = [
        tag(base, 1),
        tag(base, 2),
        tag(base.epoch(1), 1),
        tag(base.cookie_name("a").audience("bc"), 1),
        tag(base.cookie_name("abc").audience(""), 1),
        Keys::<IdKey>::derive(&KeyRing::new(Key::new(1, &SECRET).unwrap()), &base)
            .unwrap()
            .newest()
            .unwrap()
            .csrf
            .0
            .tag(&[b"message"]),
    ];
    for (at, tag) in all.iter().enumerate() {
        assert!(!all[..at].contains(tag), "{at}");
    }
}

/// promise: I6
#[test]
fn debug_shows_no_key() {
    extern crate std;
    let shown = std::format!("{:?} {:?}", ring(), Key::new(7, &SECRET).unwrap());
    assert_eq!(
        shown,
        "KeyRing([Place { key: Key { id: 7, .. }, retiring: false }]) Key { id: 7, .. }"
    );
}
