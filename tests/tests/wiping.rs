//! Ids do not stay behind in slots that are given back or freed. The core is optimised in test builds, so that a copy
//! which only an optimiser leaves behind is found.

use std::convert::Infallible;

use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession::{
    Ack, Active, Begin, End, Ending, Freshness, Meta, Revision, Slot, Step, Timestamp,
};
use sansession_memory_allocator::{Observed, SECRET, leaks};
use sansession_tests::{CONFIG, sessions};

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

fn slot() -> Box<Slot> {
    Box::new(Slot::<[u8; 512]>::new())
}

// promise: I6
#[test]
fn no_id_stays_behind_in_a_slot() {
    let sessions = sessions(CONFIG);
    let Begin::Ready(mut active) = sessions.begin([], NOW, slot()) else { unreachable!() };
    active.insert("key", &1_u8).expect("room");
    let end = sessions.finish(active, Ending::Answered, NOW, &mut Told).expect("dice");
    let End::Step(mut closing) = end else { unreachable!() };
    let Step::Create { write, .. } = closing.step() else { unreachable!() };
    let record = write.record.to_vec();
    let End::Done(reply) = closing.handle(&sessions, Ack::Stored) else { unreachable!() };
    let cookie = reply.set_cookie(&sessions).expect("a cookie").to_string();
    let cookie = cookie.split(';').next().expect("a pair").to_owned();
    drop(reply.into_slot());
    assert_eq!(leaks(), 0, "of a session that began");

    let open = |slot: Box<Slot>| -> Active<Box<Slot>> {
        let lines = [cookie.as_bytes(), cookie.as_bytes()];
        let Begin::Load(mut loading) = sessions.begin(lines, NOW, slot) else { unreachable!() };
        loading.request().1[..record.len()].copy_from_slice(&record);
        let meta = Meta::new(Revision::FIRST, NOW);
        let begin =
            loading.found(&sessions, record.len(), meta, Freshness::Latest).expect("a good record");
        let Begin::Ready(active) = begin else { unreachable!() };
        active
    };
    drop(open(slot()).into_slot());
    assert_eq!(leaks(), 0, "of an exchange given up");
    let active = open(slot());
    assert_eq!(leaks(), 0, "opening");
    drop(active);
    assert_eq!(leaks(), 0, "of an exchange dropped");

    let mut active = open(slot());
    active.regenerate();
    let end = sessions.finish(active, Ending::Answered, NOW, &mut Told).expect("dice");
    let End::Step(closing) = end else { unreachable!() };
    let End::Done(reply) = closing.handle(&sessions, Ack::Stored) else { unreachable!() };
    drop(reply.into_slot());
    assert_eq!(leaks(), 0, "of a session that was regenerated");

    let Begin::Load(loading) = sessions.begin([cookie.as_bytes()], NOW, slot()) else {
        unreachable!()
    };
    let Ok(Begin::Ready(mut active)) = loading.missing(Freshness::Latest) else { unreachable!() };
    active.csrf_token(&sessions, &mut Told).expect("dice");
    drop(active.into_slot());
    assert_eq!(leaks(), 0, "of an id that opened nothing");

    drop(SECRET.to_vec());
    assert_eq!(leaks(), 1, "the allocator sees what is not wiped");
}
