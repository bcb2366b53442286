//! The name that a session has in listings and logs.

use sansession::{Active, Outcome, Signed};
use sansession_tests::{Browser, CONFIG, Carrier, Server};

// promise: L11
#[test]
fn the_reply_names_the_session_as_it_is_in_the_store() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    assert_eq!(server.visit(&mut browser).handle, None, "there is none");
    let created = server.request(&mut browser, |active| active.insert("a", &1));
    assert_eq!(created.outcome, Outcome::Created);
    let name = server.store.only().0;
    assert_eq!(created.handle, Some(name));

    let read = server.visit(&mut browser);
    assert_eq!((read.outcome, read.handle), (Outcome::Unchanged, Some(name)));
    let rotated = server.request(&mut browser, |active| active.login("ada"));
    assert_eq!((rotated.outcome, rotated.handle), (Outcome::Rotated, Some(name)));

    let ended = server.request(&mut browser, Active::invalidate);
    assert_eq!((ended.outcome, ended.handle), (Outcome::Destroyed, None));
}

#[test]
fn a_session_that_takes_the_place_of_another_has_its_own_name() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let first = server.request(&mut browser, |active| active.insert("a", &1));
    let second = server.request(&mut browser, |active| {
        active.invalidate();
        active.insert("a", &2)
    });
    assert_eq!(second.handle, Some(server.store.only().0));
    assert_ne!(second.handle, first.handle);
}

// promise: L5
#[test]
fn a_refusal_names_nothing() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let created = server.request(&mut browser, |active| active.insert("a", &1));
    assert!(created.handle.is_some());
    let mut slow = server.open(&mut browser);
    slow.insert("b", &1).expect("room");
    server.request(&mut browser, Active::invalidate);
    let refused = server.close(slow);
    assert_eq!((refused.outcome, refused.handle), (Outcome::Gone, None));
}

// promise: L11
#[test]
fn no_store_knows_a_carried_session() {
    let carrier = Carrier::<Signed>::new(CONFIG);
    let mut browser = Browser::new();
    carrier.request(&mut browser, |active| active.insert("a", &1));
    let handle = |active: &mut sansession_tests::Exchange| active.handle();
    assert_eq!(carrier.request(&mut browser, handle).value, None);
    let header = browser.header(carrier.now()).map(String::into_bytes);
    let active = carrier.sessions.begin(header.as_deref(), carrier.now(), slot());
    let end = carrier.sessions.finish(
        active,
        sansession::Ending::Answered,
        carrier.now(),
        &mut *carrier.dice.borrow_mut(),
    );
    assert_eq!(end.expect("dice").handle(), None);
}

fn slot() -> Box<sansession::Slot> {
    Box::new(sansession::Slot::<[u8; 4096]>::new())
}
