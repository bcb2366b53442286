//! A store behind a cache: a stale answer may delay what is read, and never what is refused or written.

use sansession::{Outcome, Verdict};
use sansession_store::StepName;
use sansession_tests::{Browser, CONFIG, Call, Exchange, Server, Stale, ring, text};

fn with_session() -> (Server<Stale>, Browser) {
    let server = Server::over(CONFIG, &ring(), Stale::new());
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", "first")).value.expect("room");
    server.store.remember();
    server.store.inner.take_calls();
    (server, browser)
}

// promise: S3
#[test]
fn a_cache_that_does_not_know_a_session_yet_is_asked_past() {
    let (server, _) = with_session();
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", "new")).value.expect("room");
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
    assert_eq!(server.store.inner.take_calls(), [Call::Create, Call::Reload]);
}

// promise: S3
#[test]
fn a_cache_that_still_has_the_old_id_does_not_refuse_the_new_one() {
    let (server, mut browser) = with_session();
    server.request(&mut browser, Exchange::regenerate);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: S3
#[test]
fn an_id_that_is_refused_everywhere_is_asked_for_twice_and_refused() {
    let (server, mut browser) = with_session();
    let mut thief = browser.clone();
    server.request(&mut browser, Exchange::regenerate);
    server.store.remember();
    server.store.inner.take_calls();
    assert_eq!(server.visit(&mut thief).verdict, Verdict::Unknown);
    assert_eq!(server.store.inner.take_calls(), [Call::Reload]);
}

// promise: S3
#[test]
fn writes_on_a_stale_record_are_merged_or_refused_by_the_store() {
    let (server, mut browser) = with_session();
    server.request(&mut browser, |active| active.insert("other", "second")).value.expect("room");
    let merged = server.request(&mut browser, |active| active.insert("key", "third"));
    assert_eq!(merged.steps, [StepName::Update, StepName::Load, StepName::Update]);
    server.store.remember();
    let found =
        server.peek(&browser, |active| (text(active.get("key")), text(active.get("other"))));
    assert_eq!(found, (Some("third".into()), Some("second".into())));
}

// promise: S3 L2 L4
#[test]
fn the_old_id_reads_from_the_cache_and_writes_nothing() {
    let ends: [fn(&mut Exchange); 2] = [Exchange::regenerate, Exchange::invalidate];
    for end in ends {
        let (server, mut browser) = with_session();
        let mut thief = browser.clone();
        server.request(&mut browser, end);
        let before = server.store.inner.rows();
        let late = server.request(&mut thief, |active| {
            let read = text(active.get("key"));
            (read, active.insert("key", "late"))
        });
        assert_eq!((late.value, late.outcome), ((Some("first".into()), Ok(())), Outcome::Gone));
        assert_eq!(late.set_cookie, None);
        assert_eq!(server.store.inner.rows(), before);
    }
}
