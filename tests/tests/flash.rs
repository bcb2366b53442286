//! Flash messages: for the next request, once.

use sansession::{Ending, FlashMode, Outcome, WriteError};
use sansession_tests::{Browser, CONFIG, Call, Exchange, Handler, Server, minutes, note, text};

/// A browser with a session and a message that waits in it.
fn with_message(server: &Server) -> Browser {
    let mut browser = Browser::new();
    let answer = server.request(&mut browser, |active| active.flash("note", "saved"));
    assert_eq!((answer.value, answer.outcome), (Ok(()), Outcome::Created));
    browser
}

// promise: F1
#[test]
fn flash_is_shown_by_the_next_request_and_gone_after_it() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    let next = server.request(&mut browser, note);
    assert_eq!(next.value.as_deref(), Some("saved"));
    assert_eq!(next.outcome, Outcome::Updated);
    assert_eq!(server.request(&mut browser, note).value, None);
    assert!(server.store.only().1.record.windows(5).all(|bytes| bytes != b"saved"));
}

// promise: F1
#[test]
fn flash_cannot_be_read_in_the_request_that_sets_it() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let seen = server.request(&mut browser, |active| {
        active.flash("note", "saved").expect("room");
        (note(active), active.flash_keys().count())
    });
    assert_eq!(seen.value, (None, 0));
}

// promise: F1
#[test]
fn reading_again_in_the_same_request_gives_the_same_message() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    let twice = server.request(&mut browser, |active| (note(active), note(active)));
    assert_eq!(twice.value, (Some("saved".into()), Some("saved".into())));
}

// promise: F1
#[test]
fn flash_now_is_shown_in_this_request_and_stores_nothing() {
    let server = Server::new(CONFIG);
    let mut live = Browser::new();
    server.request(&mut live, |active| active.insert("key", &1)).value.expect("room");
    server.store.take_calls();
    for (browser, calls) in [(&mut Browser::new(), &[][..]), (&mut live, &[Call::Load])] {
        let answer = server.request(browser, |active| {
            active.flash_now("note", "at once").expect("room");
            note(active)
        });
        assert_eq!(answer.value.as_deref(), Some("at once"));
        assert_eq!((answer.outcome, answer.set_cookie), (Outcome::Unchanged, None));
        assert_eq!(server.store.take_calls(), calls);
    }
}

// promise: F1
#[test]
fn two_requests_in_parallel_may_both_show_a_message_and_the_store_drops_it_once() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    let (mut a, mut b) = (server.open(&mut browser), server.open(&mut browser));
    assert_eq!((note(&mut a), note(&mut b)), (Some("saved".into()), Some("saved".into())));
    assert_eq!(server.close(a).outcome, Outcome::Updated);
    let second = server.close(b);
    assert_eq!((second.outcome, second.set_cookie), (Outcome::Unchanged, None));
    assert_eq!(server.store.only().1.revision.get(), 2);
}

// promise: F2
#[test]
fn keep_leaves_one_message_for_another_request() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    server.request(&mut browser, |active| {
        active.flash("note", "saved").and_then(|()| active.flash("other", "gone")).expect("room");
    });
    let kept = server.request(&mut browser, |active| (active.keep("note"), active.keep("nothing")));
    assert_eq!(kept.value, (Ok(true), Ok(false)));
    let next = server.request(&mut browser, |active| (note(active), text(active.flashed("other"))));
    assert_eq!(next.value, (Some("saved".into()), None));
    assert_eq!(server.request(&mut browser, note).value, None);
}

// promise: F2
#[test]
fn keep_holds_whether_the_message_is_read_before_or_after() {
    for read_first in [true, false] {
        let server = Server::new(CONFIG);
        let mut browser = with_message(&server);
        server.request(&mut browser, |active| {
            let early = read_first.then(|| note(active));
            active.keep("note").expect("room");
            let late = (!read_first).then(|| note(active));
            assert_eq!(early.or(late).flatten().as_deref(), Some("saved"));
        });
        let next = server.request(&mut browser, note);
        assert_eq!(next.value.as_deref(), Some("saved"), "read before keep: {read_first}");
    }
}

// promise: F2
#[test]
fn reflash_leaves_all_messages_for_another_request() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    server.request(&mut browser, |active| {
        active.flash_now("shown", "too").expect("room");
        active.reflash()
    });
    let next = server.request(&mut browser, |active| {
        let mut keys: Vec<_> = active.flash_keys().map(str::to_owned).collect();
        keys.sort_unstable();
        (keys, note(active), text(active.flashed("shown")))
    });
    assert_eq!(next.value.0, ["note", "shown"]);
    assert_eq!((next.value.1.as_deref(), next.value.2), (Some("saved"), Some("too".into())));
    assert_eq!(server.request(&mut browser, |active| active.flash_keys().count()).value, 0);
}

// promise: F2
#[test]
fn keep_makes_a_message_shown_now_wait_for_the_next_request() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    server.request(&mut browser, |active| {
        active.flash_now("note", "twice").expect("room");
        active.keep("note")
    });
    assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("twice"));
}

// promise: F2
#[test]
fn discard_takes_back_what_this_request_left_and_uses_up_what_it_kept() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    let answer = server.request(&mut browser, |active| {
        active.keep("note").expect("room");
        active.flash("new", "message").expect("room");
        (active.discard("note"), active.discard("new"), active.discard("nothing"))
    });
    assert_eq!(answer.value, (true, true, false));
    assert_eq!(server.request(&mut browser, |active| active.flash_keys().count()).value, 0);
}

// promise: F3
#[test]
fn a_message_that_nobody_reads_is_used_up_by_the_next_request_that_opens_the_session() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    server.visit(&mut browser);
    assert_eq!(server.request(&mut browser, note).value, None);
}

// promise: F3
#[test]
fn a_message_waits_until_it_is_read_where_reading_uses_it_up() {
    let server = Server::new(CONFIG.flash(FlashMode::OnRead));
    let mut browser = with_message(&server);
    for _ in 0..3 {
        let visit = server.request(&mut browser, |active| active.flash_keys().count());
        assert_eq!((visit.value, visit.outcome), (1, Outcome::Unchanged));
    }
    assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("saved"));
    assert_eq!(server.request(&mut browser, note).value, None);
}

// promise: F3
#[test]
fn a_request_that_drops_its_exchange_uses_nothing_up() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    drop(server.open(&mut browser));
    let failed = server.request_as(&mut browser, Ending::Failed, note);
    assert_eq!((failed.value.as_deref(), failed.outcome), (Some("saved"), Outcome::Unchanged));
    assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("saved"));
}

// promise: F4
#[test]
fn using_a_message_up_leaves_a_newer_one_under_the_same_key() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    let mut slow = server.open(&mut browser);
    assert_eq!(note(&mut slow).as_deref(), Some("saved"));
    server.request(&mut browser, |active| active.flash("note", "newer"));
    let closed = server.close(slow);
    assert_eq!(closed.outcome, Outcome::Unchanged);
    assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("newer"));
}

// promise: F4
#[test]
fn keep_and_reflash_never_bring_back_what_another_request_used_up() {
    for all in [false, true] {
        let server = Server::new(CONFIG);
        let mut browser = with_message(&server);
        let mut slow = server.open(&mut browser);
        if all {
            slow.reflash().expect("room");
        } else {
            assert_eq!(slow.keep("note"), Ok(true));
        }
        slow.insert("write", &1).expect("room");
        server.visit(&mut browser);
        assert_eq!(server.close(slow).outcome, Outcome::Updated);
        assert_eq!(server.request(&mut browser, note).value, None, "reflash: {all}");
    }
}

// promise: F5
#[test]
fn flash_survives_regenerate_login_and_renewal() {
    let change: [Handler; 3] = [
        Exchange::regenerate,
        |active| active.login("alice").expect("room"),
        |active| active.set_lifetime(minutes(60), minutes(90)).expect("a lifetime"),
    ];
    for change in change {
        let server = Server::new(CONFIG);
        let mut browser = Browser::new();
        server.request(&mut browser, |active| active.insert("key", &1));
        let id = browser.cookie("__Host-session").map(str::to_owned);
        server.request(&mut browser, |active| {
            active.flash("note", "saved").expect("room");
            change(active);
        });
        assert_ne!(browser.cookie("__Host-session"), id.as_deref());
        assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("saved"));
    }
}

// promise: F5
#[test]
fn pending_flash_survives_a_regenerate_by_the_request_that_keeps_it() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    server.request(&mut browser, |active| {
        active.regenerate();
        active.keep("note")
    });
    assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("saved"));
}

// promise: F5
#[test]
fn invalidate_clears_flash() {
    let server = Server::new(CONFIG);
    let mut browser = with_message(&server);
    let left = server.request(&mut browser, |active| {
        active.flash("note", "left").and_then(|()| active.flash_now("shown", "now")).expect("room");
        active.invalidate();
        let left = active.flash_keys().count();
        active.insert("new", &1).expect("room");
        left
    });
    assert_eq!(left.value, 0);
    assert_eq!(server.request(&mut browser, note).value, None);
}

// promise: F5
#[test]
fn flash_and_data_have_name_spaces_of_their_own() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    server.request(&mut browser, |active| {
        active.insert("note", "data").and_then(|()| active.flash("note", "flash"))
    });
    let both = server.request(&mut browser, |active| {
        let keys = active.keys().count();
        active.clear();
        (keys, note(active), active.contains("note"))
    });
    assert_eq!(both.value, (1, Some("flash".into()), false));
}

// promise: F5
#[test]
fn flash_counts_against_the_same_capacity_as_data() {
    let server = Server::new(CONFIG).with_slot::<256>();
    let mut browser = Browser::new();
    let full = server.request(&mut browser, |active| {
        active.insert_str("data", &"x".repeat(30)).expect("room");
        (active.flash_str("note", &"y".repeat(30)), active.flash_str("note", "y"))
    });
    assert!(matches!(full.value.0, Err(WriteError::Full { needed, free }) if needed > free));
    assert_eq!(full.value.1, Ok(()));
    assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("y"));
}
