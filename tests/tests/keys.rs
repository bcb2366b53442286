//! Keys: how strong they are, and how one follows another.

use sansession::{ConfigError, Key, KeyRing, Outcome, Verdict};
use sansession_tests::{Browser, CONFIG, MapStore, SECRET, Server, minutes, ring};

const NAME: &str = "__Host-session";

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    server.store.take_calls();
    browser
}

fn token(browser: &Browser) -> &str {
    browser.cookie(NAME).expect("a cookie")
}

fn key(id: u8, secret: &[u8]) -> Key {
    Key::new(id, secret).expect("a strong key")
}

// promise: T7
#[test]
fn an_older_key_verifies_until_it_is_retired_and_the_newest_signs() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let newer: &[u8] = b"a newer secret of thirty-two bytes";
    let both = KeyRing::new(key(2, newer)).and_older(key(1, SECRET)).expect("two ids");
    let server = server.restart(CONFIG, &both);
    let before = token(&browser).to_owned();
    let renewed = server.visit(&mut browser);
    assert_eq!((renewed.verdict, renewed.outcome), (Verdict::Resumed, Outcome::Rotated));
    assert_ne!(token(&browser), before);
    // Under the newest key it is not due any more.
    server.visit(&mut browser);
    server.pass(minutes(2));
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Unchanged);
    let server = server.restart(CONFIG, &KeyRing::new(key(2, newer)));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
    assert_eq!(server.visit(&mut Browser::with(NAME, &before)).verdict, Verdict::Forged);
}

// promise: T7
#[test]
fn only_the_winner_sends_an_id_under_the_new_key() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let both = KeyRing::new(key(2, b"a newer secret of thirty-two bytes"))
        .and_older(key(1, SECRET))
        .expect("two ids");
    let server = server.restart(CONFIG, &both);
    let (a, b) = (server.open(&mut browser), server.open(&mut browser));
    let (a, b) = (server.close(a), server.close(b));
    assert_eq!((a.set_cookie.is_some(), b.set_cookie), (true, None));
}

// promise: T7
#[test]
fn records_are_found_again_under_every_key() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let before = server.store.only().0;
    let both = KeyRing::new(key(2, b"a newer secret of thirty-two bytes"))
        .and_older(key(1, SECRET))
        .expect("two ids");
    let server = server.restart(CONFIG, &both);
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    assert_eq!(server.store.only().0, before);
}

// promise: T7
#[test]
fn a_ring_has_bounded_size_and_distinct_ids() {
    let mut full = ring();
    for id in 2..=4 {
        full = full.and_older(key(id, SECRET)).expect("room for four");
    }
    assert_eq!(full.clone().and_older(key(5, SECRET)).err(), Some(ConfigError::TooManyKeys));
    assert_eq!(ring().and_older(key(1, SECRET)).err(), Some(ConfigError::DuplicateKeyId { id: 1 }));
}

// promise: T8
#[test]
fn short_and_uniform_keys_are_refused() {
    for secret in [&b""[..], b"short", &SECRET[..31], &[0; 32], &[0xff; 64], &[b'x'; 33]] {
        assert_eq!(
            Key::new(7, secret).err(),
            Some(ConfigError::WeakKey { id: 7 }),
            "{} bytes",
            secret.len()
        );
    }
    assert!(Key::new(7, SECRET).is_ok());
}

// promise: T7
#[test]
fn a_key_that_is_on_its_way_in_verifies_and_nothing_is_due() {
    let newer: &[u8] = b"a newer secret of thirty-two bytes";
    let first = ring().and_next(key(2, newer)).expect("two ids");
    let second = KeyRing::new(key(2, newer)).and_older(key(1, SECRET)).expect("two ids");
    // Another node signs with the new key already.
    let server = Server::over(CONFIG, &second, MapStore::new());
    let mut browser = with_session(&server);
    let server = server.restart(CONFIG, &first);
    let visit = server.visit(&mut browser);
    assert_eq!((visit.verdict, visit.outcome), (Verdict::Resumed, Outcome::Unchanged));
    // And this one with the old, which is due there.
    let mut browser = with_session(&server);
    let server = server.restart(CONFIG, &second);
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Rotated);
}
