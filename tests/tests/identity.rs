//! Session ids: where they come from, what a store sees of them, and which are taken.

use std::collections::BTreeSet;

use sansession::rand_core::TryRng;
use sansession::{Ending, Outcome, RngError, StoreKey, Timestamp, Verdict};
use sansession_store::Store;
use sansession_tests::{
    Browser, CONFIG, Call, DiceError, Exchange, NoDice, Server, drive, id, minutes,
};
use sha2::{Digest, Sha256};

const NAME: &str = "__Host-session";

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    browser
}

// promise: I1
#[test]
fn an_id_is_256_bits_of_what_the_generator_gave() {
    let server = Server::new(CONFIG);
    let mut drawn = [0; 32];
    let mut copy = server.dice.borrow().clone();
    let Ok(()) = copy.try_fill_bytes(&mut drawn);
    let browser = with_session(&server);
    let (selector, verifier) = id(browser.cookie(NAME).expect("a cookie"));
    // Both halves are of one draw, and nothing of it is left out.
    assert_eq!(selector, drawn[..16]);
    assert_eq!(verifier, drawn[16..]);
}

// promise: I1
#[test]
fn every_session_has_another_selector_and_every_rotation_another_verifier() {
    let server = Server::new(CONFIG);
    let mut selectors = BTreeSet::new();
    let mut verifiers = BTreeSet::new();
    for _ in 0..20 {
        let mut browser = with_session(&server);
        let (selector, verifier) = id(browser.cookie(NAME).expect("a cookie"));
        assert!(selectors.insert(selector) && verifiers.insert(verifier));
        server.request(&mut browser, Exchange::regenerate);
        let (same, verifier) = id(browser.cookie(NAME).expect("a cookie"));
        assert!(same == selector && verifiers.insert(verifier));
    }
}

// promise: I1
#[test]
fn a_failing_generator_makes_no_session_no_cookie_and_no_partial_id() {
    let server = Server::new(CONFIG);
    let mut active = server.open(&mut Browser::new());
    active.insert("key", &1).expect("room");
    let end = server.sessions.finish(active, Ending::Answered, server.now(), &mut NoDice::after(0));
    let error = end.expect_err("no id can be made");
    assert_eq!(error, RngError(DiceError));
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(cause, Some(DiceError.to_string()));
    assert!(server.store.take_calls().is_empty());
}

// promise: I1
#[test]
fn a_failing_generator_leaves_an_open_session_as_it_was() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let before = server.store.only();
    let mut active = server.open(&mut browser);
    active.login("alice").expect("room");
    let end = server.sessions.finish(active, Ending::Answered, server.now(), &mut NoDice::after(0));
    assert_eq!(
        end.err().map(|error| error.to_string()).as_deref(),
        Some("the random number generator failed")
    );
    assert_eq!(server.store.only(), before);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: I1 L15
#[test]
fn a_failing_generator_stores_what_was_written_and_leaves_the_renewal_for_later() {
    let server = Server::new(CONFIG.renew(minutes(60), minutes(1)));
    let mut browser = with_session(&server);
    server.pass(minutes(60));
    let mut active = server.open(&mut browser);
    active.insert("key", &2).expect("room");
    let end = server.sessions.finish(active, Ending::Answered, server.now(), &mut NoDice::after(0));
    let reply = drive(&server.store, &server.sessions, end.expect("a write needs no id"));
    assert_eq!(reply.outcome(), Outcome::Updated);
    assert!(reply.set_cookie(&server.sessions).is_none());
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Rotated);
}

// promise: I1 L4
#[test]
fn a_failing_generator_does_not_stop_a_logout() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let mut active = server.open(&mut browser);
    active.invalidate();
    active.insert("after", &1).expect("room");
    let end = server.sessions.finish(active, Ending::Answered, server.now(), &mut NoDice::after(0));
    let reply = drive(&server.store, &server.sessions, end.expect("the logout goes on"));
    assert_eq!(reply.outcome(), Outcome::RngFailed);
    assert!(reply.outcome().is_refusal() && reply.set_cookie(&server.sessions).is_none());
    assert!(server.store.rows().is_empty());
}

// promise: I1
#[test]
fn a_failing_generator_makes_no_csrf_token() {
    let server = Server::new(CONFIG);
    let live =
        server.open(&mut with_session(&server)).csrf_token(&server.sessions, &mut NoDice::after(0));
    assert_eq!(live.err(), Some(RngError(DiceError)));
    // The mask, and then an id.
    for good in 0..2 {
        let mut active = server.open(&mut Browser::new());
        assert!(active.csrf_token(&server.sessions, &mut NoDice::after(good)).is_err());
        let closed = server.close(active);
        assert_eq!(
            (closed.outcome, closed.set_cookie),
            (Outcome::Unchanged, None),
            "after {good} good calls"
        );
    }
}

// promise: I1
#[test]
fn the_generator_is_asked_only_for_a_new_id() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    assert_eq!(server.dice.borrow().throws(), 1);
    server.request(&mut browser, |active| active.insert("key", &2)).value.expect("room");
    server.visit(&mut browser);
    server.request(&mut browser, Exchange::invalidate);
    assert_eq!(server.dice.borrow().throws(), 1);
}

// promise: I2
#[test]
fn the_store_sees_hashes_and_never_the_id() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let token = browser.cookie(NAME).expect("a cookie");
    let (selector, verifier) = id(token);
    let (key, row) = server.store.only();
    let hash = |label: &[u8], parts: &[&[u8]]| -> [u8; 16] {
        let mut hash = Sha256::new().chain_update(label);
        for part in parts {
            hash.update(part);
        }
        hash.finalize()[..16].try_into().expect("16 bytes")
    };
    assert_eq!(key, StoreKey::from_bytes(hash(b"sansession store key v1", &[&selector])));
    let verifier_hash = hash(b"sansession verifier v1", &[&selector, &verifier]);
    assert!(row.record.windows(16).any(|bytes| bytes == verifier_hash));
    for secret in [selector.as_slice(), verifier.as_slice(), token.as_bytes()] {
        for part in secret.windows(8) {
            assert!(!row.record.windows(8).any(|bytes| bytes == part));
            assert!(!key.as_bytes().windows(8).any(|bytes| bytes == part));
        }
    }
}

// promise: I2
#[test]
fn the_store_key_stays_over_rotations() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let (key, _) = server.store.only();
    server.request(&mut browser, Exchange::regenerate);
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    assert_eq!(server.store.only().0, key);
}

// promise: I3
#[test]
fn an_id_that_is_dead_or_never_was_is_not_adopted_by_a_write() {
    let ends: [(&str, End, Verdict); 4] = [
        ("swept", |server, _| drop_all(server), Verdict::Unknown),
        ("expired", |server, _| server.pass(minutes(120)), Verdict::ExpiredIdle),
        (
            "destroyed",
            |server, browser| {
                server.lost(browser, Ending::Answered, Exchange::invalidate);
            },
            Verdict::Unknown,
        ),
        (
            "regenerated",
            |server, browser| {
                server.lost(browser, Ending::Answered, Exchange::regenerate);
            },
            Verdict::Unknown,
        ),
    ];
    for (name, end, verdict) in ends {
        let server = Server::new(CONFIG.browser_session());
        let mut browser = with_session(&server);
        let (old, _) = id(browser.cookie(NAME).expect("a cookie"));
        end(&server, &mut browser);
        let write = server.request(&mut browser, |active| {
            assert_eq!(active.keys().count(), 0, "{name}");
            active.insert("new", &1)
        });
        assert_eq!((write.verdict, write.outcome), (verdict, Outcome::Created), "{name}");
        assert_ne!(id(browser.cookie(NAME).expect("a cookie")).0, old, "{name}");
    }
}

/// How a session ends while the browser keeps its cookie.
type End = fn(&Server, &mut Browser);

fn drop_all(server: &Server) {
    let end = Timestamp::MAX;
    let Ok(swept) = pollster::block_on(server.store.sweep(end, 100));
    assert_eq!(swept, 1);
}

// promise: I3
#[test]
fn an_id_that_only_carried_a_csrf_token_is_not_adopted_by_a_write() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    server.request(&mut browser, |active| server.csrf(active));
    let (guest, _) = id(browser.cookie(NAME).expect("a guest cookie"));
    let write = server.request(&mut browser, |active| active.insert("key", &1));
    assert_eq!((write.verdict, write.outcome), (Verdict::None, Outcome::Created));
    assert_ne!(id(browser.cookie(NAME).expect("a cookie")).0, guest);
}

// promise: I4
#[test]
fn forged_and_junk_cookies_cost_no_store_read() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let token = browser.cookie(NAME).expect("a cookie").to_owned();
    server.store.take_calls();
    let flipped = if token.ends_with('A') { "B" } else { "A" };
    let forged = format!("{}{flipped}", &token[..103]);
    for (value, verdict) in
        [(forged.as_str(), Verdict::Forged), ("junk", Verdict::Malformed), ("", Verdict::Malformed)]
    {
        let answer = server.visit(&mut Browser::with(NAME, value));
        assert_eq!((answer.verdict, answer.outcome), (verdict, Outcome::Unchanged));
        assert_eq!(answer.set_cookie, None);
    }
    server.visit(&mut Browser::with("other", &token));
    assert_eq!(server.store.take_calls(), []);
}

// promise: I5
#[test]
fn ids_of_another_length_or_alphabet_are_malformed() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let token = browser.cookie(NAME).expect("a cookie");
    let quoted = format!("\"{}\"", &token[..102]);
    let shapes = [&token[..103], &format!("{token}A"), &"*".repeat(104), &"é".repeat(52), &quoted];
    for shape in shapes {
        assert_eq!(
            server.visit(&mut Browser::with(NAME, shape)).verdict,
            Verdict::Malformed,
            "{shape}"
        );
    }
    assert_eq!(server.store.take_calls(), [Call::Create]);
}
