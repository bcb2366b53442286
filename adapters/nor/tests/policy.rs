//! What happens when the store is full, when sessions are touched, and how even the wear is.

mod common;

use common::model::{NOW, key};
use common::{Flash, TORN};
use pollster::block_on;
use sansession::{Freshness, Revision, Timestamp, Write};
use sansession_nor::{Geometry, NorStore, Plan, Sizes, Usage};
use sansession_store::{Created, Loaded, Store, Updated};

const SIZES: Sizes = Sizes { read: 1, write: 4, erase: 1024 };

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_secs(NOW.as_secs() + seconds)
}

fn ring(pages: u32) -> Geometry {
    Geometry::new(0, pages, 1024, SIZES).expect("a ring")
}

fn flash(pages: usize) -> Flash<1, 4, 1024> {
    Flash::new(pages * 1024)
}

fn mount<const N: usize>(flash: &mut Flash<1, 4, 1024>) -> NorStore<&mut Flash<1, 4, 1024>, N> {
    let pages = u32::try_from(flash.bytes.len() / 1024).expect("a few");
    NorStore::mount_ring(flash, ring(pages)).expect("it can be mounted")
}

fn create<S: Store>(
    store: &S,
    number: u64,
    seconds: u64,
    write: &dyn Fn(u64) -> Write<'static>,
) -> Created {
    block_on(store.create(&key(number), write(seconds))).expect("flash works")
}

fn update<S: Store>(store: &S, number: u64, revision: u64, write: Write<'_>) -> Updated {
    block_on(store.update(&key(number), Revision::new(revision), write)).expect("flash works")
}

/// Seen at `seconds`, for an hour.
fn anonymous(seconds: u64) -> Write<'static> {
    Write::new(&[7; 100], at(seconds), at(seconds + 3600))
}

fn bound(seconds: u64) -> Write<'static> {
    anonymous(seconds).bound_to("ada")
}

fn holds<S: Store>(store: &S, number: u64) -> bool {
    let found = block_on(store.load(&key(number), &mut [0; 1024], Freshness::Latest));
    found.expect("flash works") != Loaded::Missing
}

// promise: L12
#[test]
fn a_full_table_gives_up_the_expired_then_the_anonymous_seen_least_recently() {
    let mut flash = flash(4);
    let store = mount::<4>(&mut flash);
    let expired = |_| Write::new(b"old", at(99), at(99)).bound_to("ada");
    for (number, write) in
        [(1, &anonymous as &dyn Fn(u64) -> _), (2, &expired), (3, &anonymous), (4, &bound)]
    {
        // The first is seen last, but for the expired one.
        assert_eq!(create(&store, number, 100 - number, write), Created::Stored);
    }
    assert_eq!(create(&store, 5, 100, &bound), Created::Stored);
    assert!(!holds(&store, 2), "the expired one goes first, whoever's it is");
    assert_eq!(create(&store, 6, 100, &anonymous), Created::Stored);
    assert!(!holds(&store, 3), "then the anonymous one that was seen least recently");
    assert_eq!(create(&store, 7, 100, &bound), Created::Stored);
    assert!(!holds(&store, 1));
    assert_eq!(create(&store, 8, 101, &bound), Created::Stored);
    assert!(!holds(&store, 6));
    assert_eq!(create(&store, 9, 102, &bound), Created::Full);
    assert_eq!(create(&store, 9, 102, &anonymous), Created::Full);
    let store = mount::<4>(&mut flash);
    let held: Vec<u64> = (1..10).filter(|number| holds(&store, *number)).collect();
    assert_eq!(held, [4, 5, 7, 8], "what was evicted stays so");
}

// promise: L12
#[test]
fn full_flash_spares_the_bound_and_can_always_be_emptied() {
    let mut flash = flash(3);
    let store = mount::<64>(&mut flash);
    let most = Plan::new(ring(3), 0, 103).most_sessions();
    let stored = (1..64).take_while(|number| create(&store, *number, 0, &bound) == Created::Stored);
    let stored = u32::try_from(stored.count()).expect("a few");
    assert!(most <= stored && stored < 64, "{stored} bound sessions, {most} planned");
    // A flood changes nothing.
    for number in 100..200 {
        assert_eq!(create(&store, number, 1, &anonymous), Created::Full);
    }
    for number in 1..=most {
        let write = anonymous(2).bound_to("ada");
        let updated = update(&store, number.into(), 1, write);
        assert!(matches!(updated, Updated::Stored | Updated::Full), "{updated:?}");
    }
    for number in 1..=stored {
        assert!(holds(&store, number.into()), "{number} of {stored}");
        assert!(block_on(store.destroy(&key(number.into()))).expect("it is never full for that"));
    }
    assert_eq!(create(&store, 1, 3, &anonymous), Created::Stored);
}

// promise: L12
#[test]
fn what_fits_by_the_plan_can_be_changed_for_ever() {
    let mut flash = flash(3);
    let store = mount::<64>(&mut flash);
    let most = u64::from(Plan::new(ring(3), 0, 103).most_sessions());
    for number in 0..most {
        assert_eq!(create(&store, number, 0, &bound), Created::Stored);
    }
    for round in 1..200 {
        for number in 0..most {
            let updated = update(&store, number, round, bound(round));
            assert_eq!(updated, Updated::Stored, "round {round}");
        }
    }
}

// promise: L4 D2
#[test]
fn full_flash_can_be_emptied_also_when_it_fails_and_is_cut() {
    let mut full = flash(3);
    let store = mount::<64>(&mut full);
    let stored = (1..64).take_while(|number| create(&store, *number, 0, &bound) == Created::Stored);
    let stored = stored.count() as u64;
    for (point, torn) in (0..700).flat_map(|point| TORN.map(|torn| (point, torn))) {
        let mut flash = full.clone();
        for number in 1..=stored {
            (flash.fuse, flash.torn, flash.hiccups) = (Some(point), torn, number % 2 == 0);
            let store = mount::<64>(&mut flash);
            let first = block_on(store.destroy(&key(number)));
            if number % 2 == 0 {
                // The same store goes on.
                flash_is_well(block_on(store.destroy(&key(number))), first.is_ok());
            }
            flash.revive();
            let store = mount::<64>(&mut flash);
            block_on(store.destroy(&key(number))).expect("it is never full for that");
        }
        let store = mount::<64>(&mut flash);
        assert!((1..=stored).all(|number| !holds(&store, number)), "cut at {point}, {torn:?}");
    }
}

/// The second of two destroys, when the flash failed at most once.
fn flash_is_well<E: core::fmt::Debug>(second: Result<bool, E>, first_worked: bool) {
    match second {
        Ok(destroyed) => assert_ne!(destroyed, first_worked),
        // The fuse was longer than the first call.
        Err(error) => assert!(first_worked, "{error:?}"),
    }
}

#[test]
fn a_record_that_no_page_could_hold_is_refused_and_evicts_nobody() {
    let mut flash = flash(4);
    let store = mount::<4>(&mut flash);
    assert_eq!(create(&store, 1, 0, &anonymous), Created::Stored);
    let longest = ring(4).longest_entry() as usize;
    let bytes = vec![7; 70_000];
    for len in [longest + 1, 70_000] {
        let write = Write::new(&bytes[..len], at(0), at(1));
        assert_eq!(block_on(store.create(&key(2), write)), Ok(Created::Full), "{len} bytes");
    }
    assert!(holds(&store, 1));
    let write = Write::new(&bytes[..longest], at(0), at(1));
    assert_eq!(block_on(store.create(&key(2), write)), Ok(Created::Stored));
}

// promise: L9
#[test]
fn touches_are_written_when_half_of_the_idle_time_is_at_stake() {
    let mut flash = flash(4);
    let store = mount::<4>(&mut flash);
    assert_eq!(create(&store, 1, 0, &anonymous), Created::Stored);
    let flash = store.into_flash();
    let written = flash.counts.bytes_written;
    let store = mount::<4>(flash);
    // A request every minute for ten hours.
    for second in (60..=36_000).step_by(60) {
        assert_eq!(block_on(store.touch(&key(1), at(second), at(second + 3600))), Ok(true));
    }
    let flash = store.into_flash();
    assert_eq!(flash.counts.bytes_written - written, 20 * 36, "one touch every half hour");
    // The power goes. What is left is more than half of the idle time.
    let store = mount::<4>(flash);
    let found = block_on(store.load(&key(1), &mut [0; 1024], Freshness::Latest));
    let Ok(Loaded::Found { meta, .. }) = found else { panic!("{found:?}") };
    assert!(at(36_000 - 1800) < meta.seen && meta.seen <= at(36_000), "{meta:?}");
    assert_eq!(block_on(store.sweep(at(36_000 + 1800), 10)), Ok(0));
    assert_eq!(block_on(store.sweep(at(36_000 + 3600), 10)), Ok(1));
}

#[test]
fn reads_and_writes_are_as_few_as_the_docs_say() {
    let mut flash = flash(4);
    let store = mount::<4>(&mut flash);
    assert_eq!(create(&store, 1, 0, &bound), Created::Stored);
    let flash = store.into_flash();
    let store = mount::<4>(flash);
    let flash = store.into_flash();
    let before = flash.counts;
    let store = NorStore::<_, 4>::mount_ring(flash, ring(4)).expect("it can be mounted");
    let flash = store.into_flash();
    let mounting = flash.counts.bytes_read - before.bytes_read;
    assert_eq!(flash.counts.bytes_written, before.bytes_written, "a mount writes nothing");
    assert!(mounting < 4 * 1024 + 2048, "a mount reads {mounting} bytes");

    let before = flash.counts;
    let store = mount::<4>(flash);
    let loaded = block_on(store.load(&key(2), &mut [0; 1024], Freshness::Latest));
    assert_eq!(loaded, Ok(Loaded::Missing));
    let mut keys = [key(9); 4];
    assert_eq!(block_on(store.list("ada", None, &mut keys)), Ok(1));
    assert!(holds(&store, 1));
    let flash = store.into_flash();
    assert_eq!(flash.counts.bytes_read - before.bytes_read, mounting + 100, "one record");

    let before = flash.counts;
    let store = mount::<4>(flash);
    assert_eq!(block_on(store.destroy(&key(1))), Ok(true));
    let flash = store.into_flash();
    assert_eq!(flash.counts.writes - before.writes, 1, "a destroy is one write");
    assert_eq!(flash.counts.bytes_written - before.bytes_written, 24);
    assert_eq!(flash.counts.erases, before.erases);
}

#[test]
fn the_wear_is_even_and_no_more_than_planned() {
    let mut flash = flash(8);
    let store = mount::<8>(&mut flash);
    let plan = Plan::new(ring(8), 8, 103);
    for number in 0..8 {
        assert_eq!(create(&store, number, 0, &bound), Created::Stored);
    }
    for round in 1..500 {
        for number in 0..8 {
            assert_eq!(update(&store, number, round, bound(round)), Updated::Stored);
        }
    }
    let day = Usage { log_ins: 8, changes: 499, touches: 0 };
    let planned = plan.bytes_per_day(&day) / u64::from(plan.bytes_per_erase());
    let done: u64 = flash.erases.iter().sum();
    assert!(done <= planned && planned < done * 2, "{done} erases, {planned} planned");
    let (least, most) = (flash.erases.iter().min(), flash.erases.iter().max());
    assert!(most.expect("8 pages") - least.expect("8 pages") <= 1, "{:?}", flash.erases);
}

// promise: L9
#[test]
fn touches_in_ram_reach_flash_with_a_copy() {
    let mut flash = flash(4);
    let store = mount::<4>(&mut flash);
    assert_eq!(create(&store, 1, 0, &anonymous), Created::Stored);
    assert_eq!(create(&store, 2, 0, &anonymous), Created::Stored);
    let writes = store.into_flash().counts.writes;
    let store = mount::<4>(&mut flash);
    assert_eq!(block_on(store.touch(&key(1), at(60), at(3660))), Ok(true));
    assert_eq!(store.into_flash().counts.writes, writes, "it is in RAM alone");
    let store = mount::<4>(&mut flash);
    assert_eq!(block_on(store.touch(&key(1), at(60), at(3660))), Ok(true));
    // The ring turns once round: it is copied once.
    for revision in 1..20 {
        assert_eq!(update(&store, 2, revision, anonymous(revision)), Updated::Stored);
    }
    assert!(flash.erases.iter().all(|erases| *erases > 0), "{:?}", flash.erases);
    let store = mount::<4>(&mut flash);
    let found = block_on(store.load(&key(1), &mut [0; 1024], Freshness::Latest));
    let Ok(Loaded::Found { meta, .. }) = found else { panic!("{found:?}") };
    assert_eq!(meta.seen, at(60));
}
