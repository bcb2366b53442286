//! A principal's sessions: listed and ended, one, others, or all.

use sansession::{StoreKey, Verdict};
use sansession_store::{Listed, end_all, end_one, sessions};
use sansession_tests::{Browser, CONFIG, Exchange, Server, minutes};

fn login(server: &Server, principal: &str) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.login(principal)).value.expect("room");
    browser
}

fn handle(server: &Server, browser: &Browser) -> StoreKey {
    server.peek(browser, |active| active.handle()).expect("a session")
}

fn listed(server: &Server, principal: &str) -> Vec<Listed> {
    let mut found = Vec::new();
    let mut buffer = [0; 2048];
    let listing = sessions(&server.store, principal, server.now(), &mut buffer, |session| {
        found.push(session);
    });
    let Ok(()) = pollster::block_on(listing);
    found
}

fn end_all_of(
    server: &Server,
    principal: &str,
    except: Option<&StoreKey>,
    buffer: &mut [u8],
) -> usize {
    let Ok(ended) = pollster::block_on(end_all(&server.store, principal, except, buffer));
    ended
}

fn verdict(server: &Server, browser: &Browser) -> Verdict {
    server.peek(browser, |active| active.verdict())
}

// promise: L11
#[test]
fn a_principals_sessions_are_listed_with_their_times_and_nobody_elses() {
    let server = Server::new(CONFIG);
    let alice = [login(&server, "alice"), login(&server, "alice")];
    server.pass(minutes(30));
    let third = login(&server, "alice");
    login(&server, "bob");
    server
        .request(&mut Browser::new(), |active| active.insert("anonymous", &1))
        .value
        .expect("room");
    let found = listed(&server, "alice");
    let mut handles: Vec<_> =
        alice.iter().chain([&third]).map(|browser| handle(&server, browser)).collect();
    handles.sort_unstable();
    assert_eq!(found.iter().map(|session| session.handle).collect::<Vec<_>>(), handles);
    let newest = found
        .iter()
        .find(|session| session.handle == handle(&server, &third))
        .expect("it is listed");
    assert_eq!((newest.created, newest.seen), (server.now(), server.now()));
    assert_eq!(newest.expires, server.now().after(minutes(120)));
}

// promise: L11
#[test]
fn more_sessions_than_a_page_are_listed_and_ended() {
    let server = Server::new(CONFIG);
    let browsers: Vec<_> = (0..40).map(|_| login(&server, "alice")).collect();
    assert_eq!(listed(&server, "alice").len(), 40);
    assert_eq!(end_all_of(&server, "alice", None, &mut [0; 2048]), 40);
    assert!(browsers.iter().all(|browser| verdict(&server, browser) == Verdict::Unknown));
    assert!(listed(&server, "alice").is_empty());
}

// promise: L11
#[test]
fn stale_entries_of_the_index_are_not_listed_and_not_ended() {
    let server = Server::new(CONFIG);
    let mut gone = login(&server, "alice");
    server.request(&mut gone, Exchange::invalidate);
    let mut switched = login(&server, "alice");
    server.request(&mut switched, |active| active.login("bob")).value.expect("room");
    server.store.enter(&handle(&server, &switched), Some("alice"));
    let expired = login(&server, "alice");
    server.pass(minutes(120));
    assert_eq!(verdict(&server, &expired), Verdict::ExpiredIdle);
    assert!(listed(&server, "alice").is_empty());
    server.set_clock(sansession::Timestamp::from_secs(1_000_000));
    end_all_of(&server, "alice", None, &mut [0; 2048]);
    assert_eq!(verdict(&server, &switched), Verdict::Resumed);
}

// promise: L11
#[test]
fn one_session_is_ended_by_its_handle() {
    let server = Server::new(CONFIG);
    let (one, other) = (login(&server, "alice"), login(&server, "alice"));
    let key = handle(&server, &one);
    for expected in [true, false] {
        let Ok(ended) = pollster::block_on(end_one(&server.store, "alice", &key, &mut [0; 2048]));
        assert_eq!(ended, expected);
    }
    assert_eq!(
        (verdict(&server, &one), verdict(&server, &other)),
        (Verdict::Unknown, Verdict::Resumed)
    );
}

// promise: L11
#[test]
fn ending_one_is_refused_for_a_handle_that_is_not_the_principals() {
    let server = Server::new(CONFIG);
    let bob = login(&server, "bob");
    let key = handle(&server, &bob);
    for principal in ["alice", "", "bo", "bobby"] {
        let Ok(ended) = pollster::block_on(end_one(&server.store, principal, &key, &mut [0; 2048]));
        assert!(!ended, "{principal}");
    }
    assert_eq!(verdict(&server, &bob), Verdict::Resumed);
}

// promise: L11
#[test]
fn all_others_are_ended_and_this_one_stays() {
    let server = Server::new(CONFIG);
    let (this, other, bob) =
        (login(&server, "alice"), login(&server, "alice"), login(&server, "bob"));
    let key = handle(&server, &this);
    assert_eq!(end_all_of(&server, "alice", Some(&key), &mut [0; 2048]), 1);
    assert_eq!(verdict(&server, &this), Verdict::Resumed);
    assert_eq!(verdict(&server, &other), Verdict::Unknown);
    assert_eq!(verdict(&server, &bob), Verdict::Resumed);
}

// promise: L11
#[test]
fn end_all_misses_no_session_whatever_its_length() {
    let server = Server::new(CONFIG);
    let mut browser = login(&server, "alice");
    let long = "x".repeat(1000);
    server
        .request(&mut browser, |active| active.insert("long", long.as_str()))
        .value
        .expect("room");
    let mut buffer = [0; 256];
    let ended = pollster::block_on(end_all(&server.store, "alice", None, &mut buffer));
    // An error would do as well: what must not be is a success with the session alive.
    let alive = verdict(&server, &browser) == Verdict::Resumed;
    assert!(!alive || ended.is_err(), "ended {ended:?}, and the session lives");
}

// promise: L11
#[test]
fn end_all_misses_no_session_that_a_newer_release_wrote() {
    let server = Server::new(CONFIG);
    login(&server, "alice");
    server.store.tamper(|record| record[0] = 3);
    let ended = pollster::block_on(end_all(&server.store, "alice", None, &mut [0; 2048]));
    let alive = !server.store.rows().is_empty();
    assert!(!alive || ended.is_err(), "ended {ended:?}, and the record stays");
}

// promise: L11
#[test]
fn anonymous_sessions_belong_to_nobody() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    assert_eq!(server.peek(&browser, |active| active.principal().map(str::to_owned)), None);
    assert_eq!(server.store.only().1.principal, None);
    assert!(listed(&server, "").is_empty());
}
