//! What is stored and sent when: nothing before a write, and nothing for what was not done.

use sansession::{Ending, Outcome, Verdict};
use sansession_store::StepName;
use sansession_tests::{
    Browser, CONFIG, Call, Exchange, Handler, NoDice, Server, minutes, note, text,
};

const NAME: &str = "__Host-session";

fn with_session<S: sansession_store::Store>(server: &Server<S>) -> Browser {
    let mut browser = Browser::new();
    let write = server.request(&mut browser, |active| {
        active.insert("key", "kept").and_then(|()| active.flash("note", "waits"))
    });
    write.value.expect("room");
    browser
}

// promise: L1
#[test]
fn a_request_without_a_write_makes_no_session_asks_no_store_and_sends_no_cookie() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let answer = server.request(&mut browser, |active| {
        let read =
            (text(active.get("key")), active.contains("key"), active.keys().count(), note(active));
        active.clear();
        active.regenerate();
        active.set_lifetime(minutes(1), minutes(2)).expect("a lifetime");
        active.invalidate();
        (read, active.remove("key"), active.discard("note"), active.keep("note"), active.reflash())
    });
    assert_eq!(answer.value, ((None, false, 0, None), false, false, Ok(false), Ok(())));
    assert_eq!((answer.verdict, answer.outcome), (Verdict::None, Outcome::Unchanged));
    assert_eq!(answer.set_cookie, None);
    assert_eq!(server.store.take_calls(), []);
}

// promise: L1
#[test]
fn each_kind_of_write_makes_a_session() {
    let writes: [(&str, Handler); 4] = [
        ("insert", |active| active.insert("key", &1).expect("room")),
        ("insert_str", |active| active.insert_str("key", "value").expect("room")),
        ("flash", |active| active.flash("note", "message").expect("room")),
        ("login", |active| active.login("alice").expect("room")),
    ];
    for (name, write) in writes {
        let server = Server::new(CONFIG);
        let mut browser = Browser::new();
        let answer = server.request(&mut browser, write);
        assert_eq!(
            (answer.outcome, answer.steps),
            (Outcome::Created, vec![StepName::Create]),
            "{name}"
        );
        assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed, "{name}");
    }
}

// promise: L1
#[test]
fn a_read_only_request_of_a_session_writes_nothing() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", "kept")).value.expect("room");
    server.store.take_calls();
    let read = server.request(&mut browser, |active| {
        let there = (text(active.get("key")), active.contains("key"), active.contains("other"));
        (there, active.remove("other"), active.discard("other"))
    });
    assert_eq!(read.value, ((Some("kept".into()), true, false), false, false));
    assert_eq!((read.outcome, read.set_cookie), (Outcome::Unchanged, None));
    assert_eq!(server.store.take_calls(), [Call::Load]);
}

// promise: L10
#[test]
fn an_unknown_id_without_a_write_changes_nothing_and_sends_no_cookie() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    server.lost(&mut browser, Ending::Answered, Exchange::invalidate);
    let look: [Handler; 3] =
        [|_| {}, |active| assert_eq!(active.handle(), None), Exchange::invalidate];
    for look in look {
        server.store.take_calls();
        let answer = server.request(&mut browser, look);
        assert_eq!((answer.verdict, answer.outcome), (Verdict::Unknown, Outcome::Unchanged));
        assert_eq!(answer.set_cookie, None);
        assert_eq!(server.store.take_calls(), [Call::Load]);
    }
}

// promise: L10
#[test]
fn a_slow_answer_never_sends_an_id_that_was_replaced_meanwhile() {
    let server = Server::new(CONFIG.renew(minutes(60), minutes(1)));
    let mut browser = with_session(&server);
    server.visit(&mut browser);
    let arrived = browser.cookie(NAME).map(str::to_owned).expect("a cookie");
    let (mut writer, reader) = (server.open(&mut browser), server.open(&mut browser));
    server.pass(minutes(60));
    server.request(&mut browser, Exchange::regenerate);
    writer.insert("key", "late").expect("room");
    for slow in [writer, reader] {
        let cookie = server.close(slow).set_cookie;
        assert_eq!(cookie, None, "{arrived} or another");
    }
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: L10
#[test]
fn an_ordinary_write_sends_no_cookie() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let write = server.request(&mut browser, |active| active.insert("key", "new"));
    assert_eq!((write.outcome, write.set_cookie), (Outcome::Updated, None));
}

// promise: L16
#[test]
fn a_failed_request_drops_everything_it_wanted() {
    let server = Server::new(CONFIG.renew(minutes(60), minutes(1)));
    let mut browser = with_session(&server);
    server.pass(minutes(60));
    let before = server.store.only();
    server.store.take_calls();
    let wishes: [Handler; 5] = [
        |active| active.insert("key", "new").expect("room"),
        |active| active.flash("note", "new").expect("room"),
        Exchange::regenerate,
        |active| active.login("alice").expect("room"),
        |_| {},
    ];
    for wish in wishes {
        let failed = server.request_as(&mut browser, Ending::Failed, wish);
        assert_eq!((failed.outcome, failed.set_cookie), (Outcome::Unchanged, None));
        assert_eq!(server.store.take_calls(), [Call::Load]);
    }
    assert_eq!(server.store.only(), before);
    let failed = server.request_as(&mut Browser::new(), Ending::Failed, |active| {
        server.csrf(active);
        active.insert("key", "new")
    });
    assert_eq!((failed.outcome, failed.set_cookie), (Outcome::Unchanged, None));
}

// promise: L16
#[test]
fn a_failed_request_still_logs_out_and_drops_what_came_after() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let failed = server.request_as(&mut browser, Ending::Failed, |active| {
        active.invalidate();
        server.csrf(active);
        active.insert("key", "new")
    });
    assert_eq!((failed.outcome, failed.steps), (Outcome::Destroyed, vec![StepName::Destroy]));
    assert!(server.store.rows().is_empty());
    assert_eq!(browser.cookie(NAME), None, "a failed answer leaves no cookie");
}

// promise: L16
#[test]
fn a_failed_request_asks_for_no_randomness() {
    let server = Server::new(CONFIG);
    let mut active = server.open(&mut Browser::new());
    active.insert("key", &1).expect("room");
    assert!(
        server.sessions.finish(active, Ending::Failed, server.now(), &mut NoDice::after(0)).is_ok()
    );
}

// promise: L16
#[test]
fn an_exchange_that_is_dropped_changes_nothing() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let before = server.store.only();
    let mut active = server.open(&mut browser);
    active.insert("key", "new").expect("room");
    active.invalidate();
    active.login("alice").expect("room");
    drop(active);
    assert_eq!(server.store.only(), before);
    assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("waits"));
}
