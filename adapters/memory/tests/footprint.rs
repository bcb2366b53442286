//! What a session costs in memory, all in: `cargo test -p sansession-memory --test footprint -- --nocapture`.

use getrandom::SysRng;
use pollster::block_on;
use sansession::{
    Begin, Config, End, Ending, Key, KeyRing, Sessions, Slot, Step, StoreKey, Timestamp, Write,
};
use sansession_memory::MemoryStore;
use sansession_memory_allocator::{Observed, bytes, chunks};
use sansession_store::{Created, SendStore as _};

#[global_allocator]
static ALLOCATOR: Observed = Observed;

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

/// The goal, in bytes per session.
const GOAL: usize = 185;

#[test]
fn a_session_with_one_small_value_takes_at_most_185_bytes() {
    let record = record();
    for sessions in [10_000, 100_000] {
        for capacity in [sessions, 2 * sessions] {
            let (asked, taken) = measure(capacity, sessions, &record);
            println!(
                "{sessions} sessions, room for {capacity}, records of {} bytes: {asked} bytes each, \
                 {taken} with the allocator's own",
                record.len(),
            );
            assert!(taken <= GOAL, "{taken} bytes per session");
        }
    }
}

/// Bytes per session: asked for, and taken from the system.
fn measure(capacity: usize, sessions: usize, record: &[u8]) -> (usize, usize) {
    let before = (bytes(), chunks());
    let store = MemoryStore::new(capacity);
    for _ in 0..sessions {
        let mut key = [0; 16];
        getrandom::fill(&mut key).expect("random bytes");
        let expires = NOW.after(core::time::Duration::from_secs(7200));
        let write = Write::new(record, NOW, expires);
        let created = block_on(store.create(&StoreKey::from_bytes(key), write));
        assert_eq!(created, Ok(Created::Stored));
    }
    assert_eq!(store.len(), sessions);
    let each = |bytes: usize| bytes.div_ceil(sessions);
    (each(bytes() - before.0), each(chunks() - before.1))
}

/// The record of a session with one small value.
fn record() -> Vec<u8> {
    let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").expect("a good key"));
    let sessions = Sessions::stored(Config::new(), &keys).expect("a good configuration");
    let mut slot = Slot::<[u8; 512]>::new();
    let Begin::Ready(mut active) = sessions.begin([], NOW, slot.erase()) else { unreachable!() };
    active.insert_str("colour", "turquoise").expect("room");
    let end = sessions.finish(active, Ending::Answered, NOW, &mut SysRng).expect("random bytes");
    let End::Step(mut closing) = end else { unreachable!() };
    let Step::Create { write, .. } = closing.step() else { unreachable!() };
    write.record.to_vec()
}
