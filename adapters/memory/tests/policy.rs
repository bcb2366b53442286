//! What a full store does (promise L12), and how much one call does.

use core::time::Duration;

use pollster::block_on;
use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_memory::MemoryStore;
use sansession_store::{Created, Loaded, SendStore as _, Updated};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
const HOUR: Duration = Duration::from_secs(3600);

/// More records than one shard has.
const MANY: u64 = 4096;

/// A key that looks as random as real ones.
fn key(number: u64) -> StoreKey {
    let mix = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number << 23);
    let halves = [mix(number + 1).swap_bytes(), mix(!number)];
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&halves[0].to_le_bytes());
    bytes[8..].copy_from_slice(&halves[1].to_le_bytes());
    StoreKey::from_bytes(bytes)
}

/// Second `number` of the test.
fn at(number: u64) -> Timestamp {
    NOW.after(Duration::from_secs(number))
}

fn anonymous(seen: Timestamp) -> Write<'static> {
    Write::new(b"record", seen, seen.after(HOUR))
}

fn bound(seen: Timestamp) -> Write<'static> {
    anonymous(seen).bound_to("ada")
}

/// The same write with another end.
fn until(expires: Timestamp, mut write: Write<'_>) -> Write<'_> {
    write.expires = expires;
    write
}

fn create(store: &MemoryStore, number: u64, write: Write<'_>) -> Created {
    let Ok(created) = block_on(store.create(&key(number), write));
    created
}

fn holds(store: &MemoryStore, number: u64) -> bool {
    let Ok(loaded) = block_on(store.load(&key(number), &mut [0; 64], Freshness::Latest));
    loaded != Loaded::Missing
}

fn sweep(store: &MemoryStore, now: Timestamp, limit: usize) -> usize {
    let Ok(swept) = block_on(store.sweep(now, limit));
    swept
}

// promise: L12
#[test]
fn expired_sessions_go_first() {
    let store = MemoryStore::new(4);
    create(&store, 0, anonymous(at(0)));
    create(&store, 1, until(at(5), anonymous(at(3))));
    create(&store, 2, until(at(5), bound(at(3))));
    create(&store, 3, bound(at(0)));
    assert_eq!(create(&store, 4, anonymous(at(5))), Created::Stored);
    assert!(holds(&store, 0) && holds(&store, 3) && holds(&store, 4));
    assert!(!holds(&store, 1) && !holds(&store, 2), "both had expired");
    assert_eq!(store.len(), 3);
}

// promise: L12
#[test]
fn the_anonymous_session_seen_least_recently_goes_next() {
    let store = MemoryStore::new(4);
    create(&store, 0, bound(at(0)));
    create(&store, 1, anonymous(at(1)));
    create(&store, 2, anonymous(at(2)));
    create(&store, 3, anonymous(at(3)));
    let Ok(_) = block_on(store.touch(&key(1), at(4), at(4).after(HOUR)));
    let Ok(_) = block_on(store.update(&key(2), Revision::FIRST, anonymous(at(5))));
    for (new, evicted) in [(4, 3), (5, 1), (6, 2), (7, 4)] {
        assert_eq!(create(&store, new, anonymous(at(new + 2))), Created::Stored);
        assert!(holds(&store, new) && !holds(&store, evicted), "{new} for {evicted}");
        assert_eq!(store.len(), 4);
    }
    assert!(holds(&store, 0));
}

// promise: L12
#[test]
fn the_order_holds_across_shards() {
    let store = MemoryStore::new(4096);
    for number in 0..MANY {
        create(&store, number, anonymous(at(number)));
    }
    // Those that were the oldest are used again, the last of them first.
    for number in 0..1000 {
        let seen = at(2 * MANY - number);
        let Ok(_) = block_on(store.touch(&key(number), seen, seen.after(HOUR)));
    }
    for number in 1000..3000 {
        assert!(holds(&store, number));
        assert_eq!(create(&store, MANY + number, anonymous(at(3500))), Created::Stored);
        assert!(!holds(&store, number), "{number} is the oldest");
        assert_eq!(store.len(), 4096);
    }
}

// promise: L12
#[test]
fn an_expired_session_in_any_shard_goes_before_a_living_one() {
    let store = MemoryStore::new(4096);
    for number in 0..MANY {
        let expires = if number % 1024 == 7 { at(60) } else { at(1).after(HOUR) };
        create(&store, number, until(expires, anonymous(at(1))));
    }
    for new in MANY..MANY + 4 {
        assert_eq!(create(&store, new, anonymous(at(60))), Created::Stored);
    }
    assert!((0..MANY).all(|number| holds(&store, number) != (number % 1024 == 7)));
    assert_eq!(store.len(), 4096);
}

// promise: L12
#[test]
fn an_anonymous_flood_never_evicts_a_bound_session() {
    for capacity in [100, 4096] {
        let store = MemoryStore::new(capacity);
        for number in 0..50 {
            assert_eq!(create(&store, number, bound(at(0))), Created::Stored);
        }
        for number in 100..10_000 {
            assert_eq!(create(&store, number, anonymous(at(number % 3000))), Created::Stored);
        }
        assert!((0..50).all(|number| holds(&store, number)));
        assert_eq!(store.len(), capacity);
    }
}

// promise: L12
#[test]
fn a_store_full_of_bound_sessions_says_so() {
    let store = MemoryStore::new(3);
    for number in 0..3 {
        create(&store, number, bound(at(0)));
    }
    assert_eq!(create(&store, 3, anonymous(at(1))), Created::Full);
    assert_eq!(create(&store, 3, bound(at(1))), Created::Full);
    assert!((0..3).all(|number| holds(&store, number)));
    assert_eq!(create(&MemoryStore::new(0), 0, anonymous(at(0))), Created::Full);
}

// promise: L12
#[test]
fn logging_in_protects_a_session_and_logging_out_does_not_leave_a_hole() {
    let store = MemoryStore::new(2);
    create(&store, 0, anonymous(at(0)));
    create(&store, 1, anonymous(at(1)));
    let Ok(_) = block_on(store.update(&key(0), Revision::FIRST, bound(at(0))));
    create(&store, 2, anonymous(at(2)));
    assert!(holds(&store, 0) && !holds(&store, 1), "the bound one stays");
    let Ok(_) = block_on(store.update(&key(0), Revision::new(2), anonymous(at(0))));
    create(&store, 3, anonymous(at(3)));
    assert!(!holds(&store, 0), "it is anonymous again, and the oldest");
}

#[test]
fn a_record_that_grows_is_not_refused() {
    let store = MemoryStore::new(1);
    create(&store, 0, anonymous(at(0)));
    let longer = vec![7; 60_000];
    let write = Write::new(&longer, at(1), at(1).after(HOUR));
    let Ok(updated) = block_on(store.update(&key(0), Revision::FIRST, write));
    assert_eq!(updated, Updated::Stored);
}

#[test]
fn a_key_that_is_taken_evicts_nothing() {
    let store = MemoryStore::new(3);
    create(&store, 0, until(at(1), anonymous(at(0))));
    create(&store, 1, anonymous(at(0)));
    create(&store, 2, bound(at(0)));
    assert_eq!(create(&store, 2, anonymous(at(2))), Created::Conflict);
    assert!((0..3).all(|number| holds(&store, number)));
}

#[test]
fn what_is_destroyed_or_refused_takes_no_room() {
    let store = MemoryStore::new(2);
    for number in 0..10 {
        assert_eq!(create(&store, number, bound(at(0))), Created::Stored);
        assert_eq!(create(&store, number, bound(at(0))), Created::Conflict);
        let Ok(destroyed) = block_on(store.destroy(&key(number)));
        assert!(destroyed && store.is_empty());
    }
}

#[test]
fn a_key_is_taken_once_also_in_parallel() {
    let store = MemoryStore::new(100_000);
    let stored = |_| {
        (0..20_000)
            .filter(|number| create(&store, *number, anonymous(at(0))) == Created::Stored)
            .count()
    };
    let total: usize = std::thread::scope(|scope| {
        let threads = [0; 4].map(|thread| scope.spawn(move || stored(thread)));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(total, 20_000);
    assert_eq!(store.len(), 20_000);
}

#[test]
fn the_capacity_is_exact_also_in_parallel() {
    let store = MemoryStore::new(500);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..1000 {
                    let number = thread * 1000 + number;
                    assert_eq!(create(store, number, anonymous(at(number))), Created::Stored);
                    assert!(store.len() <= 500);
                }
            });
        }
    });
    assert_eq!(store.len(), 500);
    assert_eq!((0..4000).filter(|number| holds(&store, *number)).count(), 500);
}

// promise: L13
#[test]
fn sweeps_in_portions_find_everything() {
    let store = MemoryStore::new(4096);
    for number in 0..MANY {
        create(&store, number, anonymous(at(0)));
    }
    let end = at(0).after(HOUR);
    let mut left = store.len();
    while left > 0 {
        let swept = sweep(&store, end, 100);
        assert!((1..=100).contains(&swept));
        left -= swept;
        assert_eq!(store.len(), left);
    }
    assert_eq!(sweep(&store, end, 100), 0);
}

// promise: L13
#[test]
fn a_sweep_goes_on_where_the_last_one_stopped() {
    let store = MemoryStore::new(4096);
    // The first byte says which of the eight shards a key is in.
    let fill = |shard: u8, round: u8| {
        for number in 0..10 {
            let key = StoreKey::from_bytes([
                shard, 0, round, number, 1, 2, 3, 4, 5, 6, 7, 8, 9, number, 0, 0,
            ]);
            assert_eq!(block_on(store.create(&key, anonymous(at(0)))), Ok(Created::Stored));
        }
    };
    let is_empty = |shard: u8, round: u8| {
        let key = StoreKey::from_bytes([shard, 0, round, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0]);
        block_on(store.load(&key, &mut [], Freshness::Latest)) == Ok(Loaded::Missing)
    };
    fill(0, 0);
    fill(1, 0);
    assert_eq!(sweep(&store, at(0).after(HOUR), 10), 10);
    assert!(is_empty(0, 0) && !is_empty(1, 0));
    fill(0, 1);
    assert_eq!(sweep(&store, at(0).after(HOUR), 10), 10);
    assert!(is_empty(1, 0) && !is_empty(0, 1), "the second shard's turn");
}

// promise: L13
#[test]
fn a_sweep_walks_over_no_more_shards_than_records_it_may_take() {
    let store = MemoryStore::new(4096);
    for number in 0..MANY {
        create(&store, number, anonymous(at(0)));
        let Ok(_) = block_on(store.touch(&key(number), at(1), at(1).after(HOUR)));
    }
    // Nothing has expired, but each of the eight shards must be walked over once to know.
    let last = (0..MANY).find(|number| key(*number).as_bytes()[0] & 7 == 7);
    let expired = until(at(0).after(HOUR), anonymous(at(1)));
    let updated = block_on(store.update(&key(last.unwrap()), Revision::FIRST, expired));
    assert_eq!(updated, Ok(Updated::Stored));
    let swept: Vec<usize> = (0..8).map(|_| sweep(&store, at(0).after(HOUR), 1)).collect();
    assert_eq!(swept, [0, 0, 0, 0, 0, 0, 0, 1]);
}

// promise: L11
#[test]
fn the_index_is_as_empty_as_the_store() {
    let store = MemoryStore::new(4);
    create(&store, 0, until(at(1), bound(at(0))));
    create(&store, 1, until(at(2), bound(at(0))));
    create(&store, 2, bound(at(0)));
    create(&store, 3, bound(at(0)));
    assert_eq!(sweep(&store, at(1), 10), 1);
    create(&store, 4, bound(at(1)));
    create(&store, 5, bound(at(2)));
    let Ok(_) = block_on(store.destroy(&key(2)));
    let Ok(_) = block_on(store.update(&key(3), Revision::FIRST, anonymous(at(3))));
    let mut keys = [StoreKey::default(); 8];
    let Ok(count) = block_on(store.list("ada", None, &mut keys));
    let mut expected = [key(4), key(5)];
    expected.sort_unstable();
    assert_eq!(keys[..count], expected);
}

// promise: I6
#[test]
fn debug_shows_no_content() {
    let store = MemoryStore::new(4);
    create(&store, 0, bound(at(0)));
    assert_eq!(format!("{store:?}"), "MemoryStore { len: 1, capacity: 4, .. }");
}
