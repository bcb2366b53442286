//! Keys and entropy do not stay behind in memory that is freed.

use core::convert::Infallible;

use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession_device::{DeviceRng, Throttle};
use sansession_memory_allocator::{Observed, SECRET, leaks};

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

// promise: I6
#[test]
fn keys_and_entropy_are_wiped() {
    let entropy = |bytes: &mut [u8]| Secrets.try_fill_bytes(bytes);
    drop(Box::new(DeviceRng::new(entropy, b"", b"").expect("it never fails")));
    assert_eq!(leaks(), 0, "what the source gave last");

    let Ok(throttle) = Throttle::<8>::new(&mut Secrets);
    drop(Box::new(throttle));
    assert_eq!(leaks(), 0, "the key of a throttle");

    drop(SECRET.to_vec());
    assert_eq!(leaks(), 1, "the allocator sees what is not wiped");
}
