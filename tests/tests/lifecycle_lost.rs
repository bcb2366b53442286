//! Answers that were lost after the store had done what it was asked.

use sansession::Outcome;
use sansession_store::StepName;
use sansession_tests::{
    Browser, CONFIG, Exchange, Faulty, Handler, How, MapStore, Server, all, minutes, pairs, ring,
    with_shared,
};

const NAME: &str = "__Host-session";

// promise: L17
#[test]
fn an_update_that_was_applied_without_an_answer_is_its_own_success() {
    let rotate: [(&str, Handler); 3] = [
        ("regenerate", Exchange::regenerate),
        ("login", |active| active.login("alice").expect("room")),
        ("renew", |active| active.set_lifetime(minutes(90), minutes(180)).expect("a lifetime")),
    ];
    for (name, rotate) in rotate {
        let server = Server::over(CONFIG, &ring(), Faulty::new(MapStore::new()));
        let mut browser = with_shared(&server);
        server.store.after(1, How::Repeated);
        let answer = server.request(&mut browser, rotate);
        assert_eq!(answer.steps, [StepName::Update, StepName::Load], "{name}");
        assert!(
            answer.set_cookie.is_some() && !answer.outcome.is_refusal(),
            "{name}: {}",
            answer.outcome
        );
        assert_eq!(server.store.inner.only().1.revision.get(), 2, "{name}");
        assert_eq!(
            server.request(&mut browser, all).value,
            pairs(&[("shared", "first")]),
            "{name}"
        );
    }
}

// promise: L17
#[test]
fn a_session_that_was_created_without_an_answer_is_its_own_success() {
    let server = Server::over(CONFIG, &ring(), Faulty::new(MapStore::new()));
    let mut browser = Browser::new();
    server.store.after(0, How::Repeated);
    let answer = server.request(&mut browser, |active| active.insert("key", "value"));
    assert_eq!(
        (answer.outcome, answer.steps),
        (Outcome::Created, vec![StepName::Create, StepName::Load])
    );
    assert_eq!(server.request(&mut browser, all).value, pairs(&[("key", "value")]));
}

// promise: L17
#[test]
fn all_tries_of_an_exchange_use_the_same_new_id() {
    let server = Server::new(CONFIG);
    let mut browser = with_shared(&server);
    let mut slow = server.open(&mut browser);
    slow.regenerate();
    server.request(&mut browser, |active| active.insert("quick", "write")).value.expect("room");
    let throws = server.dice.borrow().throws();
    let closed = server.close(slow);
    assert_eq!(closed.steps, [StepName::Update, StepName::Load, StepName::Update]);
    assert_eq!(server.dice.borrow().throws(), throws + 1);
    server.deliver(&mut browser, &closed);
    assert!(browser.cookie(NAME).is_some());
    assert_eq!(server.request(&mut browser, all).value.len(), 2);
}
