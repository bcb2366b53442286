//! What went wrong, told as verdicts, outcomes and errors with their causes.

use sansession::{Ending, Outcome, Verdict};
use sansession_store::StepName;
use sansession_tests::{
    Browser, CONFIG, Call, Exchange, Faulty, Handler, How, MapStore, Server, minutes, note, ring,
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

fn faulty() -> Server<Faulty<MapStore>> {
    let config = CONFIG.renew(minutes(60), minutes(1)).touch_share(10);
    Server::over(config, &ring(), Faulty::new(MapStore::new()))
}

// promise: L14
#[test]
fn the_furthest_of_several_cookies_is_the_verdict() {
    let server = Server::new(CONFIG.browser_session());
    let mut browser = with_session(&server);
    let token = browser.cookie(NAME).expect("a cookie").to_owned();
    let forged = format!("{}{}", &token[1..], &token[..1]);
    let header = |values: &[&str]| {
        values
            .iter()
            .map(|value| format!("{NAME}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
            .into_bytes()
    };
    let verdict = |values: &[&str]| {
        let active = server.open_with([header(values).as_slice()]).expect("it opens");
        server.close(active).verdict
    };
    assert_eq!(verdict(&["junk", &forged]), Verdict::Forged);
    assert_eq!(verdict(&["junk", &token, &forged]), Verdict::Resumed);
    server.pass(minutes(120));
    assert_eq!(verdict(&["junk", &token, &forged]), Verdict::ExpiredIdle);
    server.lost(&mut browser, Ending::Answered, |_| {});
    server.pass(minutes(60 * 24 * 7));
    assert_eq!(verdict(&["junk", &token, &forged]), Verdict::ExpiredAbsolute);
}

// promise: L14
#[test]
fn verdicts_and_outcomes_have_the_names_of_the_promise() {
    let verdicts = [
        Verdict::None,
        Verdict::Malformed,
        Verdict::Forged,
        Verdict::Unknown,
        Verdict::Corrupt,
        Verdict::ExpiredIdle,
        Verdict::ExpiredAbsolute,
        Verdict::Obsolete,
        Verdict::Resumed,
    ];
    let names = verdicts.map(|verdict| verdict.to_string()).join(" ");
    assert_eq!(
        names,
        "none malformed forged unknown corrupt expired-idle expired-absolute obsolete resumed"
    );
    let refusals = [
        Outcome::Conflict,
        Outcome::Gone,
        Outcome::Obsolete,
        Outcome::StoreFull,
        Outcome::StoreFailed,
    ];
    let names = refusals.map(|outcome| outcome.to_string()).join(" ");
    assert_eq!(names, "conflict gone obsolete store-full store-failed");
    assert!(refusals.iter().all(|outcome| outcome.is_refusal()));
    assert!(
        ![Outcome::Unchanged, Outcome::SoftFailed, Outcome::Destroyed]
            .iter()
            .any(|outcome| outcome.is_refusal())
    );
}

// promise: L14
#[test]
fn a_corrupt_record_is_a_verdict_and_is_left_for_the_sweep() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    server.store.tamper(|record| record.truncate(40));
    let before = server.store.only();
    let write = server.request(&mut browser, |active| active.insert("key", "new"));
    assert_eq!((write.verdict, write.outcome), (Verdict::Corrupt, Outcome::Created));
    assert_eq!(server.store.rows()[&before.0], before.1);
    assert_eq!(server.store.rows().len(), 2);
}

// promise: L14
#[test]
fn a_newer_or_longer_record_is_the_hosts_error_and_is_never_overwritten() {
    let change: [fn(&mut Vec<u8>); 2] = [|record| record[0] = 3, |record| record.resize(3000, 0)];
    for change in change {
        let server = Server::new(CONFIG);
        let mut browser = with_session(&server);
        server.store.tamper(change);
        let before = server.store.only();
        server.store.take_calls();
        assert!(matches!(
            server.try_open(&mut browser),
            Err(sansession_store::OpenError::Record(_))
        ));
        assert_eq!(server.store.take_calls(), [Call::Load]);
        assert_eq!(server.store.only(), before);
    }
}

// promise: L14
#[test]
fn a_record_that_became_newer_during_a_conflict_is_never_overwritten() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    let mut slow = server.open(&mut browser);
    slow.insert("key", "late").expect("room");
    server.visit(&mut browser);
    server.store.tamper(|record| record[0] = 3);
    let before = server.store.only();
    let refused = server.close(slow);
    assert_eq!((refused.outcome, refused.set_cookie), (Outcome::StoreFailed, None));
    assert_eq!(server.store.only(), before);
}

// promise: L15
#[test]
fn a_failed_hard_step_is_an_error_with_its_cause_and_sends_no_cookie() {
    let writes: [(&str, Handler); 5] = [
        ("update", |active| active.insert("key", "new").expect("room")),
        ("regenerate", Exchange::regenerate),
        ("login", |active| active.login("alice").expect("room")),
        ("destroy", Exchange::invalidate),
        ("replace", |active| {
            active.invalidate();
            active.insert("key", "new").expect("room");
        }),
    ];
    for (name, write) in writes {
        let server = faulty();
        let mut browser = with_session(&server);
        let before = server.store.inner.only();
        server.store.after(1, How::Refused);
        let answer = server.request(&mut browser, write);
        assert_eq!(
            (answer.outcome, answer.cause.as_deref()),
            (Outcome::StoreFailed, Some("injected")),
            "{name}"
        );
        assert_eq!(answer.set_cookie, None, "{name}");
        assert_eq!(server.store.inner.only(), before, "{name}");
        assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("waits"), "{name}");
    }
}

// promise: L15
#[test]
fn a_session_that_cannot_be_created_is_an_error_without_a_cookie() {
    for (how, outcome) in [(How::Refused, Outcome::StoreFailed), (How::Full, Outcome::StoreFull)] {
        let server = faulty();
        let mut browser = Browser::new();
        server.store.after(0, how);
        let answer = server.request(&mut browser, |active| active.insert("key", &1));
        assert_eq!((answer.outcome, answer.set_cookie), (outcome, None));
        assert!(server.store.inner.rows().is_empty());
    }
}

// promise: L15
#[test]
fn a_store_that_cannot_load_is_an_error_and_never_a_new_session() {
    let server = faulty();
    let mut browser = with_session(&server);
    server.store.after(0, How::Refused);
    let error = server.try_open(&mut browser).expect_err("the store failed");
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("injected"));
    assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("waits"));
}

// promise: L15
#[test]
fn a_failed_soft_step_is_an_outcome_and_is_tried_again() {
    let server = faulty();
    let mut browser = with_session(&server);
    for (name, span) in [("flash", minutes(0)), ("touch", minutes(20)), ("renew", minutes(60))] {
        server.pass(span);
        let again = if name == "touch" { StepName::Touch } else { StepName::Update };
        for how in [How::Refused, How::Full] {
            if how == How::Full && name == "touch" {
                continue;
            }
            server.store.after(1, how);
            let answer = server.visit(&mut browser);
            assert_eq!((answer.outcome, answer.set_cookie), (Outcome::SoftFailed, None), "{name}");
            assert!(!answer.outcome.is_refusal());
            assert_eq!(answer.steps[0], again, "{name}");
        }
        let healed = server.visit(&mut browser);
        assert_eq!(healed.steps, [again], "{name}");
        assert_eq!(healed.set_cookie.is_some(), name == "renew");
    }
}
