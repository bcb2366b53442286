//! Capacity: what does not fit is refused where it is written, and nowhere later.

use sansession::{Outcome, WriteError};
use sansession_tests::{Browser, CONFIG, Call, Dice, Emitted, Exchange, Server};

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    server.store.take_calls();
    browser
}

// promise: T10
#[test]
fn a_write_that_does_not_fit_is_refused_where_it_is_made_and_changes_nothing() {
    let server = Server::new(CONFIG).with_slot::<256>();
    let mut browser = with_session(&server);
    let refused = server.request(&mut browser, |active| {
        let long = "x".repeat(200);
        let errors = [
            active.insert("key", long.as_str()),
            active.insert_str("new", &long),
            active.flash("note", long.as_str()),
            active.login(&long),
        ];
        (errors, active.get::<i32>("key"), active.keys().count(), active.principal().is_some())
    });
    let (errors, key, keys, bound) = refused.value;
    for error in errors {
        assert!(
            matches!(error, Err(WriteError::Full { needed, free }) if needed > 200 && free < needed)
        );
    }
    assert_eq!((key, keys, bound), (Ok(Some(1)), 1, false));
    assert_eq!((refused.outcome, refused.set_cookie), (Outcome::Unchanged, None));
}

// promise: T10
#[test]
fn what_free_says_fits_and_one_byte_more_does_not() {
    for len in 0..70_usize {
        let server = Server::new(CONFIG).with_slot::<256>();
        let mut browser = Browser::new();
        let answer =
            server.request(&mut browser, |active| active.insert_str("k", &"x".repeat(len)));
        // 128 bytes of record without 68 of header, 4 of entry, 1 of key, 1 of length prefix.
        assert_eq!(answer.value.is_ok(), len <= 54, "{len}: {:?}", answer.value);
        assert!(!answer.outcome.is_refusal());
    }
}

/// What the session holds counts for nothing, as another principal's login ends it.
// promise: T10, L2
#[test]
fn a_login_as_another_has_the_whole_record_and_is_refused_before_the_session_ends() {
    let server = Server::new(CONFIG).with_slot::<256>();
    let mut browser = Browser::new();
    let first = server.request(&mut browser, |active| {
        active.login("alice").and_then(|()| active.insert_str("key", &"x".repeat(40)))
    });
    assert_eq!(first.value, Ok(()));
    // 128 bytes of record without 68 of header and 4 of entry.
    let longest = "b".repeat(56);
    let refused = server.request(&mut browser, |active| {
        let error = active.login(&format!("{longest}b"));
        (error, active.principal() == Some("alice"), active.contains("key"))
    });
    assert_eq!(refused.value, (Err(WriteError::Full { needed: 61, free: 60 }), true, true));
    assert_eq!(refused.outcome, Outcome::Unchanged);
    let bound = server.request(&mut browser, |active| active.login(&longest));
    assert_eq!((bound.value, bound.outcome), (Ok(()), Outcome::Created));
    assert_eq!(server.store.only().1.principal.as_deref(), Some(longest.as_str()));
}

// promise: T10
#[test]
fn a_flash_message_that_leaves_is_free_room_for_the_next() {
    let server = Server::new(CONFIG).with_slot::<512>();
    let mut browser = Browser::new();
    // Two of them side by side would not fit.
    for _ in 0..3 {
        let notice =
            server.request(&mut browser, |active| active.flash_str("note", &"n".repeat(120)));
        assert_eq!((notice.value, notice.outcome.is_refusal()), (Ok(()), false));
        let other =
            server.request(&mut browser, |active| active.flash_str("else", &"e".repeat(120)));
        assert_eq!((other.value, other.outcome.is_refusal()), (Ok(()), false));
    }
}

// promise: T10
#[test]
fn no_mix_of_writes_that_were_taken_fails_later() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let server = Server::new(CONFIG).with_slot::<256>();
        let mut browser = Browser::new();
        for _ in 0..6 {
            let answer = server.request(&mut browser, |active| {
                for _ in 0..8 {
                    write_something(&mut dice, active);
                }
            });
            assert!(!answer.outcome.is_refusal(), "seed {seed}: {}", answer.outcome);
        }
    }
}

fn write_something(dice: &mut Dice, active: &mut Exchange) {
    let key = *dice.pick(&["a", "b", "c"]);
    let value = "v".repeat(usize::try_from(dice.below(30)).expect("small"));
    let _ = match dice.below(7) {
        0 | 1 => active.insert_str(key, &value),
        2 => active.flash_str(key, &value),
        3 => active.flash_now(key, value.as_str()),
        4 => active.reflash(),
        5 => active.keep(key).map(|_| ()),
        _ => active.login(key),
    };
}

// promise: T10
#[test]
fn the_longest_name_and_token_stay_within_what_browsers_keep() {
    const LONGEST: &str = "sixty-four-characters-is-as-long-as-the-name-of-a-cookie-may-be_";
    let server = Server::new(CONFIG.cookie_name(LONGEST));
    let mut browser = Browser::new();
    let answer = server.request(&mut browser, |active| active.insert("key", &1));
    let cookie = Emitted::parse(&answer.set_cookie.expect("a cookie")).expect("the grammar");
    assert_eq!(cookie.name.len(), 64);
    assert!(cookie.name.len() + cookie.value.len() <= 4095);
    assert_eq!(server.store.take_calls(), [Call::Create]);
}

// promise: T10
#[test]
fn parallel_growth_that_does_not_fit_stores_nothing_and_is_a_conflict() {
    let server = Server::new(CONFIG).with_slot::<512>();
    let mut browser = with_session(&server);
    let mut slow = server.open(&mut browser);
    slow.insert("slow", "s".repeat(100).as_str()).expect("room for one");
    server
        .request(&mut browser, |active| active.insert("quick", "q".repeat(100).as_str()))
        .value
        .expect("room");
    let before = server.store.only();
    let refused = server.close(slow);
    assert_eq!((refused.outcome, refused.set_cookie), (Outcome::Conflict, None));
    assert_eq!(server.store.only(), before);
}

/// A request can remove more names than its slot has room to remember. Alone that is well; after a conflict it could
/// only be made again in part.
// promise: L6
#[test]
fn changes_that_could_not_all_be_kept_are_never_made_again_in_part() {
    let server = Server::new(CONFIG).with_slot::<512>();
    let mut browser = with_session(&server);
    let many = |active: &mut Exchange| {
        for number in 0..20 {
            let name = format!("{number:02}{}", "x".repeat(60));
            active.insert(&name, &1).expect("room for one at a time");
            assert!(active.remove(&name));
        }
        active.insert("slow", &1).expect("room");
    };
    let mut slow = server.open(&mut browser);
    many(&mut slow);
    server.request(&mut browser, |active| active.insert("quick", &1)).value.expect("room");
    let before = server.store.only();
    assert_eq!(server.close(slow).outcome, Outcome::Conflict);
    assert_eq!(server.store.only(), before);

    let alone = server.request(&mut browser, many);
    assert_eq!(alone.outcome, Outcome::Updated);
}
