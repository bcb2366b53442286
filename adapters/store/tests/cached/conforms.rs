//! The conformance kit, over good caches and bad ones.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Mutex;
use std::time::Duration;

use pollster::block_on;
use sansession::StoreKey;
use sansession_memory::MemoryStore;
use sansession_store::conformance::{Kit, on_threads};
use sansession_store::{Cached, Level, Local, SendStore, Store, from_fns};

use crate::around::{Around, Broken, Moment};
use crate::behind::Behind;
use crate::fixture::{MAX_AGE, NOW};

fn memory() -> MemoryStore {
    MemoryStore::new(1024)
}

/// In front of a store in memory, at a time that does not pass: no copy ever is too old.
fn before_memory<C: Store>(cache: C) -> impl Store {
    Local::new(Cached::new(cache, memory(), MAX_AGE, || NOW))
}

// promise: S1 S2 S3
#[test]
fn a_store_behind_a_cache_is_a_full_one() {
    let make = async || Cached::new(memory(), memory(), MAX_AGE, || NOW);
    block_on(Kit::new().run(make)).assert();
    block_on(Kit::new().run_parallel(make, on_threads)).assert();
}

// promise: S1 S3
#[test]
fn a_cache_that_is_never_young_enough_changes_nothing() {
    let make = async || Cached::new(memory(), memory(), Duration::ZERO, || NOW);
    block_on(Kit::new().run(make)).assert();
}

// promise: S1 S3
#[test]
fn a_cache_with_room_for_one_changes_nothing() {
    block_on(Kit::new().run(async || before_memory(MemoryStore::new(1)))).assert();
    block_on(Kit::new().run(async || before_memory(MemoryStore::new(0)))).assert();
}

// promise: S1 S3
#[test]
fn a_cache_that_fails_changes_nothing() {
    let fails = async |_: &MemoryStore, _, _: Option<&StoreKey>| Err(Broken);
    let make = async || before_memory(Around { inner: memory(), act: fails });
    block_on(Kit::new().run(make)).assert();
}

// promise: S1 S3
#[test]
fn a_cache_that_fails_after_the_work_is_done_changes_nothing() {
    let fails = async |_: &MemoryStore, moment, _: Option<&StoreKey>| match moment {
        Moment::Before(_) => Ok(()),
        Moment::After(_) => Err(Broken),
    };
    let make = async || before_memory(Around { inner: memory(), act: fails });
    block_on(Kit::new().run(make)).assert();
}

// promise: S1 S3
#[test]
fn a_cache_that_forgets_at_random_changes_nothing() {
    let dice = Cell::new(1_u64);
    let forgets = async |inner: &MemoryStore, _, key: Option<&StoreKey>| {
        dice.set(dice.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        if dice.get() >> 63 == 0
            && let Some(key) = key
        {
            let Ok(_) = SendStore::destroy(inner, key).await;
        }
        Ok(())
    };
    let make = async || before_memory(Around { inner: memory(), act: &forgets });
    for _ in 0..10 {
        block_on(Kit::new().run(make)).assert();
    }
}

// promise: S1 S3
#[test]
fn a_cache_that_is_always_one_write_behind_delays_what_is_read_and_nothing_else() {
    block_on(Kit::new().run(async || before_memory(Behind::new()))).assert();
}

// promise: S1
#[test]
fn the_level_is_that_of_the_durable_store() {
    fn level<S: Store>(_: &S) -> Level {
        S::LEVEL
    }
    let basic = || {
        let rows = &*Box::leak(Box::<Mutex<BTreeMap<StoreKey, Vec<u8>>>>::default());
        let rows = || rows.lock().expect("no panic");
        from_fns(
            move |key| Ok::<_, Infallible>(rows().get(&key).cloned()),
            move |key, value| {
                rows().insert(key, value.parts().concat());
                Ok(())
            },
            move |key| Ok(rows().remove(&key).is_some()),
            |_, _| Ok(0),
        )
    };
    assert_eq!(level(&Cached::new(memory(), basic(), MAX_AGE, || NOW)), Level::Basic);
    assert_eq!(level(&Local::new(Cached::new(memory(), basic(), MAX_AGE, || NOW))), Level::Basic);
    // A cache of functions will do.
    let make = async || Cached::new(basic(), memory(), MAX_AGE, || NOW);
    block_on(Kit::new().run(make)).assert();
}
