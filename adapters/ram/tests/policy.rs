//! What a full table does (promise L12), and what it refuses.

use core::time::Duration;

use pollster::block_on;
use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_ram::{LocalRamStore, RamError, RamStore};
use sansession_store::{Created, ErrorKind, Loaded, Store, StoreError as _};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
const HOUR: Duration = Duration::from_secs(3600);

fn key(number: u8) -> StoreKey {
    StoreKey::from_bytes([number; 16])
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

fn create(store: &impl Store<Error = RamError>, number: u8, write: Write<'_>) -> Created {
    block_on(store.create(&key(number), write)).expect("it is short")
}

fn held(store: &LocalRamStore<3, 16>) -> Vec<u8> {
    let loaded = |number: &u8| block_on(store.load(&key(*number), &mut [], Freshness::Latest));
    (0..100).filter(|number| loaded(number) != Ok(Loaded::Missing)).collect()
}

// promise: L12
#[test]
fn an_expired_session_goes_first_though_it_is_bound() {
    let store = LocalRamStore::<3, 16>::new();
    create(&store, 0, anonymous(at(0)));
    create(&store, 1, until(at(9), bound(at(3))));
    create(&store, 2, until(at(8), anonymous(at(4))));
    assert_eq!(create(&store, 3, anonymous(at(9))), Created::Stored);
    assert_eq!(held(&store), [0, 1, 3]);
    assert_eq!(create(&store, 4, anonymous(at(9))), Created::Stored);
    assert_eq!(held(&store), [0, 3, 4]);
}

// promise: L12
#[test]
fn the_anonymous_session_seen_least_recently_goes_next() {
    let store = LocalRamStore::<3, 16>::new();
    create(&store, 0, anonymous(at(1)));
    create(&store, 1, bound(at(0)));
    create(&store, 2, anonymous(at(2)));
    block_on(store.touch(&key(0), at(3), at(3).after(HOUR))).expect("never fails");
    assert_eq!(create(&store, 3, anonymous(at(4))), Created::Stored);
    assert_eq!(held(&store), [0, 1, 3]);
    assert_eq!(create(&store, 4, bound(at(5))), Created::Stored);
    assert_eq!(held(&store), [1, 3, 4]);
}

// promise: L12
#[test]
fn an_anonymous_flood_never_evicts_a_bound_session() {
    let store = LocalRamStore::<3, 16>::new();
    create(&store, 0, bound(at(0)));
    create(&store, 1, bound(at(0)));
    for number in 2..100 {
        assert_eq!(create(&store, number, anonymous(at(u64::from(number)))), Created::Stored);
    }
    assert_eq!(held(&store), [0, 1, 99]);
}

// promise: L12
#[test]
fn a_table_full_of_bound_sessions_says_so() {
    let store = LocalRamStore::<3, 16>::new();
    for number in 0..3 {
        create(&store, number, bound(at(0)));
    }
    assert_eq!(create(&store, 3, anonymous(at(1))), Created::Full);
    assert_eq!(create(&store, 3, bound(at(1))), Created::Full);
    assert_eq!(held(&store), [0, 1, 2]);
    assert_eq!(create(&LocalRamStore::<0, 16>::new(), 0, anonymous(at(0))), Created::Full);
}

// promise: L12
#[test]
fn a_login_protects_a_session_and_its_end_lays_it_bare() {
    let store = LocalRamStore::<3, 16>::new();
    for number in 0..3 {
        create(&store, number, anonymous(at(u64::from(number))));
    }
    let update = |revision, write| {
        block_on(store.update(&key(0), revision, write)).expect("it is short");
    };
    update(Revision::FIRST, bound(at(0)));
    create(&store, 3, anonymous(at(3)));
    assert_eq!(held(&store), [0, 2, 3]);
    update(Revision::new(2), anonymous(at(0)));
    create(&store, 4, anonymous(at(4)));
    assert_eq!(held(&store), [2, 3, 4]);
}

#[test]
fn a_key_that_is_taken_evicts_nothing() {
    let store = LocalRamStore::<3, 16>::new();
    create(&store, 0, until(at(1), anonymous(at(0))));
    create(&store, 1, anonymous(at(0)));
    create(&store, 2, bound(at(0)));
    assert_eq!(create(&store, 2, anonymous(at(2))), Created::Conflict);
    assert_eq!(held(&store), [0, 1, 2]);
}

#[test]
fn a_record_that_is_too_long_is_the_hosts_error_and_changes_nothing() {
    let store = LocalRamStore::<3, 16>::new();
    let long = Write::new(&[7; 17], at(1), at(1).after(HOUR));
    let error = RamError::RecordTooLong { len: 17, room: 16 };
    assert_eq!(block_on(store.create(&key(0), long)), Err(error));
    assert!(store.is_empty());
    create(&store, 0, anonymous(at(0)));
    assert_eq!(block_on(store.update(&key(0), Revision::FIRST, long)), Err(error));
    let mut buffer = [0; 16];
    let loaded = block_on(store.load(&key(0), &mut buffer, Freshness::Latest));
    let Ok(Loaded::Found { len, meta }) = loaded else { panic!("it is there") };
    assert_eq!((&buffer[..len], meta.revision), (&b"record"[..], Revision::FIRST));
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    assert_eq!(error.to_string(), "a record of 17 bytes is too long for a place of 16");
}

// promise: L13
#[test]
fn a_sweep_looks_at_the_whole_table() {
    let store = LocalRamStore::<3, 16>::new();
    create(&store, 0, anonymous(at(0)));
    create(&store, 1, until(at(5), anonymous(at(0))));
    create(&store, 2, until(at(5), bound(at(0))));
    assert_eq!(block_on(store.sweep(at(4), 9)), Ok(0));
    assert_eq!(block_on(store.sweep(at(5), 1)), Ok(1));
    assert_eq!(block_on(store.sweep(at(5), 9)), Ok(1));
    assert_eq!(held(&store), [0]);
}

// promise: D4
#[test]
fn a_shared_table_is_static() {
    static STORE: RamStore<2, 16> = RamStore::new();
    assert_eq!(create(&STORE, 0, anonymous(at(0))), Created::Stored);
    assert_eq!(STORE.len(), 1);
}

// promise: I6
#[test]
fn debug_shows_no_content() {
    let store = LocalRamStore::<3, 16>::default();
    create(&store, 0, bound(at(0)));
    assert_eq!(format!("{store:?}"), "LocalRamStore { len: 1, capacity: 3, .. }");
    let shared = RamStore::<4, 16>::default();
    assert_eq!(format!("{shared:?}"), "RamStore { len: 0, capacity: 4, .. }");
}
