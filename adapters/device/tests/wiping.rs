//! Keys and entropy do not stay behind in memory that is freed.

use core::convert::Infallible;

use hmac::{Hmac, KeyInit, Mac};
use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession_device::{DeviceRng, Throttle};
use sansession_memory_allocator::{Observed, SECRET, leaks, look_for};
use sha2::Sha256;

#[global_allocator]
static ALLOCATOR: Observed = Observed;

/// Gives the same secret all over.
struct Secrets;

impl TryRng for Secrets {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(SECRET))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.iter_mut().zip(SECRET.into_iter().cycle()).for_each(|(to, from)| *to = from);
        Ok(())
    }
}

impl TryCryptoRng for Secrets {}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Key and value of a generator that was seeded so: NIST SP 800-90A, section 10.1.2.3.
fn state(seed: &[u8]) -> [[u8; 32]; 2] {
    let (mut key, mut value) = ([0; 32], [1; 32]);
    for round in [0, 1] {
        key = hmac(&key, &[&value, &[round], seed]);
        value = hmac(&key, &[&value]);
    }
    [key, value]
}

// promise: I6
#[test]
fn keys_and_entropy_are_wiped() {
    let entropy = |bytes: &mut [u8]| Secrets.try_fill_bytes(bytes);
    drop(Box::new(DeviceRng::new(entropy, b"", b"").expect("it never fails")));
    assert_eq!(leaks(), 0, "what the source gave last");

    let mut seed = [0; 32];
    let Ok(()) = Secrets.try_fill_bytes(&mut seed);
    for part in state(&seed) {
        look_for(*part.first_chunk().expect("32 bytes"));
        drop(Box::new(DeviceRng::new(entropy, b"", b"").expect("it never fails")));
        assert_eq!(leaks(), 0, "what the next ids are made of");
    }
    look_for(SECRET);

    let Ok(throttle) = Throttle::<8>::new(&mut Secrets);
    drop(Box::new(throttle));
    assert_eq!(leaks(), 0, "the key of a throttle");

    drop(SECRET.to_vec());
    assert_eq!(leaks(), 1, "the allocator sees what is not wiped");
}
