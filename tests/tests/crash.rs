//! A process that dies, or a future that is dropped, between any two steps.

use std::collections::BTreeMap;

use sansession::{Ending, Verdict};
use sansession_tests::{
    Browser, CONFIG, Exchange, Faulty, Handler, How, MapStore, Row, Server, Unanswered, minutes,
    ring, text,
};

type Web = Server<Faulty<MapStore>>;

/// A server, a browser that lost its answer, and what to do next.
fn start() -> (Web, Browser) {
    let config = CONFIG.renew(minutes(60), minutes(1));
    let server = Server::over(config, &ring(), Faulty::new(MapStore::new()));
    let mut browser = Browser::new();
    let first = |active: &mut Exchange| {
        active.insert("key", "old").and_then(|()| active.flash("note", "waits"))
    };
    server.request(&mut browser, first).value.expect("room");
    (server, browser)
}

const REQUESTS: [(&str, Handler); 7] = [
    ("tidy", |_| {}),
    ("change", |active| active.insert("key", "new").expect("room")),
    ("regenerate", Exchange::regenerate),
    ("login", |active| active.login("alice").expect("room")),
    ("renew", |active| active.set_lifetime(minutes(90), minutes(180)).expect("a lifetime")),
    ("logout", Exchange::invalidate),
    ("replace", |active| {
        active.invalidate();
        active.insert("key", "new").expect("room");
    }),
];

/// What the browser, with its old cookie, finds: nothing, or a session with a value.
fn find(server: &Web, browser: &Browser) -> Option<String> {
    server.peek(browser, |active| {
        let found = text(active.get("key"));
        assert_eq!(found.is_some(), active.verdict() == Verdict::Resumed, "half a session");
        found
    })
}

fn whole(rows: &BTreeMap<sansession::StoreKey, Row>) {
    for row in rows.values() {
        assert!(sansession::Summary::read(&row.record, row.seen).is_some(), "half a record");
    }
}

// promise: S2
#[test]
fn a_death_before_or_after_any_step_leaves_the_old_session_or_a_logout() {
    let mut deaths = 0;
    for (name, request) in REQUESTS {
        for how in [How::DiesBefore, How::DiesAfter] {
            for step in 0.. {
                let (server, mut browser) = start();
                let before = server.store.inner.rows();
                let mut exchange = server.open(&mut browser);
                request(&mut exchange);
                server.store.after(step, how);
                let closed = server.try_close(exchange, Ending::Answered, |_| {});
                if server.store.heal() && closed.is_ok() {
                    break;
                }
                assert_eq!(closed.err(), Some(Unanswered));
                deaths += 1;
                let rows = server.store.inner.rows();
                whole(&rows);
                let found = find(&server, &browser);
                match how {
                    How::DiesBefore if step == 0 => assert_eq!(rows, before, "{name}"),
                    _ => {
                        let kept = matches!(found.as_deref(), None | Some("old" | "new"));
                        assert!(kept, "{name}, {how:?} step {step}: {found:?}");
                    }
                }
                // Never both: at most one record answers, and a logged-out one stays so.
                assert!(rows.len() <= 1, "{name}: two sessions");
                let logout = matches!(name, "logout" | "replace");
                if logout && (how == How::DiesAfter || step > 0) {
                    assert_eq!(found, None, "{name}: the old session lives");
                }
            }
        }
    }
    assert_eq!(deaths, 2 * 8, "one step each, two for replace");
}

// promise: S2
#[test]
fn a_death_during_the_retry_of_a_conflict_leaves_what_the_other_request_stored() {
    for how in [How::DiesBefore, How::DiesAfter] {
        for step in 0..3 {
            let (server, mut browser) = start();
            server.visit(&mut browser);
            let mut slow = server.open(&mut browser);
            slow.insert("key", "slow").expect("room");
            server
                .request(&mut browser, |active| active.insert("key", "quick"))
                .value
                .expect("room");
            server.store.after(step, how);
            assert!(server.try_close(slow, Ending::Answered, |_| {}).is_err());
            whole(&server.store.inner.rows());
            let stored = step == 2 && how == How::DiesAfter;
            let expected = if stored { "slow" } else { "quick" };
            assert_eq!(find(&server, &browser).as_deref(), Some(expected), "{how:?} step {step}");
        }
    }
}

// promise: S2
#[test]
fn a_death_while_creating_leaves_no_session_that_anybody_can_use() {
    for (how, rows) in [(How::DiesBefore, 0), (How::DiesAfter, 1)] {
        let (server, _) = start();
        let mut exchange = server.open(&mut Browser::new());
        exchange.insert("key", "new").expect("room");
        server.store.after(0, how);
        assert!(server.try_close(exchange, Ending::Answered, |_| {}).is_err());
        assert_eq!(server.store.inner.rows().len(), 1 + rows);
        whole(&server.store.inner.rows());
    }
}

// promise: S2
#[test]
fn a_renewal_whose_answer_died_with_the_process_keeps_the_user_logged_in() {
    let (server, mut browser) = start();
    server.pass(minutes(60));
    let exchange = server.open(&mut browser);
    server.store.after(0, How::DiesAfter);
    assert!(server.try_close(exchange, Ending::Answered, |_| {}).is_err());
    for _ in 0..3 {
        assert_eq!(find(&server, &browser).as_deref(), Some("old"));
        assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
        server.pass(minutes(60));
    }
}

// promise: S1
#[test]
fn a_lost_answer_of_any_step_never_leaves_a_session_that_the_user_did_not_have() {
    for (name, request) in REQUESTS {
        for how in [How::Unanswered, How::Repeated] {
            let (server, mut browser) = start();
            server.store.after(1, how);
            let answer = server.request(&mut browser, request);
            whole(&server.store.inner.rows());
            if answer.outcome.is_refusal() {
                assert!(answer.set_cookie.is_none() && answer.cause.is_some(), "{name}");
            } else {
                let next = server.visit(&mut browser);
                let gone = name == "logout";
                let expected = if gone { Verdict::None } else { Verdict::Resumed };
                assert_eq!(next.verdict, expected, "{name}, {how:?}: {}", answer.outcome);
            }
        }
    }
}
