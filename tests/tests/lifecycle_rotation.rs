//! New ids: at once where privilege changes, with a grace where only time has passed.

use sansession::{Config, Outcome, Verdict};
use sansession_store::StepName;
use sansession_tests::{
    Browser, CONFIG, Call, Exchange, Handler, MILLI, Server, almost, id, minutes, note, text,
};

const NAME: &str = "__Host-session";
/// Renewed every hour, with a grace of one minute.
const RENEWED: Config = CONFIG.renew(minutes(60), minutes(1));

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", "kept")).value.expect("room");
    browser
}

/// A session just renewed: the browser that got the new id, and one that still has the old.
fn renewed() -> (Server, Browser, Browser) {
    let server = Server::new(RENEWED);
    let mut browser = with_session(&server);
    let old = browser.clone();
    server.pass(minutes(60));
    server.visit(&mut browser);
    (server, browser, old)
}

fn key(active: &mut Exchange) -> Option<String> {
    text(active.get("key"))
}

fn rotate() -> [(&'static str, Handler); 2] {
    [("regenerate", Exchange::regenerate), ("login", |active| active.login("alice").expect("room"))]
}

// promise: L2
#[test]
fn regenerate_and_login_keep_data_and_flash_under_a_new_id() {
    for (name, rotate) in rotate() {
        let server = Server::new(CONFIG);
        let mut browser = with_session(&server);
        let old = browser.cookie(NAME).map(str::to_owned);
        let answer = server.request(&mut browser, |active| {
            active.flash("note", "pending").expect("room");
            rotate(active);
        });
        assert_eq!(
            (answer.outcome, answer.steps),
            (Outcome::Rotated, vec![StepName::Update]),
            "{name}"
        );
        assert_ne!(browser.cookie(NAME), old.as_deref(), "{name}");
        let next = server.request(&mut browser, |active| (key(active), note(active)));
        assert_eq!(next.value, (Some("kept".into()), Some("pending".into())), "{name}");
    }
}

// promise: L2
#[test]
fn the_old_id_is_dead_at_once_after_regenerate_and_login() {
    for (name, rotate) in rotate() {
        let server = Server::new(RENEWED);
        let mut browser = with_session(&server);
        let mut thief = browser.clone();
        server.request(&mut browser, rotate);
        let stolen = server.request(&mut thief, key);
        assert_eq!((stolen.verdict, stolen.value), (Verdict::Unknown, None), "{name}");
        assert_eq!(server.peek(&thief, |active| active.obsolete()), None, "{name}");
        assert_eq!((stolen.outcome, stolen.set_cookie), (Outcome::Unchanged, None), "{name}");
        assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed, "{name}");
    }
}

// promise: L2
#[test]
fn a_request_in_flight_cannot_write_after_regenerate_and_login() {
    for (name, rotate) in rotate() {
        let server = Server::new(CONFIG);
        let mut browser = with_session(&server);
        let mut slow = server.open(&mut browser);
        server.request(&mut browser, rotate);
        slow.insert("key", "too late").expect("room");
        let refused = server.close(slow);
        assert_eq!((refused.outcome, refused.set_cookie), (Outcome::Gone, None), "{name}");
        assert!(refused.outcome.is_refusal());
        assert_eq!(server.request(&mut browser, key).value.as_deref(), Some("kept"), "{name}");
    }
}

// promise: L2
#[test]
fn regenerate_also_kills_the_id_that_renewal_left_in_its_grace() {
    let (server, mut browser, mut old) = renewed();
    assert_eq!(server.request(&mut old, key).verdict, Verdict::Resumed);
    server.request(&mut browser, Exchange::regenerate);
    assert_eq!(server.request(&mut old, key).verdict, Verdict::Unknown);
}

// promise: L2
#[test]
fn binding_the_same_principal_again_regenerates_and_keeps_the_data() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    let old = browser.clone();
    let again = server.request(&mut browser, |active| active.login("alice"));
    assert_eq!((again.value, again.outcome), (Ok(()), Outcome::Rotated));
    assert_eq!(server.visit(&mut old.clone()).verdict, Verdict::Unknown);
    assert_eq!(server.request(&mut browser, key).value.as_deref(), Some("kept"));
}

// promise: L2
#[test]
fn binding_another_principal_invalidates_first() {
    let server = Server::new(CONFIG);
    let mut browser = with_session(&server);
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    let (selector, _) = id(browser.cookie(NAME).expect("a cookie"));
    let switch = server.request(&mut browser, |active| {
        active.insert("from", "alice").expect("room");
        active.login("bob").expect("room");
        active.keys().count()
    });
    assert_eq!((switch.value, switch.outcome), (0, Outcome::Created));
    assert_eq!(switch.steps, [StepName::Destroy, StepName::Create]);
    assert_ne!(id(browser.cookie(NAME).expect("a cookie")).0, selector);
    assert_eq!(server.store.only().1.principal.as_deref(), Some("bob"));
}

// promise: L2
#[test]
fn a_login_without_a_session_makes_one() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let login = server.request(&mut browser, |active| active.login("alice"));
    assert_eq!((login.value, login.outcome), (Ok(()), Outcome::Created));
    let who = server.request(&mut browser, |active| active.principal().map(str::to_owned));
    assert_eq!(who.value.as_deref(), Some("alice"));
}

// promise: L3
#[test]
fn renew_replaces_the_id_when_its_period_is_over_and_not_before() {
    let server = Server::new(RENEWED);
    let mut browser = with_session(&server);
    let old = browser.cookie(NAME).map(str::to_owned);
    server.pass(almost(minutes(60)));
    assert_eq!(server.visit(&mut browser).set_cookie, None);
    server.pass(MILLI);
    let renewed = server.visit(&mut browser);
    assert_eq!((renewed.outcome, renewed.steps), (Outcome::Rotated, vec![StepName::Update]));
    assert_ne!(browser.cookie(NAME), old.as_deref());
    assert_eq!(server.request(&mut browser, key).value.as_deref(), Some("kept"));
}

// promise: L3
#[test]
fn the_grace_begins_when_the_new_id_is_first_seen() {
    let (server, mut browser, mut old) = renewed();
    server.pass(minutes(30));
    assert_eq!(server.visit(&mut old).verdict, Verdict::Resumed);
    let confirm = server.visit(&mut browser);
    assert_eq!((confirm.outcome, confirm.set_cookie), (Outcome::Updated, None));
    server.pass(almost(minutes(1)));
    assert_eq!(server.visit(&mut old).verdict, Verdict::Resumed);
    server.pass(MILLI);
    assert_eq!(server.visit(&mut old).verdict, Verdict::Obsolete);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

/// Where the period is shorter than the grace: the next renewal would put another id in the place of the graced one.
// promise: L3
#[test]
fn no_renewal_cuts_a_grace_short() {
    let server = Server::new(CONFIG.renew(minutes(1), minutes(30)));
    let mut browser = with_session(&server);
    let mut old = browser.clone();
    server.pass(minutes(1));
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Rotated);
    // The grace begins here.
    server.visit(&mut browser);
    server.pass(almost(minutes(30)));
    assert_eq!(server.visit(&mut browser).set_cookie, None);
    assert_eq!(server.visit(&mut old).verdict, Verdict::Resumed);
    server.pass(MILLI);
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Rotated);
}

// promise: L3
#[test]
fn an_id_in_its_grace_reads_and_writes_and_gets_no_cookie() {
    let (server, mut browser, mut old) = renewed();
    server.visit(&mut browser);
    let write = server.request(&mut old, |active| {
        assert_eq!(key(active).as_deref(), Some("kept"));
        active.insert("key", "by the old")
    });
    assert_eq!((write.outcome, write.set_cookie), (Outcome::Updated, None));
    assert_eq!(server.request(&mut browser, key).value.as_deref(), Some("by the old"));
}

// promise: L3
#[test]
fn a_lost_renewal_never_logs_out_and_is_made_again_after_another_period() {
    let server = Server::new(RENEWED);
    let mut browser = with_session(&server);
    for round in 0..5 {
        server.pass(minutes(60));
        let lost = server.lost(&mut browser, sansession::Ending::Answered, key);
        assert_eq!(
            (lost.outcome, lost.value.as_deref()),
            (Outcome::Rotated, Some("kept")),
            "round {round}"
        );
        let early = server.visit(&mut browser);
        assert_eq!((early.verdict, early.set_cookie), (Verdict::Resumed, None), "round {round}");
    }
    server.pass(minutes(60));
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Rotated);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: L3
#[test]
fn one_of_two_parallel_requests_renews() {
    let server = Server::new(RENEWED);
    let mut browser = with_session(&server);
    server.pass(minutes(60));
    let (a, b) = (server.open(&mut browser), server.open(&mut browser));
    let (a, b) = (server.close(a), server.close(b));
    assert_eq!((a.outcome, b.outcome), (Outcome::Rotated, Outcome::Unchanged));
    assert_eq!(b.set_cookie, None);
    server.deliver(&mut browser, &a);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: L3
#[test]
fn the_loser_of_a_renewal_still_saves_its_writes() {
    let server = Server::new(RENEWED);
    let mut browser = with_session(&server);
    server.pass(minutes(60));
    let (a, mut b) = (server.open(&mut browser), server.open(&mut browser));
    b.insert("key", "by the loser").expect("room");
    let (a, b) = (server.close(a), server.close(b));
    assert_eq!((b.outcome, b.set_cookie), (Outcome::Updated, None));
    server.deliver(&mut browser, &a);
    assert_eq!(server.request(&mut browser, key).value.as_deref(), Some("by the loser"));
}

// promise: L3
#[test]
fn an_obsolete_id_is_reported_and_changes_nothing() {
    let (server, mut browser, mut old) = renewed();
    server.visit(&mut browser);
    server.pass(minutes(1));
    let before = server.store.only();
    server.store.take_calls();
    let late = server.request(&mut old, |active| (key(active), active.obsolete()));
    assert_eq!((late.verdict, late.set_cookie), (Verdict::Obsolete, None));
    // The host may end the session by this name.
    assert_eq!(late.value, (None, Some(before.0)));
    assert_eq!(server.store.take_calls(), [Call::Load]);
    assert_eq!(server.store.only(), before);
}

// promise: L3
#[test]
fn only_the_two_latest_ids_are_ever_good() {
    let server = Server::new(RENEWED);
    let mut browser = with_session(&server);
    let mut ids = vec![browser.clone()];
    for _ in 0..4 {
        server.pass(minutes(60));
        server.visit(&mut browser);
        ids.push(browser.clone());
        server.visit(&mut browser);
    }
    let verdicts: Vec<_> = ids.iter().map(|old| server.visit(&mut old.clone()).verdict).collect();
    let [retired @ .., previous, current] = verdicts.as_slice() else { panic!("five ids") };
    assert_eq!((*previous, *current), (Verdict::Resumed, Verdict::Resumed));
    assert_eq!(retired, [Verdict::Unknown; 3]);
}
