//! Parallel requests: what both wrote is kept, and what cannot be is refused.

use sansession::{End, Ending, Outcome, Step};
use sansession_store::StepName;
use sansession_tests::{
    Browser, CONFIG, Call, Exchange, Server, all, answer, minutes, note, pairs, with_shared,
};

// promise: L6
#[test]
fn parallel_requests_that_write_different_keys_lose_nothing() {
    let server = Server::new(CONFIG);
    let mut browser = with_shared(&server);
    let names = ["a", "b", "c", "d", "e"];
    let mut slow: Vec<_> = names.iter().map(|_| server.open(&mut browser)).collect();
    for (active, name) in slow.iter_mut().zip(names) {
        active.insert(name, name).expect("room");
    }
    server.store.take_calls();
    for (place, active) in slow.into_iter().enumerate() {
        let closed = server.close(active);
        assert_eq!((closed.outcome, closed.set_cookie), (Outcome::Updated, None));
        let steps = if place == 0 { 1 } else { 3 };
        assert_eq!(closed.steps.len(), steps, "update, and after a conflict load and update");
    }
    assert!(server.store.take_calls().contains(&Call::Reload), "past caches");
    let found = server.request(&mut browser, all).value;
    assert_eq!(
        found,
        pairs(&[("a", "a"), ("b", "b"), ("c", "c"), ("d", "d"), ("e", "e"), ("shared", "first")])
    );
}

// promise: L6
#[test]
fn changes_are_made_again_key_by_key() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    server
        .request(&mut browser, |active| {
            for key in ["removed", "rewritten", "overwritten", "untouched"] {
                active.insert(key, "old")?;
            }
            Ok::<_, sansession::WriteError>(())
        })
        .value
        .expect("room");
    let mut slow = server.open(&mut browser);
    assert!(slow.remove("removed") && slow.remove("rewritten"));
    slow.insert("rewritten", "by slow").expect("room");
    slow.insert("overwritten", "by slow").expect("room");
    slow.insert("brief", "by slow").expect("room");
    assert!(slow.remove("brief"));
    server
        .request(&mut browser, |active| {
            for key in ["removed", "overwritten", "untouched", "brief"] {
                active.insert(key, "by quick")?;
            }
            Ok::<_, sansession::WriteError>(())
        })
        .value
        .expect("room");
    assert_eq!(server.close(slow).outcome, Outcome::Updated);
    let found = server.request(&mut browser, all).value;
    let kept = [("overwritten", "by slow"), ("rewritten", "by slow"), ("untouched", "by quick")];
    assert_eq!(found, pairs(&kept));
}

// promise: L6
#[test]
fn clear_is_made_again_before_the_writes_that_came_after_it() {
    let server = Server::new(CONFIG);
    let mut browser = with_shared(&server);
    let mut slow = server.open(&mut browser);
    slow.insert("before", "clear").expect("room");
    slow.clear();
    slow.insert("after", "clear").expect("room");
    server
        .request(&mut browser, |active| {
            active.insert("quick", "too").and_then(|()| active.flash("note", "stays"))
        })
        .value
        .expect("room");
    server.close(slow);
    let found = server.request(&mut browser, |active| (all(active), note(active))).value;
    assert_eq!(found, (pairs(&[("after", "clear")]), Some("stays".into())));
}

// promise: L6
#[test]
fn flash_of_parallel_requests_is_merged() {
    let server = Server::new(CONFIG);
    let mut browser = with_shared(&server);
    let mut slow = server.open(&mut browser);
    slow.flash("slow", "message").expect("room");
    server.request(&mut browser, |active| active.flash("quick", "message")).value.expect("room");
    server.close(slow);
    let keys = server
        .request(&mut browser, |active| active.flash_keys().map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(keys.value, ["quick", "slow"]);
}

/// Closes an exchange by hand, with `meanwhile` between each reload and the update after it.
fn close_losing(
    server: &Server,
    active: Exchange,
    mut meanwhile: impl FnMut(),
) -> (Outcome, Vec<&'static str>) {
    let Ok(mut end) = server.sessions.finish(
        active,
        Ending::Answered,
        server.now(),
        &mut *server.dice.borrow_mut(),
    );
    let mut steps = Vec::new();
    loop {
        let mut closing = match end {
            End::Done(reply) => return (reply.outcome(), steps),
            End::Step(closing) => closing,
        };
        if matches!(closing.step(), Step::Update { .. }) {
            steps.push("update");
            meanwhile();
        } else {
            steps.push("load");
        }
        let ack = answer(&server.store, &mut closing);
        end = closing.handle(&server.sessions, ack);
    }
}

// promise: L6
#[test]
fn a_request_that_always_loses_gives_up_after_the_stated_tries() {
    for retries in [0, 1, 3] {
        let server = Server::new(CONFIG.retries(retries));
        let mut browser = with_shared(&server);
        let mut slow = server.open(&mut browser);
        slow.insert("slow", "write").expect("room");
        let mut count = 0;
        let (outcome, steps) = close_losing(&server, slow, || {
            count += 1;
            server
                .request(&mut browser, |active| active.insert("quick", &count))
                .value
                .expect("room");
        });
        assert_eq!(outcome, Outcome::Conflict);
        assert_eq!(steps.len(), 2 * usize::from(retries) + 1);
        let keys = server
            .request(&mut browser, |active| active.keys().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(keys.value, ["quick", "shared"]);
    }
}

// promise: L6
#[test]
fn a_soft_step_that_always_loses_is_dropped_without_an_error() {
    let server = Server::new(CONFIG.retries(2).renew(minutes(60), minutes(1)));
    let mut browser = with_shared(&server);
    server.request(&mut browser, |active| active.flash("note", "message")).value.expect("room");
    let slow = server.open(&mut browser);
    let mut count = 0;
    let (outcome, steps) = close_losing(&server, slow, || {
        count += 1;
        let mut writer = server.open(&mut browser);
        writer.reflash().expect("room");
        writer.insert("quick", &count).expect("room");
        server.close(writer);
    });
    assert_eq!((outcome, steps.len()), (Outcome::Unchanged, 5));
}

// promise: L6
#[test]
fn the_wait_before_each_new_try_is_counted_from_one() {
    let server = Server::new(CONFIG);
    let mut browser = with_shared(&server);
    let mut slow = server.open(&mut browser);
    slow.insert("slow", "write").expect("room");
    server.request(&mut browser, |active| active.insert("quick", "write")).value.expect("room");
    let mut waits = Vec::new();
    let closed =
        server.try_close(slow, Ending::Answered, |attempt| waits.push(attempt)).expect("an answer");
    assert_eq!((closed.outcome, waits), (Outcome::Updated, vec![1]));
    assert_eq!(closed.steps, [StepName::Update, StepName::Load, StepName::Update]);
}

// promise: L6
#[test]
fn changes_are_refused_when_the_presented_id_is_no_longer_good() {
    let renewed = CONFIG.renew(minutes(60), minutes(1));
    // Regenerated meanwhile, expired meanwhile, and out of its grace meanwhile.
    let server = Server::new(renewed);
    let mut browser = with_shared(&server);
    let mut slow = server.open(&mut browser);
    slow.insert("slow", "write").expect("room");
    server.request(&mut browser, Exchange::regenerate);
    let refused = server.close(slow);
    assert_eq!((refused.outcome, refused.set_cookie), (Outcome::Gone, None));

    let mut slow = server.open(&mut browser);
    slow.insert("slow", "write").expect("room");
    server.request(&mut browser, |active| active.insert("quick", "write")).value.expect("room");
    server.pass(minutes(120));
    assert_eq!(server.close(slow).outcome, Outcome::Gone);

    let mut browser = with_shared(&server);
    let mut slow = server.open(&mut browser);
    slow.insert("slow", "write").expect("room");
    server.pass(minutes(60));
    server.visit(&mut browser);
    server.visit(&mut browser);
    server.pass(minutes(1));
    let refused = server.close(slow);
    assert_eq!((refused.outcome, refused.set_cookie), (Outcome::Obsolete, None));
}

// promise: L6
#[test]
fn a_login_that_lost_its_session_takes_only_its_own_writes_along() {
    let server = Server::new(CONFIG);
    let mut browser = with_shared(&server);
    let mut slow = server.open(&mut browser);
    slow.insert("own", "write").expect("room");
    slow.flash("note", "own").expect("room");
    slow.login("alice").expect("room");
    server.request(&mut browser.clone(), Exchange::regenerate);
    let login = server.close(slow);
    assert_eq!(login.steps, [StepName::Update, StepName::Load, StepName::Create]);
    server.deliver(&mut browser, &login);
    let found = server.request(&mut browser, |active| (all(active), note(active))).value;
    assert_eq!(found, (pairs(&[("own", "write")]), Some("own".into())));
    assert_eq!(server.store.rows().len(), 2);
}

// promise: L6
#[test]
fn invalidate_is_done_whatever_else_happened() {
    let server = Server::new(CONFIG);
    let mut browser = with_shared(&server);
    let mut slow = server.open(&mut browser);
    slow.invalidate();
    server.request(&mut browser.clone(), |active| active.login("alice")).value.expect("room");
    assert_eq!(server.close(slow).outcome, Outcome::Destroyed);
    assert!(server.store.rows().is_empty());
}
