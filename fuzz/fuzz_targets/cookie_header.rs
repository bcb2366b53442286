//! Invariant: whatever other cookies say, a good one is looked up unless eight of its name stand before it; and
//! whatever the header says, nothing else is.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sansession::rand_core::{TryCryptoRng, TryRng};
use sansession::{
    Ack, Begin, Config, End, Ending, Key, KeyRing, Sessions, Slot, Step, StoreKey, Stored, Timestamp,
};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

struct Numbers;

impl TryRng for Numbers {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(4)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(4)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(4);
        Ok(())
    }
}

impl TryCryptoRng for Numbers {}

struct World {
    sessions: Sessions<Stored>,
    good: String,
    key: StoreKey,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let ring = KeyRing::new(Key::new(1, b"a key for fuzzing, thirty-two b.").unwrap());
    let sessions = Sessions::stored(Config::new().insecure_http("sid"), &ring).unwrap();
    let mut slot = Slot::<[u8; 512]>::new();
    let Begin::Ready(mut active) = sessions.begin([], NOW, slot.erase()) else { unreachable!() };
    active.insert("a", &1_u8).unwrap();
    let End::Step(mut closing) =
        sessions.finish(active, Ending::Answered, NOW, &mut Numbers).unwrap()
    else {
        unreachable!()
    };
    let Step::Create { key, .. } = closing.step() else { unreachable!() };
    let key = *key;
    let End::Done(reply) = closing.handle(&sessions, Ack::Stored) else { unreachable!() };
    let good = reply.set_cookie(&sessions).unwrap().to_string();
    let good = good.split(';').next().unwrap().to_owned();
    World { sessions, good, key }
});

/// Pairs, and those called `sid`, by a reading of the header that has nothing in common with the core's.
fn count(line: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(line);
    let pairs: Vec<&str> = text.split(';').collect();
    let named = pairs.iter().filter(|pair| match pair.split_once('=') {
        Some((name, _)) => name.trim_matches([' ', '\t']) == "sid",
        None => false,
    });
    (pairs.len(), named.count())
}

fuzz_target!(|line: &[u8]| {
    let World { sessions, good, key } = &*WORLD;
    let mut slot = Slot::<[u8; 512]>::new();
    let others = sessions.begin([line], NOW, slot.erase());
    let carries_it = String::from_utf8_lossy(line).contains(good.as_str());
    assert!(matches!(others, Begin::Ready(_)) || carries_it, "a look-up for a cookie never issued");

    let (pairs, named) = count(line);
    if pairs < 256 && named < 8 && line.len() < 32 * 1024 - good.len() {
        let Begin::Load(mut loading) = sessions.begin([line, good.as_bytes()], NOW, slot.erase())
        else {
            panic!("a good cookie was not looked up");
        };
        assert_eq!(loading.request().0, *key);
    }
});
