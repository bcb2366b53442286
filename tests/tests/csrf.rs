//! CSRF tokens: nothing is stored for them, and each belongs to one session as it is.

use std::collections::BTreeSet;

use sansession::{Key, KeyRing, Outcome, Verdict};
use sansession_tests::{Browser, CONFIG, Call, Exchange, Handler, SECRET, Server, minutes};

const NAME: &str = "__Host-session";

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    browser
}

fn token(server: &Server, browser: &mut Browser) -> String {
    server.request(browser, |active| server.csrf(active).to_string()).value
}

fn verifies(server: &Server, browser: &Browser, token: &str) -> bool {
    server.peek(browser, |active| active.verify_csrf(&server.sessions, token))
}

// promise: C1
#[test]
fn a_token_verifies_for_its_session_and_for_no_other() {
    let server = Server::new(CONFIG);
    let (mut alice, mut bob) = (with_session(&server), with_session(&server));
    let (hers, his) = (token(&server, &mut alice), token(&server, &mut bob));
    assert!(verifies(&server, &alice, &hers) && verifies(&server, &bob, &his));
    assert!(!verifies(&server, &alice, &his) && !verifies(&server, &bob, &hers));
    assert!(!verifies(&server, &Browser::new(), &hers));
}

// promise: C1
#[test]
fn a_token_is_masked_afresh_at_each_use() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let tokens: BTreeSet<_> = (0..50).map(|_| token(&server, &mut browser)).collect();
    assert_eq!(tokens.len(), 50);
    assert!(tokens.iter().all(|token| verifies(&server, &browser, token)));
    // No eight characters in a row are shared, but for the key id in front.
    let tails: Vec<_> = tokens.iter().map(|token| &token[4..]).collect();
    for (place, one) in tails.iter().enumerate() {
        for other in &tails[..place] {
            assert!((0..one.len() - 8).all(|at| one[at..at + 8] != other[at..at + 8]));
        }
    }
}

// promise: C1
#[test]
fn a_token_for_a_session_stores_nothing_and_sends_no_cookie() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    server.store.take_calls();
    let throws = server.dice.borrow().throws();
    let answer = server.request(&mut browser, |active| server.csrf(active).to_string());
    assert_eq!((answer.outcome, answer.set_cookie), (Outcome::Unchanged, None));
    assert_eq!(server.store.take_calls(), [Call::Load]);
    assert_eq!(server.dice.borrow().throws(), throws + 1, "a mask and no id");
}

// promise: C1
#[test]
fn regenerate_login_and_invalidate_change_the_token_and_renew_does_not() {
    let renewed = CONFIG.renew(minutes(60), minutes(1));
    let change: [(&str, Handler, bool); 4] = [
        ("regenerate", Exchange::regenerate, false),
        ("login", |active| active.login("alice").expect("room"), false),
        (
            "invalidate",
            |active| {
                active.invalidate();
                active.insert("key", &1).expect("room");
            },
            false,
        ),
        ("renew", |_| {}, true),
    ];
    for (name, change, stays) in change {
        let server = Server::new(renewed);
        let mut browser = with_session(&server);
        let old = token(&server, &mut browser);
        server.pass(minutes(60));
        let answer = server.request(&mut browser, change);
        assert!(answer.set_cookie.is_some(), "{name}");
        assert_eq!(verifies(&server, &browser, &old), stays, "{name}");
        let new = token(&server, &mut browser);
        assert!(verifies(&server, &browser, &new), "{name}");
    }
}

// promise: C1
#[test]
fn a_token_made_after_a_change_of_this_request_is_good_in_the_next() {
    let change: [(&str, Handler); 5] = [
        ("regenerate", Exchange::regenerate),
        ("login", |active| active.login("alice").expect("room")),
        ("invalidate", Exchange::invalidate),
        ("replace", |active| {
            active.invalidate();
            active.insert("key", &1).expect("room");
        }),
        ("nothing", |_| {}),
    ];
    for live in [true, false] {
        for (name, change) in change {
            let server = Server::new(CONFIG);
            let mut browser = if live { with_session(&server) } else { Browser::new() };
            let made = server.request(&mut browser, |active| {
                change(active);
                server.csrf(active).to_string()
            });
            assert!(verifies(&server, &browser, &made.value), "{name}, with a session: {live}");
        }
    }
}

// promise: C1
#[test]
fn an_anonymous_token_comes_with_an_id_that_is_good_for_nothing_else() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let first = server.request(&mut browser, |active| server.csrf(active).to_string());
    assert_eq!((first.outcome, first.steps), (Outcome::Guest, vec![]));
    assert!(first.set_cookie.is_some());
    let check = server.request(&mut browser, |active| {
        (active.verify_csrf(&server.sessions, &first.value), active.handle(), active.keys().count())
    });
    assert_eq!((check.verdict, check.value), (Verdict::None, (true, None, 0)));
    assert_eq!(server.store.take_calls(), []);
}

// promise: C1
#[test]
fn an_anonymous_browser_keeps_its_id_over_several_tokens() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let first = token(&server, &mut browser);
    let id = browser.cookie(NAME).map(str::to_owned);
    let again = server.request(&mut browser, |active| server.csrf(active).to_string());
    assert_eq!(again.set_cookie, None);
    assert_eq!(browser.cookie(NAME), id.as_deref());
    assert!(verifies(&server, &browser, &first) && verifies(&server, &browser, &again.value));
}

// promise: C1
#[test]
fn an_anonymous_token_checks_the_login_and_is_dead_after_it() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let form = token(&server, &mut browser);
    let login = server.request(&mut browser, |active| {
        let good = active.verify_csrf(&server.sessions, &form);
        active.login("alice").expect("room");
        good
    });
    assert!(login.value);
    assert!(!verifies(&server, &browser, &form));
}

// promise: C1
#[test]
fn a_session_that_this_request_ended_vouches_for_no_token() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let hers = token(&server, &mut browser);
    // An id without a session, tossed in beside that of the session.
    let mut stranger = Browser::new();
    let tossed = token(&server, &mut stranger);
    browser.plant(NAME, stranger.cookie(NAME).expect("a cookie"));
    let mut active = server.open(&mut browser);
    let good = |active: &Exchange| {
        [&hers, &tossed].map(|token| active.verify_csrf(&server.sessions, token))
    };
    assert_eq!(good(&active), [true, false]);
    active.invalidate();
    assert_eq!(good(&active), [false, false]);
}

// promise: C1
#[test]
fn an_anonymous_id_ends_with_its_deadline() {
    let server = Server::new(CONFIG.browser_session().absolute(minutes(60)));
    let mut browser = Browser::new();
    let form = token(&server, &mut browser);
    server.pass(minutes(60));
    assert!(!verifies(&server, &browser, &form));
}

// promise: C1
#[test]
fn every_edit_of_one_character_is_refused() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let good = token(&server, &mut browser);
    let active = server.open(&mut browser);
    let check = |text: &str| active.verify_csrf(&server.sessions, text);
    assert!(check(&good));
    for at in 0..good.len() {
        for byte in (0x20..0x7f_u8).filter(|byte| *byte != good.as_bytes()[at]) {
            let edited = format!("{}{}{}", &good[..at], char::from(byte), &good[at + 1..]);
            assert!(!check(&edited), "{edited}");
        }
        assert!(!check(&format!("{}{}", &good[..at], &good[at + 1..])), "one less at {at}");
    }
    for other in
        ["", "=", &format!("{good}="), &format!(" {good}"), &good.repeat(2), &"A".repeat(87)]
    {
        assert!(!check(other), "{other:?}");
    }
}

// promise: C1
#[test]
fn tokens_verify_under_an_older_key_until_it_is_retired() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let form = token(&server, &mut browser);
    let newer = || Key::new(2, b"a newer secret of thirty-two bytes").expect("a strong key");
    let both = KeyRing::new(newer())
        .and_older(Key::new(1, SECRET).expect("a strong key"))
        .expect("two ids");
    let server = server.restart(CONFIG, &both);
    assert!(verifies(&server, &browser, &form));
    server.visit(&mut browser);
    let server = server.restart(CONFIG, &KeyRing::new(newer()));
    assert_eq!(server.peek(&browser, |active| active.verdict()), Verdict::Resumed);
    assert!(!verifies(&server, &browser, &form));
}

// promise: C1 L10
#[test]
fn a_dead_id_carries_tokens_so_that_no_cookie_is_sent_in_its_place() {
    let kill: [(&str, Handler, Verdict); 2] = [
        ("regenerated", Exchange::regenerate, Verdict::Unknown),
        ("renewed", |_| {}, Verdict::Obsolete),
    ];
    for (name, kill, verdict) in kill {
        let server = Server::new(CONFIG.renew(minutes(60), minutes(1)));
        let mut browser = with_session(&server);
        let mut old = browser.clone();
        server.pass(minutes(60));
        server.request(&mut browser, kill);
        server.visit(&mut browser);
        server.pass(minutes(1));
        let late = server.request(&mut old, |active| server.csrf(active).to_string());
        assert_eq!((late.verdict, late.outcome), (verdict, Outcome::Unchanged), "{name}");
        assert_eq!(late.set_cookie, None, "{name}");
        assert!(verifies(&server, &old, &late.value), "{name}");
        // Who holds the dead id must not learn the tokens of who holds the session.
        assert!(!verifies(&server, &browser, &late.value), "{name}");
        let living = token(&server, &mut browser);
        assert!(!verifies(&server, &old, &living), "{name}");
    }
}
