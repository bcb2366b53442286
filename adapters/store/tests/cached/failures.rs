//! What comes of a cache that fails, lies or holds junk, and of a durable store that fails.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use pollster::block_on;
use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_memory::MemoryStore;
use sansession_store::{Cached, Created, ErrorKind, Loaded, Local, Store, StoreError, Updated};

use crate::around::{Around, Broken, Call, Moment};
use crate::fixture::{
    Clock, HOUR, MAX_AGE, NOW, create, destroy, held, key, latest, read, update, write,
};

fn memory() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new(64))
}

/// A store that fails at a moment, when it is told which.
fn failing(at: &Rc<Cell<Option<Moment>>>) -> impl Store + use<> {
    let at = Rc::clone(at);
    let act = async move |_: &MemoryStore, moment, _: Option<&StoreKey>| {
        if at.get() == Some(moment) { Err(Broken) } else { Ok(()) }
    };
    Around { inner: MemoryStore::new(64), act }
}

// promise: S3 L15
#[test]
fn a_failing_cache_is_told_and_is_no_error() {
    let told = RefCell::new(Vec::new());
    let fails = async |_: &MemoryStore, _, _: Option<&StoreKey>| Err(Broken);
    let cache = Around { inner: MemoryStore::new(64), act: fails };
    let node = Cached::new(cache, memory(), MAX_AGE, || NOW)
        .on_cache_failure(|error| told.borrow_mut().push((error.kind(), error.to_string())));
    let node = Local::new(node);
    let times = |count| vec![(ErrorKind::Unavailable, String::from("broken")); count];
    create(&node, b"one");
    assert_eq!(told.take(), times(1));
    assert_eq!(read(&node), held("one", 1));
    assert_eq!(told.take(), times(1), "a cache that cannot be read is not filled");
    assert_eq!(update(&node, 1, b"two"), Updated::Stored);
    assert_eq!(told.take(), times(2));
    assert_eq!(block_on(node.touch(&key(1), NOW.after(HOUR), NOW)).ok(), Some(true));
    assert_eq!(told.take(), times(1));
    assert_eq!(latest(&node), held("two", 2));
    assert_eq!(told.take(), times(0));
    assert!(destroy(&node));
    assert_eq!(told.take(), times(2));
    assert_eq!(block_on(node.sweep(NOW, 10)).ok(), Some(0));
    assert_eq!(told.take(), times(1));
}

// promise: S3 L15
#[test]
fn a_failing_durable_store_is_an_error() {
    let at = Rc::default();
    let cache = memory();
    let node = Local::new(Cached::new(Arc::clone(&cache), failing(&at), MAX_AGE, || NOW));
    for call in [
        Call::Load,
        Call::Create,
        Call::Update,
        Call::Touch,
        Call::Destroy,
        Call::Sweep,
        Call::List,
    ] {
        at.set(Some(Moment::Before(call)));
        let failed = match call {
            Call::Load => block_on(node.load(&key(1), &mut [], Freshness::Cached)).err(),
            Call::Create => block_on(node.create(&key(1), write(b"one"))).err(),
            Call::Update => block_on(node.update(&key(1), Revision::FIRST, write(b"one"))).err(),
            Call::Touch => block_on(node.touch(&key(1), NOW, NOW)).err(),
            Call::Destroy => block_on(node.destroy(&key(1))).err(),
            Call::Sweep => block_on(node.sweep(NOW, 1)).err(),
            Call::List => block_on(node.list("ada", None, &mut [])).err(),
        };
        assert_eq!(failed.map(|error| error.kind()), Some(ErrorKind::Unavailable), "{call:?}");
        at.set(None);
        assert_eq!(read(&node), None, "{call:?} left a copy of what was never stored");
    }
}

// promise: S3 S2 L4
#[test]
fn after_a_lost_answer_what_is_read_is_what_is_stored() {
    let (at, clock) = (Rc::<Cell<_>>::default(), Clock::new());
    for call in [Call::Update, Call::Touch, Call::Destroy] {
        at.set(None);
        let node = Local::new(Cached::new(memory(), failing(&at), MAX_AGE, clock.read()));
        create(&node, b"one");
        assert_eq!(read(&node), held("one", 1));
        at.set(Some(Moment::After(call)));
        let later = NOW.after(HOUR);
        assert!(match call {
            Call::Update => block_on(node.update(&key(1), Revision::FIRST, write(b"two"))).is_err(),
            Call::Touch => block_on(node.touch(&key(1), later, later)).is_err(),
            _ => block_on(node.destroy(&key(1))).is_err(),
        });
        assert_eq!(read(&node), latest(&node), "after {call:?}");
        let expected = match call {
            Call::Update => held("two", 2),
            Call::Touch => held("one", 1),
            _ => None,
        };
        assert_eq!(read(&node), expected);
    }
}

/// Puts `value` into the cache as it is, and reads.
fn read_beside(value: &[u8], node: &impl Store, cache: &MemoryStore) -> Option<(Vec<u8>, u64)> {
    let _ = destroy(cache);
    let put = Write::new(value, NOW, NOW.after(MAX_AGE));
    assert_eq!(block_on(Store::create(cache, &key(1), put)), Ok(Created::Stored));
    read(node)
}

/// A copy of "copy", revision 9, for which the durable store was asked at `asked`.
fn copy(asked: Timestamp) -> Vec<u8> {
    let mut value = vec![1, 9, 0, 0, 0, 0, 0, 0, 0];
    value.extend(&NOW.as_millis().to_le_bytes()[..6]);
    value.extend(&asked.as_millis().to_le_bytes()[..6]);
    value.extend(b"copy");
    value
}

// promise: S3
#[test]
fn a_copy_is_an_answer_while_it_is_young_and_not_from_ahead() {
    let (cache, clock) = (memory(), Clock::new());
    let node = Local::new(Cached::new(Arc::clone(&cache), memory(), MAX_AGE, clock.read()));
    create(&node, b"one");
    let millis = |count| Timestamp::from_millis(NOW.as_millis() + count);
    let bound = u64::try_from(MAX_AGE.as_millis()).expect("it is short");
    for (now, answers) in
        [(0, true), (1, true), (bound - 1, true), (bound, false), (bound + 1, false)]
    {
        clock.set(millis(now));
        let expected = if answers { held("copy", 9) } else { held("one", 1) };
        assert_eq!(read_beside(&copy(NOW), &node, &cache), expected, "after {now} ms");
    }
    clock.set(NOW);
    assert_eq!(read_beside(&copy(millis(1)), &node, &cache), held("one", 1), "from ahead");
    // What was no answer is replaced by one that is.
    assert_ne!(cache_value(&cache), Some(copy(millis(1))));
    assert_eq!(read(&node), held("one", 1));
}

fn cache_value(cache: &MemoryStore) -> Option<Vec<u8>> {
    let mut buffer = [0; 64];
    match block_on(Store::load(cache, &key(1), &mut buffer, Freshness::Latest)) {
        Ok(Loaded::Found { len, .. }) => Some(buffer[..len].to_vec()),
        Ok(Loaded::Missing) => None,
    }
}

// promise: S3 T9
#[test]
fn junk_in_the_cache_is_no_answer_and_is_replaced() {
    let cache = memory();
    let node = Local::new(Cached::new(Arc::clone(&cache), memory(), MAX_AGE, || NOW));
    create(&node, b"one");
    let good = cache_value(&cache);
    let newer = [vec![2], copy(NOW)[1..].to_vec()].concat();
    for junk in [&b""[..], b"\x01", &copy(NOW)[..20], &[0; 40], &newer] {
        assert_eq!(read_beside(junk, &node, &cache), held("one", 1));
        assert_eq!(cache_value(&cache), good);
    }
}

// promise: S3
#[test]
fn a_record_that_just_fits_is_read_and_not_cached() {
    let cache = memory();
    let node = Local::new(Cached::new(Arc::clone(&cache), memory(), MAX_AGE, || NOW));
    let record: Vec<u8> = (0..100).collect();
    assert_eq!(block_on(node.create(&key(1), write(&record))).ok(), Some(Created::Stored));
    let load = |space: usize| {
        let mut buffer = vec![0xaa; space];
        let found = block_on(node.load(&key(1), &mut buffer, Freshness::Cached)).expect("it works");
        let Loaded::Found { len: 100, .. } = found else { panic!("{found:?}") };
        buffer
    };
    for copied in [true, false] {
        if !copied {
            assert!(destroy(&*cache));
        }
        assert_eq!(load(100), record);
        assert_eq!(load(120)[..100], record);
        assert_eq!(cache.is_empty(), !copied, "with a slot of 120 bytes");
        assert_eq!(load(121)[..100], record);
        assert_eq!(cache.len(), 1, "with a slot of 121 bytes");
        // One that is too long is told by its length.
        assert_eq!(load(99), [0xaa; 99]);
    }
}
