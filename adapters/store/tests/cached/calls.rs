//! What is asked of whom, and what comes of a failure.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use pollster::block_on;
use sansession::{Freshness, StoreKey};
use sansession_memory::MemoryStore;
use sansession_store::{Cached, Local, Store, Updated};

use crate::around::{Around, Call, Moment};
use crate::fixture::{
    Clock, HOUR, MAX_AGE, NOW, create, destroy, held, key, latest, load, read, update, write,
};

/// Who was asked what, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<(Who, Call)>>>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Who {
    Cache,
    Durable,
}

use Call::{Create, Destroy, List, Load, Touch, Update};
use Who::{Cache, Durable};

impl Log {
    /// A store that writes down what it is asked.
    fn over(&self, who: Who) -> impl Store + use<> {
        let log = self.clone();
        let act = async move |_: &MemoryStore, moment, _: Option<&StoreKey>| {
            if let Moment::Before(call) = moment {
                log.0.borrow_mut().push((who, call));
            }
            Ok(())
        };
        Around { inner: MemoryStore::new(64), act }
    }

    fn take(&self) -> Vec<(Who, Call)> {
        self.0.take()
    }
}

fn node(log: &Log, clock: &Clock) -> impl Store + use<> {
    Local::new(Cached::new(log.over(Cache), log.over(Durable), MAX_AGE, clock.read()))
}

// promise: S3
#[test]
fn what_was_written_or_read_is_read_from_the_cache() {
    let (log, clock) = (Log::default(), Clock::new());
    let node = node(&log, &clock);
    create(&node, b"one");
    assert_eq!(log.take(), [(Durable, Create), (Cache, Create)]);
    assert_eq!(read(&node), held("one", 1));
    assert_eq!(log.take(), [(Cache, Load)]);

    assert_eq!(update(&node, 1, b"two"), Updated::Stored);
    assert_eq!(log.take(), [(Cache, Destroy), (Durable, Update), (Cache, Create)]);
    assert_eq!(read(&node), held("two", 2));
    assert_eq!(log.take(), [(Cache, Load)]);

    // Too old: asked for, and copied again.
    clock.advance(MAX_AGE);
    assert_eq!(read(&node), held("two", 2));
    assert_eq!(log.take(), [(Cache, Load), (Cache, Destroy), (Durable, Load), (Cache, Create)]);
    assert_eq!(read(&node), held("two", 2));
    assert_eq!(log.take(), [(Cache, Load)]);
}

// promise: S3 L6
#[test]
fn a_reload_after_a_conflict_goes_past_the_cache() {
    let (log, clock) = (Log::default(), Clock::new());
    let node = node(&log, &clock);
    create(&node, b"one");
    log.take();
    assert_eq!(latest(&node), held("one", 1));
    assert_eq!(log.take(), [(Durable, Load)]);
}

// promise: S3 L6
#[test]
fn a_write_that_lost_leaves_no_copy() {
    let (log, clock) = (Log::default(), Clock::new());
    let node = node(&log, &clock);
    create(&node, b"one");
    log.take();
    assert_eq!(update(&node, 7, b"lost"), Updated::Conflict);
    assert_eq!(log.take(), [(Cache, Destroy), (Durable, Update)]);
    assert_eq!(read(&node), held("one", 1));
}

// promise: S3 L9
#[test]
fn a_touch_is_seen_by_the_next_read() {
    let (log, clock) = (Log::default(), Clock::new());
    let node = node(&log, &clock);
    create(&node, b"one");
    log.take();
    let later = NOW.after(HOUR / 2);
    assert!(block_on(node.touch(&key(1), later, later.after(HOUR))).expect("it works"));
    assert_eq!(log.take(), [(Durable, Touch), (Cache, Destroy)]);
    let seen = load(&node, Freshness::Cached).map(|(_, meta)| meta.seen);
    assert_eq!(seen, Some(later));
    // One of a session that is not there leaves the cache alone.
    log.take();
    assert!(!block_on(node.touch(&key(2), later, later)).expect("it works"));
    assert_eq!(log.take(), [(Durable, Touch)]);
}

// promise: S3 L4
#[test]
fn a_logout_takes_the_place_of_the_copy_before_it_ends_the_session() {
    let (log, clock) = (Log::default(), Clock::new());
    let node = node(&log, &clock);
    create(&node, b"one");
    log.take();
    assert!(destroy(&node));
    assert_eq!(log.take(), [(Cache, Destroy), (Cache, Create), (Durable, Destroy)]);
    // The mark is no answer, and takes no copy.
    assert_eq!(read(&node), None);
    assert_eq!(log.take(), [(Cache, Load), (Durable, Load)]);
    assert!(!destroy(&node));
}

// promise: S3
#[test]
fn that_there_is_no_session_is_not_cached() {
    let (log, clock) = (Log::default(), Clock::new());
    let node = node(&log, &clock);
    for _ in 0..2 {
        assert_eq!(read(&node), None);
        assert_eq!(log.take(), [(Cache, Load), (Durable, Load)]);
    }
}

// promise: S3 L13
#[test]
fn both_are_swept_and_the_durable_store_counts() {
    let (log, clock) = (Log::default(), Clock::new());
    let cache = Arc::new(MemoryStore::new(64));
    let near = Arc::clone(&cache);
    let node = Local::new(Cached::new(near, log.over(Durable), MAX_AGE, clock.read()));
    create(&node, b"one");
    assert_eq!(cache.len(), 1);
    // The copy has ended, the record has not.
    clock.advance(MAX_AGE);
    assert_eq!(block_on(node.sweep(NOW, 10)).expect("it works"), 0);
    assert_eq!(cache.len(), 0);
    assert_eq!(latest(&node), held("one", 1));
    // The record has ended; what is left of its copy is not counted.
    assert_eq!(read(&node), held("one", 1));
    clock.advance(MAX_AGE);
    assert_eq!(block_on(node.sweep(NOW.after(HOUR), 10)).expect("it works"), 1);
    assert_eq!((read(&node), cache.len()), (None, 0));
}

// promise: S3 L11
#[test]
fn sessions_of_a_principal_are_those_of_the_durable_store() {
    let (log, clock) = (Log::default(), Clock::new());
    let node = node(&log, &clock);
    block_on(node.create(&key(1), write(b"one").bound_to("ada"))).expect("it works");
    assert_eq!(log.take(), [(Durable, Create), (Cache, Create)]);
    let mut keys = [key(0); 4];
    assert_eq!(block_on(node.list("ada", None, &mut keys)).expect("it works"), 1);
    assert_eq!((keys[0], log.take()), (key(1), vec![(Durable, List)]));
}
