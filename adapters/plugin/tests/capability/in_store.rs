//! What only a plugin over a store does.

use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use pollster::block_on;
use sansession::{Ending, Sessions, Slot};
use sansession_memory::MemoryStore;
use sansession_plugin::{CreateOptions, Plugin, SessionError, SessionPlugin, empty_data_json};
use sansession_store::{ErrorKind, NoPause, SendStore, close, from_fns, open};

use crate::common::{Clock, config, keys, of_user, stored, with};

// promise: L2 L4
#[test]
fn an_old_id_is_dead_at_once() {
    let plugin = stored(&Clock::new());
    let guest = block_on(plugin.create(with("1"))).expect("created");
    let first = block_on(plugin.bind(&guest, "ada")).expect("bound");
    let second = block_on(plugin.regenerate(&first)).expect("regenerated");
    for dead in [&guest, &first] {
        assert_eq!(block_on(plugin.load(dead)), Ok(None));
        assert_eq!(block_on(plugin.update(dead, "2")), Err(SessionError::NotFound));
        assert_eq!(block_on(plugin.destroy(dead)), Ok(false));
    }
    assert_eq!(block_on(plugin.destroy(&second)), Ok(true));
    assert_eq!(block_on(plugin.load(&second)), Ok(None));
    assert_eq!(block_on(plugin.update(&second, "2")), Err(SessionError::NotFound), "not revived");
}

#[test]
fn an_update_keeps_the_id() {
    let plugin = stored(&Clock::new());
    let id = block_on(plugin.create(with("1"))).expect("created");
    assert!(block_on(plugin.update(&id, "2")).expect("updated") == id);
}

// promise: L3
#[test]
fn the_id_is_renewed_when_it_is_due_and_the_answer_has_it() {
    let clock = Clock::new();
    let plugin = stored(&clock);
    let old = block_on(plugin.create(with("1"))).expect("created");
    clock.advance(1800);
    let record = block_on(plugin.load(&old)).expect("loaded").expect("there");
    assert!(record.id != old);
    assert!(block_on(plugin.load(&record.id)).expect("loaded").is_some());
    clock.advance(61);
    assert_eq!(block_on(plugin.load(&old)), Ok(None), "its grace is over");
}

// promise: L11
#[test]
fn all_sessions_of_a_user_end() {
    let plugin = stored(&Clock::new());
    let guest = block_on(plugin.create(with("1"))).expect("created");
    let bob = block_on(plugin.create(of_user("bob"))).expect("created");
    let ada = [(); 3].map(|()| block_on(plugin.create(of_user("ada"))).expect("created"));
    assert_eq!(block_on(plugin.destroy_all("ada")), Ok(3));
    assert_eq!(block_on(plugin.destroy_all("ada")), Ok(0));
    assert!(ada.iter().all(|id| block_on(plugin.load(id)) == Ok(None)));
    assert!([guest, bob].iter().all(|id| block_on(plugin.load(id)).expect("loaded").is_some()));
}

// promise: L13
#[test]
fn a_sweep_takes_what_is_over_and_no_more_than_asked() {
    let clock = Clock::new();
    let plugin = stored(&clock);
    let brief = CreateOptions { lifetime: Some(10), ..CreateOptions::default() };
    for _ in 0..5 {
        block_on(plugin.create(brief.clone())).expect("created");
    }
    let usual = block_on(plugin.create(with("1"))).expect("created");
    assert_eq!(block_on(plugin.sweep(100)), Ok(0));
    clock.advance(10);
    assert_eq!(block_on(plugin.sweep(3)), Ok(3));
    assert_eq!(block_on(plugin.sweep(100)), Ok(2));
    assert!(block_on(plugin.load(&usual)).expect("loaded").is_some());
}

/// A store of closures whose database is not there.
fn unreachable_store() -> impl SendStore {
    let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
    from_fns(
        move |_| Err::<Option<Vec<u8>>, _>(refused()),
        move |_, _| Err(refused()),
        move |_| Err(refused()),
        move |_, _| Err(refused()),
    )
    .error_kind(|_| ErrorKind::Unavailable)
}

// promise: L15
#[test]
fn a_store_that_fails_is_told_and_is_no_missing_session() {
    let sessions = || Sessions::stored(config(), &keys()).expect("the configuration is good");
    let clock = Clock::new();
    let id = block_on(stored(&clock).create(with("1"))).expect("created");
    let plugin = Plugin::stored(sessions(), unreachable_store()).clock(move || clock.now());
    let Err(SessionError::Unavailable(text)) = block_on(plugin.load(&id)) else {
        panic!("the store failed")
    };
    assert!(text.contains(": connection refused"), "the cause is kept: {text}");
    let update = block_on(plugin.update(&id, "2"));
    assert!(matches!(update, Err(SessionError::Unavailable(_))), "{update:?}");
    let all = block_on(plugin.destroy_all("ada"));
    assert!(matches!(all, Err(SessionError::Unsupported(_))), "closures keep no index: {all:?}");

    let full = Plugin::stored(sessions(), MemoryStore::new(0));
    assert_eq!(block_on(full.create(of_user("ada"))), Err(SessionError::Full));
}

/// A layer and a plugin may share a store and its sessions.
#[test]
fn a_session_made_by_the_driver_holds_no_data() {
    let sessions = Sessions::stored(config(), &keys()).expect("the configuration is good");
    let (store, now) = (Arc::new(MemoryStore::new(10)), Clock::new().now());
    let slot = Box::new(Slot::<[u8; 1024]>::new()) as Box<Slot>;
    let mut active =
        block_on(open(&sessions, &store, sessions.begin([], now, slot))).expect("opened");
    active.insert_str("colour", "blue").expect("room");
    let rng = &mut getrandom::SysRng;
    let end = sessions.finish(active, Ending::Answered, now, rng).expect("randomness");
    let finished = block_on(close(&sessions, &store, &NoPause, end));
    let id = finished.reply.set_cookie(&sessions).expect("a cookie").value().to_string().into();

    let plugin = Plugin::stored(sessions, store).clock(move || now);
    let record = block_on(plugin.load(&id)).expect("loaded").expect("there");
    assert_eq!(record.data_json, empty_data_json());
}

#[test]
fn slots_of_another_size_have_that_room() {
    let sessions = Sessions::stored(config(), &keys()).expect("the configuration is good");
    let plugin =
        Plugin::stored(sessions, MemoryStore::new(10)).slots(|| Box::new(Slot::<[u8; 400]>::new()));
    assert!(block_on(plugin.create(with("1"))).is_ok());
    let long = format!("\"{}\"", "x".repeat(200));
    let refused = block_on(plugin.create(with(&long)));
    assert!(matches!(refused, Err(SessionError::TooLarge(_))), "{refused:?}");
}

#[test]
fn the_time_is_that_of_the_system_unless_told() {
    let unix = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.expect("the clock is set").as_secs()
    };
    let sessions = Sessions::stored(config(), &keys()).expect("the configuration is good");
    let plugin = Plugin::stored(sessions, MemoryStore::new(10));
    let before = unix();
    let id = block_on(plugin.create(with("1"))).expect("created");
    let record = block_on(plugin.load(&id)).expect("loaded").expect("there");
    assert!((before..=unix()).contains(&record.created_at), "{record:?}");
    assert!(format!("{plugin:?}").starts_with("Plugin { backend: InStore"));
}
