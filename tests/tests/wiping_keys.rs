//! Keys do not stay behind in memory that is freed.

use hkdf::Hkdf;
use sansession::{Config, Key, KeyRing, Sessions};
use sansession_memory_allocator::{Observed, leaks, look_for};
use sansession_tests::SECRET;
use sha2::Sha256;
use sha2::block_api::compress256;

#[global_allocator]
static ALLOCATOR: Observed = Observed;

fn ring() -> KeyRing {
    KeyRing::new(Key::new(1, SECRET).expect("strong"))
}

/// A key as core derives it (RFC 5869), by another implementation.
fn derived(purpose: &[u8]) -> [u8; 32] {
    let mut info = Vec::new();
    for part in [b"sansession v1", purpose, b"__Host-session", b"", &[1], &[0; 4]] {
        info.push(u8::try_from(part.len()).expect("short"));
        info.extend_from_slice(part);
    }
    let mut key = [0; 32];
    let extracted = Hkdf::<Sha256>::new(Some(b"sansession v1"), SECRET);
    extracted.expand(&info, &mut key).expect("short");
    key
}

/// SHA-256 behind a padded key (RFC 2104), as it lies in memory.
fn state(key: [u8; 32], pad: u8) -> [u8; 8] {
    let mut block = [pad; 64];
    block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
    let mut state = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19_u32,
    ];
    compress256(&mut state, &[block]);
    let [a, b, ..] = state.map(u32::to_ne_bytes);
    [a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]]
}

/// Drops what `make` makes, on the heap, and says whether `secret` was in it and stayed there.
fn is_left<T>(secret: &[u8], make: impl Fn() -> T) -> bool {
    let secret = *secret.first_chunk().expect("eight bytes");
    look_for(secret);
    let before = leaks();
    // Memory that is given up without a drop shows that the test looks for what is there.
    let forgotten = Box::new(std::mem::ManuallyDrop::new(make()));
    drop(forgotten);
    assert!(leaks() > before, "it is not made of this");
    let before = leaks();
    drop(Box::new(make()));
    leaks() > before
}

// promise: I6
#[test]
fn keys_are_wiped_when_they_are_dropped() {
    let (extracted, _) = Hkdf::<Sha256>::extract(Some(b"sansession v1"), SECRET);
    assert!(!is_left(&extracted, ring), "of a ring");
    assert!(!is_left(&extracted, || Key::new(1, SECRET)), "of a key");

    let stored = || Sessions::stored(Config::new(), &ring());
    let carried = || Sessions::carried(Config::new(), &ring());
    for pad in [0x36, 0x5c] {
        assert!(!is_left(&state(derived(b"id token"), pad), stored), "of ids");
        assert!(!is_left(&state(derived(b"csrf"), pad), stored), "of CSRF tokens");
        assert!(!is_left(&state(derived(b"signed session"), pad), carried), "of signed sessions");
    }
    let sealed = || Sessions::sealed(Config::new(), &ring());
    assert!(!is_left(&derived(b"sealed session"), sealed), "of sealed sessions");
}
