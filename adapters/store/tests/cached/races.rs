//! Requests that meet in the middle of a call, and calls that are dropped there.

use std::cell::RefCell;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use sansession::{Revision, StoreKey};
use sansession_memory::MemoryStore;
use sansession_store::{Cached, Local, Store, Updated};

use crate::around::{Around, Call, Moment, pause};
use crate::fixture::{
    Clock, MAX_AGE, NOW, create, destroy, held, key, latest, read, update, write,
};

/// A durable store, the caches in front of it, and the time.
struct Site {
    durable: Arc<MemoryStore>,
    cache: Arc<MemoryStore>,
    clock: Clock,
}

impl Site {
    fn new() -> Self {
        let memory = || Arc::new(MemoryStore::new(64));
        Self { durable: memory(), cache: memory(), clock: Clock::new() }
    }

    /// Another node: with a cache of its own.
    fn other(&self) -> Self {
        Self { durable: Arc::clone(&self.durable), clock: self.clock.clone(), ..Self::new() }
    }

    /// A request.
    fn request(&self) -> impl Store + use<> {
        let (cache, durable) = (Arc::clone(&self.cache), Arc::clone(&self.durable));
        Local::new(Cached::new(cache, durable, MAX_AGE, self.clock.read()))
    }

    /// A request, in the middle of which, at a call to the durable store, another one acts.
    fn request_with<F>(&self, at: Moment, act: F) -> impl Store + use<F>
    where
        F: FnOnce() + 'static,
    {
        let durable = once(&self.durable, at, act);
        Local::new(Cached::new(Arc::clone(&self.cache), durable, MAX_AGE, self.clock.read()))
    }

    /// A request, in the middle of which, at a call to the cache, another one acts.
    fn request_with_cache<F>(&self, at: Moment, act: F) -> impl Store + use<F>
    where
        F: FnOnce() + 'static,
    {
        let cache = once(&self.cache, at, act);
        Local::new(Cached::new(cache, Arc::clone(&self.durable), MAX_AGE, self.clock.read()))
    }
}

/// A store in which something else happens at a moment, the first time.
fn once<F>(inner: &Arc<MemoryStore>, at: Moment, act: F) -> impl Store + use<F>
where
    F: FnOnce() + 'static,
{
    let act = RefCell::new(Some(act));
    let act = async move |_: &Arc<MemoryStore>, moment, _: Option<&StoreKey>| {
        if moment == at
            && let Some(act) = act.take()
        {
            act();
        }
        Ok(())
    };
    Around { inner: Arc::clone(inner), act }
}

// promise: S3 L4
#[test]
fn a_logout_in_the_middle_of_a_read_is_seen_by_the_next_one() {
    let site = Site::new();
    create(&*site.durable, b"one");
    let rival = site.request();
    let slow = site.request_with(Moment::After(Call::Load), move || assert!(destroy(&rival)));
    assert_eq!(read(&slow), held("one", 1), "it was there when it was asked for");
    assert_eq!(read(&site.request()), None);
    assert_eq!(update(&site.request(), 1, b"back"), Updated::Missing);
}

// promise: S3 L4
#[test]
fn a_copy_is_as_old_as_the_question_that_it_answers() {
    let site = Site::new();
    create(&*site.durable, b"one");
    // The cache loses the mark of the logout, so that the copy of the slow read comes after it.
    let (cache, rival, clock) = (Arc::clone(&site.cache), site.request(), site.clock.clone());
    let slow = site.request_with(Moment::After(Call::Load), move || {
        clock.advance(MAX_AGE / 2);
        assert!(destroy(&rival));
        assert!(destroy(&*cache));
    });
    assert_eq!(read(&slow), held("one", 1));
    assert_eq!(read(&site.request()), held("one", 1));
    assert_eq!(update(&site.request(), 1, b"back"), Updated::Missing);
    assert_eq!(latest(&site.request()), None);
    site.clock.set(NOW.after(MAX_AGE));
    assert_eq!(read(&site.request()), None);
}

// promise: S3 L4
#[test]
fn a_read_in_the_middle_of_a_logout_does_not_outlive_it() {
    for place in 0..3 {
        let site = Site::new();
        create(&site.request(), b"one");
        let rival = site.request();
        let reads = move || assert_eq!(read(&rival), held("one", 1));
        assert!(match place {
            // The copy has been dropped, and its place is not taken yet.
            0 => destroy(&site.request_with_cache(Moment::After(Call::Destroy), reads)),
            1 => destroy(&site.request_with_cache(Moment::After(Call::Create), reads)),
            _ => destroy(&site.request_with(Moment::Before(Call::Destroy), reads)),
        });
        assert_eq!(read(&site.request()), None, "read at {place}");
    }
}

// promise: S3 L2
#[test]
fn a_slow_read_never_puts_an_old_record_over_a_new_one() {
    for age in [Duration::ZERO, MAX_AGE] {
        let site = Site::new();
        create(&site.request(), b"one");
        // There is a copy that is too old, or none.
        if age.is_zero() {
            assert!(destroy(&*site.cache));
        }
        site.clock.advance(age);
        let rival = site.request();
        let write = move || assert_eq!(update(&rival, 1, b"two"), Updated::Stored);
        let slow = site.request_with(Moment::After(Call::Load), write);
        assert_eq!(read(&slow), held("one", 1));
        assert_eq!(read(&site.request()), held("two", 2));
    }
}

// promise: S3 L2
#[test]
fn a_read_in_the_middle_of_an_update_does_not_outlive_it() {
    for (at, seen) in [
        (Moment::Before(Call::Update), held("one", 1)),
        (Moment::After(Call::Update), held("two", 2)),
    ] {
        let site = Site::new();
        create(&site.request(), b"one");
        let rival = site.request();
        let writer = site.request_with(at, move || assert_eq!(read(&rival), seen));
        assert_eq!(update(&writer, 1, b"two"), Updated::Stored);
        assert_eq!(read(&site.request()), held("two", 2));
    }
}

// promise: S3 L6
#[test]
fn a_slow_update_never_puts_its_record_over_a_newer_one() {
    let site = Site::new();
    create(&site.request(), b"one");
    let rival = site.request();
    let slow = site.request_with(Moment::After(Call::Update), move || {
        assert_eq!(update(&rival, 2, b"three"), Updated::Stored);
    });
    assert_eq!(update(&slow, 1, b"two"), Updated::Stored);
    assert_eq!(read(&site.request()), held("three", 3));
}

// promise: S3 L2 L4
#[test]
fn another_node_reads_for_as_long_as_the_bound_and_writes_nothing() {
    for ends in [false, true] {
        let near = Site::new();
        let far = near.other();
        create(&near.request(), b"old");
        assert_eq!(read(&far.request()), held("old", 1));
        near.clock.advance(MAX_AGE / 2);
        let now = if ends {
            assert!(destroy(&near.request()));
            None
        } else {
            assert_eq!(update(&near.request(), 1, b"new"), Updated::Stored);
            held("new", 2)
        };
        assert_eq!(read(&near.request()), now, "who shares the cache sees it at once");
        assert_eq!(read(&far.request()), held("old", 1));
        // Whoever asks for the latest, or writes, is told the truth; and then reads it.
        assert_eq!(latest(&far.request()), now);
        let third = far.other();
        assert_eq!(read(&third.request()), now);
        near.clock.set(NOW.after(MAX_AGE));
        assert_eq!(read(&far.request()), now, "the copy is too old");

        let refused = if ends { Updated::Missing } else { Updated::Conflict };
        let late = near.other();
        assert_eq!(update(&late.request(), 1, b"late"), refused);
        assert_eq!(latest(&near.request()), now);
    }
}

// promise: S2 S3 L2 L4
#[test]
fn a_change_that_is_dropped_leaves_no_copy_of_what_is_not_stored() {
    let mut dropped = 0;
    for (point, ends) in (1..16).flat_map(|point| [(point, false), (point, true)]) {
        let site = Site::new();
        create(&site.request(), b"one");
        // Each call to either store waits before and after.
        let wait = async |_: &Arc<MemoryStore>, _, _: Option<&StoreKey>| {
            pause().await;
            Ok(())
        };
        let cache = Around { inner: Arc::clone(&site.cache), act: wait };
        let durable = Around { inner: Arc::clone(&site.durable), act: wait };
        let store = Local::new(Cached::new(cache, durable, MAX_AGE, || NOW));
        let key = key(1);
        let mut change = pin!(async {
            if ends {
                store.destroy(&key).await.map(drop)
            } else {
                store.update(&key, Revision::FIRST, write(b"two")).await.map(drop)
            }
        });
        let mut context = Context::from_waker(Waker::noop());
        let done = (0..point).any(|_| change.as_mut().poll(&mut context).is_ready());
        dropped += usize::from(!done);
        let (found, truth) = (read(&site.request()), latest(&site.request()));
        assert_eq!(found, truth, "dropped at {point}, a destroy: {ends}");
    }
    assert_eq!(dropped, 12, "three calls to a store in each, and two waits in each of these");
}
