//! Logout: final, and first in line.

use sansession::{Ending, Outcome, Verdict};
use sansession_store::StepName;
use sansession_tests::{
    Browser, CONFIG, Call, Emitted, Exchange, Faulty, Handler, How, MapStore, Server, id, minutes,
    ring, text,
};

const NAME: &str = "__Host-session";

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", "old")).value.expect("room");
    browser
}

// promise: L4
#[test]
fn invalidate_takes_data_at_once_the_record_before_the_answer_and_the_cookie() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    server.store.take_calls();
    let logout = server.request(&mut browser, |active| {
        active.flash("note", "gone too").expect("room");
        active.invalidate();
        (active.keys().count(), active.principal().is_some(), active.handle())
    });
    assert_eq!((logout.value, logout.outcome), ((0, false, None), Outcome::Destroyed));
    assert_eq!(server.store.take_calls(), [Call::Load, Call::Destroy]);
    assert!(server.store.rows().is_empty());
    let cookie = Emitted::parse(&logout.set_cookie.expect("a removal")).expect("the grammar");
    assert_eq!((cookie.value.as_str(), cookie.max_age), ("", Some(0)));
    assert_eq!(browser.cookie(NAME), None);
}

// promise: L4
#[test]
fn a_stolen_copy_of_the_cookie_is_worthless_after_logout() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let mut thief = browser.clone();
    server.request(&mut browser, Exchange::invalidate);
    assert_eq!(server.visit(&mut thief).verdict, Verdict::Unknown);
}

// promise: L4
#[test]
fn a_write_after_invalidate_starts_a_session_with_a_fresh_selector() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let (selector, _) = id(browser.cookie(NAME).expect("a cookie"));
    let answer = server.request(&mut browser, |active| {
        active.insert("before", "lost").expect("room");
        active.invalidate();
        active.insert("after", "stays").expect("room");
    });
    assert_eq!(
        (answer.outcome, answer.steps),
        (Outcome::Created, vec![StepName::Destroy, StepName::Create])
    );
    assert_ne!(id(browser.cookie(NAME).expect("a cookie")).0, selector);
    let keys =
        server.request(&mut browser, |active| active.keys().map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(keys.value, ["after"]);
}

// promise: L4
#[test]
fn nothing_new_is_stored_when_the_old_record_cannot_be_destroyed() {
    for how in [How::Refused, How::Unanswered] {
        let server = Server::over(CONFIG, &ring(), Faulty::new(MapStore::new()));
        let mut browser = Browser::new();
        server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
        server.store.after(1, how);
        let answer = server.request(&mut browser, |active| {
            active.invalidate();
            active.insert("after", &1)
        });
        assert_eq!((answer.outcome, answer.set_cookie), (Outcome::StoreFailed, None));
        assert_eq!(answer.steps, [StepName::Destroy]);
        assert_eq!(server.store.inner.rows().len(), usize::from(how == How::Refused));
    }
}

// promise: L4
#[test]
fn invalidate_twice_and_on_a_destroyed_record_is_a_logout() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let mut slow = server.open(&mut browser);
    slow.invalidate();
    slow.invalidate();
    server.request(&mut browser.clone(), Exchange::invalidate);
    let second = server.close(slow);
    assert_eq!(second.outcome, Outcome::Destroyed);
    server.deliver(&mut browser, &second);
    assert_eq!(browser.cookie(NAME), None);
}

// promise: L5
#[test]
fn a_slow_request_cannot_bring_a_session_back_after_logout() {
    let writes: [(&str, Handler, Outcome); 6] = [
        ("insert", |active| active.insert("key", "late").expect("room"), Outcome::Gone),
        ("remove", |active| assert!(active.remove("key")), Outcome::Gone),
        ("flash", |active| active.flash("note", "late").expect("room"), Outcome::Gone),
        ("regenerate", Exchange::regenerate, Outcome::Gone),
        (
            "lifetime",
            |active| {
                active.set_lifetime(minutes(1), minutes(2)).expect("a lifetime");
            },
            Outcome::Gone,
        ),
        ("nothing", |_| {}, Outcome::Unchanged),
    ];
    for (name, write, outcome) in writes {
        let server = Server::new(CONFIG.touch_share(0));
        let mut browser = with_session(&server);
        let mut slow = server.open(&mut browser);
        write(&mut slow);
        server.request(&mut browser, Exchange::invalidate);
        let late = server.close(slow);
        assert_eq!((late.outcome, late.set_cookie), (outcome, None), "{name}");
        assert!(server.store.rows().is_empty(), "{name}");
    }
}

// promise: L5
#[test]
fn a_logout_between_a_conflict_and_the_next_try_wins() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let mut slow = server.open(&mut browser);
    slow.insert("key", "late").expect("room");
    server.request(&mut browser, |active| active.insert("other", &1)).value.expect("room");
    let late = server.try_close(slow, Ending::Answered, |_| {
        server.request(&mut browser, Exchange::invalidate);
    });
    assert_eq!(late.expect("an answer").outcome, Outcome::Gone);
    assert!(server.store.rows().is_empty());
}

// promise: L5
#[test]
fn a_login_in_flight_during_a_logout_starts_from_its_own_writes_only() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let (selector, _) = id(browser.cookie(NAME).expect("a cookie"));
    let mut slow = server.open(&mut browser);
    slow.insert("own", "write").expect("room");
    slow.login("alice").expect("room");
    server.request(&mut browser.clone(), Exchange::invalidate);
    let login = server.close(slow);
    assert_eq!(
        (login.outcome, &login.steps[..]),
        (Outcome::Created, &[StepName::Update, StepName::Create][..])
    );
    server.deliver(&mut browser, &login);
    assert_ne!(id(browser.cookie(NAME).expect("a cookie")).0, selector);
    let next = server.request(&mut browser, |active| {
        let who = active.principal().map(str::to_owned);
        (who, text(active.get("own")), text(active.get("key")))
    });
    assert_eq!(next.value, (Some("alice".into()), Some("write".into()), None));
}
