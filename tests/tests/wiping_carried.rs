//! Carried tokens do not stay behind in slots that are given back.

use std::convert::Infallible;

use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession::{Ending, Sealed, Signed, Slot, Timestamp};
use sansession_memory_allocator::{Observed, SECRET, leaks};
use sansession_tests::{CONFIG, Kind, ring};

#[global_allocator]
static ALLOCATOR: Observed = Observed;

const NOW: Timestamp = Timestamp::from_secs(1_000_000);

/// Ids that the allocator looks for.
struct Told;

impl TryRng for Told {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for (byte, told) in bytes.iter_mut().zip(SECRET.iter().cycle()) {
            *byte = *told;
        }
        Ok(())
    }
}

impl TryCryptoRng for Told {}

/// The selector is what the dice said, and so is the nonce of a sealed token.
fn no_token_stays_behind<K: Kind>(slots: &mut Vec<Box<Slot>>) {
    let mut slot = || slots.pop().expect("enough slots");
    let sessions = K::sessions(CONFIG, &ring());
    let mut active = sessions.begin([], NOW, slot());
    active.insert("key", &1_u8).expect("room");
    let reply = sessions.finish(active, Ending::Answered, NOW, &mut Told).expect("dice");
    let cookie = reply.set_cookie(&sessions).expect("a cookie").to_string();
    drop(reply.into_slot());
    assert_eq!(leaks(), 0, "of a session that began");
    let cookie = cookie.split(';').next().expect("a pair");
    drop(sessions.begin([cookie.as_bytes()], NOW, slot()).into_slot());
    assert_eq!(leaks(), 0, "of an exchange given up");
    let mut active = sessions.begin([cookie.as_bytes()], NOW, slot());
    active.insert("key", &2_u8).expect("room");
    let reply = sessions.finish(active, Ending::Answered, NOW, &mut Told).expect("dice");
    drop(reply.into_slot());
    assert_eq!(leaks(), 0, "of a change");
}

// promise: I6
#[test]
fn no_token_stays_behind_in_a_slot() {
    // Made before there is anything secret: a new slot has in its empty places what lay on the stack.
    let mut slots: Vec<_> =
        (0..8).map(|_| Box::new(Slot::<[u8; 512]>::new()) as Box<Slot>).collect();
    no_token_stays_behind::<Signed>(&mut slots);
    no_token_stays_behind::<Sealed>(&mut slots);
    // Dropped as it is, the slot has it: so the allocator finds what is there.
    let sessions = Signed::sessions(CONFIG, &ring());
    let mut active = sessions.begin([], NOW, slots.pop().expect("enough slots"));
    active.insert("key", &1_u8).expect("room");
    drop(sessions.finish(active, Ending::Answered, NOW, &mut Told).expect("dice"));
    assert_eq!(leaks(), 1);
}
