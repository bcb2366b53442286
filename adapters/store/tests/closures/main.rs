//! Stores of functions: what they keep, byte by byte, what they promise, and what they do not.
#![cfg(feature = "conformance")]

mod rows;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::error::Error;
use std::io;
use std::time::Duration;

use pollster::block_on;
use rows::{Rows, SENT, paused, sent};
use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::conformance::{Failure, Kit, LeftOut, on_threads};
use sansession_store::{
    Created, ErrorKind, FnStoreError, Level, Loaded, Local, SendStore, Store, StoreError, Updated,
    Value, from_fns,
};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);
const HOUR: Duration = Duration::from_secs(3600);

fn key() -> StoreKey {
    StoreKey::from_bytes([0x5a; 16])
}

fn write(record: &[u8]) -> Write<'_> {
    Write::new(record, NOW, NOW.after(HOUR))
}

fn load(store: &impl Store) -> Option<(Vec<u8>, Meta)> {
    let mut buffer = [0; 64];
    match block_on(store.load(&key(), &mut buffer, Freshness::Latest)).expect("it can be read") {
        Loaded::Found { len, meta } => Some((buffer[..len].to_vec(), meta)),
        Loaded::Missing => None,
    }
}

// promise: S1 S2
#[test]
fn functions_make_a_basic_store() {
    block_on(Kit::basic().run(async || sent(Rows::leak()))).assert();
    block_on(Kit::basic().run(async || paused(Rows::leak()))).assert();
    block_on(Kit::basic().run_parallel(async || sent(Rows::leak()), on_threads)).assert();
    block_on(Kit::basic().run_parallel(async || paused(Rows::leak()), on_threads)).assert();
}

// promise: S1
#[test]
fn functions_that_stay_on_one_thread_make_a_basic_store() {
    let make = async || {
        let rows = &*Box::leak(Box::<RefCell<rows::Map>>::default());
        Local::new(from_fns(
            |key| Ok::<_, io::Error>(rows.borrow().get(&key).cloned()),
            |key, value| {
                rows.borrow_mut().insert(key, value.parts().concat());
                Ok(())
            },
            |key| Ok(rows.borrow_mut().remove(&key).is_some()),
            |now, limit| Ok(rows::sweep(&mut rows.borrow_mut(), now, limit)),
        ))
    };
    block_on(Kit::basic().run(make)).assert();
}

/// A store of functions that calls itself full.
struct Liar<S>(S);

// promise: S1
#[test]
fn a_store_of_functions_does_not_pass_as_a_full_one() {
    // As it is, it says so itself; whatever else the kit finds.
    let honest = block_on(Kit::new().run(async || sent(Rows::leak())));
    assert!(honest.failures().iter().any(|failure| failure.check() == "declares_its_level"));

    // Whoever wraps it and says otherwise fails every check that a basic store is not asked for, but for the sweep: that
    // function keeps to its limit.
    let left_out = block_on(Kit::basic().run(async || paused(Rows::leak())));
    let left_out = left_out.left_out().iter().map(LeftOut::check);
    let expected: BTreeSet<&str> =
        left_out.filter(|check| *check != "sweep_stops_at_its_limit").collect();
    let report = block_on(Kit::new().run(async || Liar(paused(Rows::leak()))));
    let failed: BTreeSet<&str> = report.failures().iter().map(Failure::check).collect();
    assert!(expected.is_subset(&failed), "{expected:?} should have failed: {report}");
}

impl<S: Store> Store for Liar<S> {
    type Error = S::Error;

    const LEVEL: Level = Level::Full;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, S::Error> {
        self.0.load(key, buffer, freshness).await
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, S::Error> {
        self.0.create(key, write).await
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, S::Error> {
        self.0.update(key, expected, write).await
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, S::Error> {
        self.0.touch(key, seen, expires).await
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, S::Error> {
        self.0.destroy(key).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, S::Error> {
        self.0.sweep(now, limit).await
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, S::Error> {
        self.0.list(principal, after, keys).await
    }
}

// promise: S1
#[test]
fn a_value_is_as_the_docs_say() {
    let rows = Rows::leak();
    let store = sent(rows);
    let write = Write::new(
        b"record",
        Timestamp::from_millis(0x0605_0403_0201),
        Timestamp::from_millis(0x1615_1413_1211),
    );
    assert_eq!(
        block_on(SendStore::create(&store, &key(), write.bound_to("ada"))).unwrap(),
        Created::Stored
    );
    let mut expected = vec![1, 1, 0, 0, 0, 0, 0, 0, 0];
    expected.extend([1, 2, 3, 4, 5, 6]);
    expected.extend([0x11, 0x12, 0x13, 0x14, 0x15, 0x16]);
    expected.extend(b"record");
    assert_eq!(rows.saved(&key()), Some(expected.clone()));

    expected[1] = 2;
    expected.truncate(21);
    let updated = block_on(SendStore::update(
        &store,
        &key(),
        Revision::FIRST,
        Write::new(b"", write.seen, write.expires),
    ));
    assert_eq!(updated.unwrap(), Updated::Stored);
    assert_eq!(rows.saved(&key()), Some(expected));
}

// promise: S1
#[test]
fn a_save_is_told_how_long_its_value_has_left() {
    let store = sent(Rows::leak());
    let later = NOW.after(HOUR / 2);
    let told = |call: &dyn Fn()| {
        SENT.take();
        call();
        SENT.take()
    };
    let created = told(&|| drop(block_on(SendStore::create(&store, &key(), write(b"one")))));
    assert_eq!(created, [(NOW.after(HOUR), HOUR)]);
    let touched =
        told(&|| drop(block_on(SendStore::touch(&store, &key(), later, later.after(HOUR)))));
    assert_eq!(touched, [(later.after(HOUR), HOUR)]);
    // Nothing rises, so nothing is saved.
    let again = told(&|| drop(block_on(SendStore::touch(&store, &key(), NOW, NOW.after(HOUR)))));
    assert_eq!(again, []);
    // An end that is past has nothing left.
    let ended = Write::new(b"two", later, NOW);
    let updated =
        told(&|| drop(block_on(SendStore::update(&store, &key(), Revision::FIRST, ended))));
    assert_eq!(updated, [(NOW, Duration::ZERO)]);
}

#[test]
fn a_value_fits_into_a_buffer_or_is_not_copied() {
    let rows = Rows::leak();
    let store = from_fns(
        |_| Ok::<_, io::Error>(None::<Vec<u8>>),
        |key, value: Value<'_>| {
            let mut buffer = [0xaa; 64];
            let size = value.size();
            assert_eq!(value.copy_to(&mut buffer[..size - 1]), None);
            assert_eq!(buffer, [0xaa; 64]);
            let copied = value.copy_to(&mut buffer).map(<[u8]>::to_vec);
            assert_eq!(copied, Some(value.parts().concat()));
            rows.get().insert(key, buffer[..size].to_vec());
            Ok(())
        },
        |_| Ok(false),
        |_, _| Ok(0),
    );
    assert_eq!(
        block_on(SendStore::create(&store, &key(), write(b"one"))).unwrap(),
        Created::Stored
    );
    assert_eq!(load(&sent(rows)), Some((b"one".into(), Meta::new(Revision::FIRST, NOW))));
}

// promise: L14
#[test]
fn a_damaged_value_is_an_empty_record_that_is_never_written() {
    for damaged in [&b""[..], b"\0", b"\x01", &[0; 40], &[1; 20]] {
        let rows = Rows::leak();
        rows.get().insert(key(), damaged.into());
        let store = sent(rows);
        assert_eq!(load(&store), Some((Vec::new(), Meta::new(Revision::FIRST, Timestamp::ZERO))));
        let updated = block_on(SendStore::update(&store, &key(), Revision::FIRST, write(b"two")));
        assert_eq!(updated.unwrap(), Updated::Missing);
        assert!(!block_on(SendStore::touch(&store, &key(), NOW, NOW)).unwrap());
        assert_eq!(
            block_on(SendStore::create(&store, &key(), write(b"two"))).unwrap(),
            Created::Conflict
        );
        assert_eq!(rows.saved(&key()).as_deref(), Some(damaged));
        assert_eq!(Value::expires_of(damaged), None);
        // It can be ended.
        assert!(block_on(SendStore::destroy(&store, &key())).unwrap());
    }
}

// promise: L14
#[test]
fn a_value_of_a_newer_release_is_an_error_and_left_alone() {
    let rows = Rows::leak();
    let newer = vec![2; 40];
    rows.get().insert(key(), newer.clone());
    let store = sent(rows);
    let (mut buffer, key) = ([0; 64], key());
    let errors = [
        block_on(SendStore::load(&store, &key, &mut buffer, Freshness::Latest)).err(),
        block_on(SendStore::update(&store, &key, Revision::FIRST, write(b"two"))).err(),
        block_on(SendStore::touch(&store, &key, NOW, NOW)).err(),
    ];
    for error in errors.map(Option::unwrap) {
        assert_eq!(error.kind(), ErrorKind::Misconfigured);
        assert_eq!(error.to_string(), "a session was stored in the newer format 2");
    }
    let created = block_on(SendStore::create(&store, &key, write(b"two")));
    assert_eq!(created.unwrap(), Created::Conflict);
    assert_eq!(rows.saved(&key), Some(newer));
}

// promise: L15
#[test]
fn an_error_of_a_function_keeps_its_cause_and_gets_a_kind() {
    fn refused<T>() -> io::Result<T> {
        Err(io::ErrorKind::ConnectionRefused.into())
    }
    let store = from_fns(
        |_| refused::<Option<Vec<u8>>>(),
        |_, _| refused(),
        |_| refused(),
        |_, _| refused(),
    );
    let error = block_on(SendStore::destroy(&store, &key())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    assert_eq!(error.to_string(), "a function of the session store failed");
    let cause = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
    assert_eq!(cause.map(io::Error::kind), Some(io::ErrorKind::ConnectionRefused));

    let store = store.error_kind(|error| match error.kind() {
        io::ErrorKind::ConnectionRefused => ErrorKind::Unavailable,
        _ => ErrorKind::Other,
    });
    let mut buffer = [0; 64];
    let kinds = [
        block_on(SendStore::load(&store, &key(), &mut buffer, Freshness::Latest)).err(),
        block_on(SendStore::create(&store, &key(), write(b"one"))).err(),
        block_on(SendStore::update(&store, &key(), Revision::FIRST, write(b"one"))).err(),
        block_on(SendStore::touch(&store, &key(), NOW, NOW)).err(),
        block_on(SendStore::destroy(&store, &key())).err(),
        block_on(SendStore::sweep(&store, NOW, 1)).err(),
    ];
    for kind in kinds.map(|error| error.map(|error| error.kind())) {
        assert_eq!(kind, Some(ErrorKind::Unavailable));
    }
}

// promise: L11
#[test]
fn sessions_of_a_principal_are_an_error_and_not_none() {
    let store = sent(Rows::leak());
    block_on(SendStore::create(&store, &key(), write(b"one").bound_to("ada"))).unwrap();
    let error = block_on(SendStore::list(&store, "ada", None, &mut [key()])).unwrap_err();
    assert!(matches!(error, FnStoreError::NoIndex));
    assert_eq!(error.kind(), ErrorKind::Misconfigured);
    assert!(block_on(sansession_store::end_all(&store, "ada", None, &mut [0; 64])).is_err());
    assert!(load(&store).is_some(), "it does not say that it ended what it did not");
}

// promise: I6
#[test]
fn debug_of_a_value_shows_no_record() {
    let store = from_fns(
        |_| Ok::<_, io::Error>(None::<Vec<u8>>),
        |_, value| {
            let text = format!("{value:?}");
            assert_eq!(
                text,
                "Value { size: 27, expires: Timestamp(1700003600000), remaining: 3600s, .. }"
            );
            Ok(())
        },
        |_| Ok(false),
        |_, _| Ok(0),
    );
    block_on(SendStore::create(&store, &key(), write(b"secret"))).unwrap();
}
