//! Sessions that the cookie carries: what they do like stored ones, and where they differ.

use sansession::rand_core::TryCryptoRng;
use sansession::{Config, Ending, Key, KeyRing, Outcome, Sealed, Signed, Timestamp, Verdict};
use sansession_tests::{
    Browser, CONFIG, Carrier, Delivered, Exchange, Kind, MILLI, NoDice, SECRET, almost, minutes,
    note, ring, text,
};

/// Each test for both kinds.
macro_rules! signed_and_sealed {
    ($($(#[$meta:meta])* fn $name:ident<$kind:ident: Kind>() $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            fn test<$kind: Kind>() $body

            #[test]
            fn signed() {
                test::<Signed>();
            }

            #[test]
            fn sealed() {
                test::<Sealed>();
            }
        }
    )*};
}

const NAME: &str = "__Host-session";
const OTHER: &[u8; 32] = b"vutsrqponmlkjihgfedcba9876543210";

fn set(key: &'static str, value: &'static str) -> impl Fn(&mut Exchange) {
    move |active| active.insert_str(key, value).expect("room")
}

fn read(key: &'static str) -> impl Fn(&mut Exchange) -> Option<String> {
    move |active| text(active.get(key))
}

/// A server, and a browser with a session that says `a` is `1`.
fn begun<K: Kind>(config: Config) -> (Carrier<K>, Browser) {
    let (server, mut browser) = (Carrier::new(config), Browser::new());
    assert_eq!(server.request(&mut browser, set("a", "1")).outcome, Outcome::Created);
    (server, browser)
}

fn quiet<R>(answer: &Delivered<R>) -> bool {
    answer.outcome == Outcome::Unchanged && answer.set_cookie.is_none()
}

signed_and_sealed! {
    // promise: L1, L10
    fn there_is_no_cookie_before_the_first_write<K: Kind>() {
        let (server, mut browser) = (Carrier::<K>::new(CONFIG), Browser::new());
        assert!(quiet(&server.request(&mut browser, read("a"))));
        assert!(quiet(&server.request(&mut Browser::with(NAME, "junk"), read("a"))));
        let taken_back = server.request(&mut browser, |active| {
            set("a", "1")(active);
            active.remove("a");
        });
        assert!(quiet(&taken_back));
    }

    // promise: L1
    fn what_was_written_is_there_and_reading_sends_nothing<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        let answer = server.request(&mut browser, read("a"));
        assert_eq!((answer.verdict, answer.value.as_deref()), (Verdict::Resumed, Some("1")));
        assert!(quiet(&answer));
        let answer = server.request(&mut browser, set("b", "2"));
        assert_eq!(answer.outcome, Outcome::Updated);
        let keys = server.request(&mut browser, |active| active.keys().collect::<String>());
        assert_eq!(keys.value, "ab");
    }

    // promise: F1, F3
    fn flash_is_shown_once<K: Kind>() {
        let (server, mut browser) = (Carrier::<K>::new(CONFIG), Browser::new());
        let set_now = |active: &mut Exchange| {
            active.flash_str("note", "saved").expect("room");
            note(active)
        };
        assert_eq!(server.request(&mut browser, set_now).value, None);
        let shown = server.request(&mut browser, note);
        assert_eq!((shown.value.as_deref(), shown.outcome), (Some("saved"), Outcome::Updated));
        assert_eq!(server.request(&mut browser, note).value, None);
    }

    // promise: F2, F5
    fn flash_is_kept_and_survives_a_new_id<K: Kind>() {
        let (server, mut browser) = (Carrier::<K>::new(CONFIG), Browser::new());
        server.request(&mut browser, |active| active.flash_str("note", "saved").expect("room"));
        server.request(&mut browser, |active| active.keep("note").expect("room"));
        server.request(&mut browser, |active| {
            active.reflash().expect("room");
            active.regenerate();
        });
        assert_eq!(server.request(&mut browser, note).value.as_deref(), Some("saved"));
    }

    // promise: L2, C1
    fn regenerate_and_login_keep_data_and_change_csrf_tokens<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        let before = server.request(&mut browser, |active| server.csrf(active)).value;
        let good = |browser: &mut Browser, token| {
            server.open(browser).verify_csrf(&server.sessions, token)
        };
        assert!(good(&mut browser, before.as_str()));
        let rotated = server.request(&mut browser, |active| {
            active.regenerate();
            server.csrf(active)
        });
        assert_eq!(rotated.outcome, Outcome::Rotated);
        assert!(!good(&mut browser, before.as_str()));
        assert!(good(&mut browser, rotated.value.as_str()));
        let login = server.request(&mut browser, |active| active.login("ann").expect("room"));
        assert_eq!(login.outcome, Outcome::Rotated);
        assert!(!good(&mut browser, rotated.value.as_str()));
        let (data, who) = server
            .request(&mut browser, |active| (read("a")(active), active.principal().map(str::to_owned)))
            .value;
        assert_eq!((data.as_deref(), who.as_deref()), (Some("1"), Some("ann")));
    }

    // promise: L2
    fn another_principal_starts_empty<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        server.request(&mut browser, |active| active.login("ann").expect("room"));
        let answer = server.request(&mut browser, |active| active.login("bob").expect("room"));
        assert_eq!(answer.outcome, Outcome::Created);
        assert_eq!(server.request(&mut browser, read("a")).value, None);
    }

    // promise: L4, H7
    fn logout_removes_the_cookie_and_what_follows_is_another_session<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        let token = server.request(&mut browser, |active| server.csrf(active)).value;
        let mut again = browser.clone();
        let answer = server.request(&mut browser, Exchange::invalidate);
        assert_eq!(answer.outcome, Outcome::Destroyed);
        assert!(answer.set_cookie.is_some_and(|cookie| cookie.contains("Max-Age=0")));
        assert_eq!(browser.cookie(NAME), None);
        assert!(quiet(&server.request(&mut browser, Exchange::invalidate)));

        let answer = server.request(&mut again, |active| {
            active.invalidate();
            set("b", "2")(active);
        });
        assert_eq!(answer.outcome, Outcome::Created);
        assert_eq!(server.request(&mut again, read("a")).value, None);
        assert!(!server.open(&mut again).verify_csrf(&server.sessions, token.as_str()));
    }

    // promise: L7
    fn both_deadlines_hold_to_the_millisecond<K: Kind>() {
        let config = CONFIG.idle(minutes(10)).absolute(minutes(15)).touch_share(100);
        let (server, mut browser) = begun::<K>(config);
        server.pass(almost(minutes(10)));
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Resumed);
        server.pass(MILLI);
        assert_eq!(server.open(&mut browser).verdict(), Verdict::ExpiredIdle);

        let (server, mut browser) = begun::<K>(config);
        server.pass(almost(minutes(10)));
        server.request(&mut browser, set("b", "2"));
        // As of a client that does not mind Max-Age.
        let header = format!("{NAME}={}", browser.cookie(NAME).expect("kept"));
        let verdict = || server.open_with([header.as_bytes()]).verdict();
        server.pass(minutes(5));
        assert_eq!(verdict(), Verdict::Resumed);
        server.pass(MILLI);
        assert_eq!(verdict(), Verdict::ExpiredAbsolute);
    }

    // promise: L9
    fn use_is_recorded_when_a_share_of_the_idle_time_has_passed<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG.idle(minutes(10)));
        server.pass(almost(minutes(1)));
        assert!(quiet(&server.visit(&mut browser)));
        server.pass(MILLI);
        let answer = server.visit(&mut browser);
        assert_eq!(answer.outcome, Outcome::Touched);
        server.pass(almost(minutes(10)));
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Resumed);
    }

    // promise: H7
    fn max_age_is_what_is_left_of_the_lifetime<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG.absolute(minutes(60)));
        server.pass(minutes(20));
        let answer = server.request(&mut browser, set("b", "2"));
        assert!(answer.set_cookie.is_some_and(|cookie| cookie.contains("; Max-Age=2400;")));
    }

    // promise: L7
    fn a_lifetime_of_its_own_stays_over_logins<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        let answer = server.request(&mut browser, |active| {
            active.set_lifetime(minutes(3), minutes(5)).expect("a lifetime");
        });
        assert_eq!(answer.outcome, Outcome::Updated);
        server.pass(minutes(2));
        server.request(&mut browser, |active| active.login("ann").expect("room"));
        server.pass(minutes(2));
        server.request(&mut browser, set("b", "2"));
        server.pass(almost(minutes(3)));
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Resumed);
        server.pass(MILLI);
        let header = format!("{NAME}={}", browser.cookie(NAME).expect("kept"));
        assert_eq!(server.open_with([header.as_bytes()]).verdict(), Verdict::ExpiredAbsolute);
    }

    // promise: L8
    fn a_clock_that_goes_back_kills_nothing_and_a_token_from_the_future_is_unknown<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG.skew(minutes(1)));
        let then = server.now();
        server.set_clock(Timestamp::from_millis(then.as_millis() - 60_000));
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Resumed);
        server.set_clock(Timestamp::from_millis(then.as_millis() - 60_001));
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Unknown);
    }

    // promise: L7, L15
    fn writes_to_a_session_that_ended_under_them_are_refused<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG.absolute(minutes(5)));
        let mut exchange = server.open(&mut browser);
        set("b", "2")(&mut exchange);
        server.pass(minutes(5));
        let answer = server.close_as(exchange, Ending::Answered);
        assert_eq!((answer.outcome, answer.set_cookie), (Outcome::Gone, None));
    }

    // promise: L16
    fn a_failed_request_can_only_log_out<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        let answer = server.request_as(&mut browser, Ending::Failed, |active| {
            set("a", "2")(active);
            active.flash_str("note", "saved").expect("room");
            active.login("ann").expect("room");
        });
        assert!(quiet(&answer));
        assert_eq!(server.request(&mut browser, read("a")).value.as_deref(), Some("1"));
        let answer = server.request_as(&mut browser, Ending::Failed, Exchange::invalidate);
        assert_eq!((answer.outcome, browser.cookie(NAME)), (Outcome::Destroyed, None));
    }

    // promise: T6
    fn a_new_epoch_ends_every_session<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG.epoch(1));
        let server = server.restart(CONFIG.epoch(2), &ring());
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Forged);
    }

    // promise: T7
    fn keys_roll_over_in_two_steps_without_a_logout<K: Kind>() {
        let key = |id, secret| Key::new(id, secret).expect("strong");
        let (old, new) = (key(1, SECRET), key(2, OTHER));
        let only_old = || KeyRing::new(old.clone());
        let (server, mut browser) = begun::<K>(CONFIG);
        // First every node knows the new key, then the nodes sign with it one by one.
        let both = KeyRing::new(old.clone()).and_next(new.clone()).expect("two keys");
        let server = server.restart(CONFIG, &both);
        assert!(quiet(&server.visit(&mut browser)));
        let signs_new = KeyRing::new(new.clone()).and_older(old.clone()).expect("two keys");
        let server = server.restart(CONFIG, &signs_new);
        // A request that only reads goes on with the old one.
        assert!(quiet(&server.request(&mut browser, read("a"))));
        let mut behind = browser.clone();
        server.request(&mut browser, set("b", "2"));
        let server = server.restart(CONFIG, &both);
        assert_eq!(server.request(&mut browser, read("b")).value.as_deref(), Some("2"));
        let server = server.restart(CONFIG, &signs_new);
        server.request(&mut browser, set("c", "3"));
        let server = server.restart(CONFIG, &KeyRing::new(new.clone()));
        assert_eq!(server.request(&mut browser, read("c")).value.as_deref(), Some("3"));
        assert_eq!(server.open(&mut behind).verdict(), Verdict::Forged);
        let server = server.restart(CONFIG, &only_old());
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Forged);
    }

    // promise: L11
    fn a_principals_cut_ends_its_sessions_and_no_others<K: Kind>() {
        let server = Carrier::<K>::new(CONFIG);
        let login = |who: &'static str| {
            let mut browser = Browser::new();
            server.request(&mut browser, |active| active.login(who).expect("room"));
            browser
        };
        let (mut ann, mut bob) = (login("ann"), login("bob"));
        // It was under way when she logged out everywhere, and its answer signs the session anew.
        let mut pending = server.open(&mut ann);
        set("a", "1")(&mut pending);
        server.pass(minutes(1));
        let cut = server.now();
        server.pass(minutes(1));
        let answer = server.close_as(pending, Ending::Answered);
        server.deliver(&mut ann, &answer);
        let verdict = |browser: &mut Browser| {
            let header = browser.header(server.now());
            let slot = Box::new(sansession::Slot::<[u8; 6000]>::new()) as Box<sansession::Slot>;
            let headers = header.iter().map(String::as_bytes);
            let not_before = |who: &str| (who == "ann").then_some(cut);
            let active = server.sessions.begin_unless(headers, server.now(), slot, not_before);
            (active.verdict(), active.principal().map(str::to_owned))
        };
        assert_eq!(verdict(&mut ann), (Verdict::Unknown, None));
        assert_eq!(verdict(&mut bob), (Verdict::Resumed, Some("bob".into())));
        let mut again = login("ann");
        assert_eq!(verdict(&mut again), (Verdict::Resumed, Some("ann".into())));
    }

    // promise: T12
    fn an_older_cookie_opens_the_session_as_it_was_until_its_deadline<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG.absolute(minutes(30)));
        let kept = format!("{NAME}={}", browser.cookie(NAME).expect("set"));
        server.request(&mut browser, set("a", "2"));
        server.request(&mut browser, Exchange::invalidate);
        let mut replayed = server.open_with([kept.as_bytes()]);
        assert_eq!(read("a")(&mut replayed).as_deref(), Some("1"));
        server.pass(minutes(30));
        assert_eq!(server.open_with([kept.as_bytes()]).verdict(), Verdict::ExpiredAbsolute);
    }

    // promise: L6
    fn of_two_answers_the_last_wins<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        let mut first = server.open(&mut browser);
        set("b", "2")(&mut first);
        server.request(&mut browser, set("c", "3"));
        let answer = server.close_as(first, Ending::Answered);
        server.deliver(&mut browser, &answer);
        let keys = server.request(&mut browser, |active| active.keys().collect::<String>());
        assert_eq!(keys.value, "ab");
    }

    // promise: C1, I3, L10
    fn a_csrf_token_without_a_session_has_a_cookie_that_opens_none<K: Kind>() {
        let (server, mut browser) = (Carrier::<K>::new(CONFIG), Browser::new());
        let answer = server.request(&mut browser, |active| server.csrf(active));
        assert_eq!(answer.outcome, Outcome::Guest);
        assert_eq!(server.open(&mut browser).verdict(), Verdict::None);
        assert!(server.open(&mut browser).verify_csrf(&server.sessions, answer.value.as_str()));
        assert!(quiet(&server.request(&mut browser, |active| server.csrf(active))));
        server.request(&mut browser, set("a", "1"));
        assert!(!server.open(&mut browser).verify_csrf(&server.sessions, answer.value.as_str()));
    }

    // promise: C1, L10
    fn an_idle_session_can_still_carry_a_csrf_token<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG.idle(minutes(10)));
        server.pass(minutes(10));
        let answer = server.request(&mut browser, |active| server.csrf(active));
        assert_eq!((answer.verdict, answer.outcome), (Verdict::ExpiredIdle, Outcome::Unchanged));
        assert!(server.open(&mut browser).verify_csrf(&server.sessions, answer.value.as_str()));
    }

    // promise: C1
    fn a_csrf_token_after_a_logout_stands_on_a_new_cookie<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        let answer = server.request(&mut browser, |active| {
            active.invalidate();
            server.csrf(active)
        });
        assert_eq!(answer.outcome, Outcome::Destroyed);
        assert_eq!(server.open(&mut browser).verdict(), Verdict::None);
        assert!(server.open(&mut browser).verify_csrf(&server.sessions, answer.value.as_str()));
    }

    // promise: H3
    fn junk_of_the_same_name_does_not_log_out<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        for junk in 0..7 {
            browser.plant(NAME, &"A".repeat(junk * 40));
        }
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Resumed);
        browser.plant(NAME, "junk");
        assert_eq!(server.open(&mut browser).verdict(), Verdict::Forged);
    }

    // promise: L11
    fn no_store_knows_it_and_the_revision_counts_signatures<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        for revision in 1..4 {
            let active = server.open(&mut browser);
            assert_eq!(active.handle(), None);
            assert_eq!(active.revision().map(sansession::Revision::get), Some(revision));
            server.request(&mut browser, set("a", "2"));
        }
    }

    // promise: I1, L15
    fn a_new_session_needs_randomness<K: Kind>() {
        let (server, mut browser) = (Carrier::<K>::new(CONFIG), Browser::new());
        let mut exchange = server.open(&mut browser);
        set("a", "1")(&mut exchange);
        assert!(server.try_close(exchange, Ending::Answered, &mut NoDice::after(0)).is_err());
    }

    // promise: I1, L4
    fn a_logout_needs_none_and_a_session_after_it_is_not_begun<K: Kind>() {
        let (server, mut browser) = begun::<K>(CONFIG);
        let mut exchange = server.open(&mut browser);
        exchange.invalidate();
        set("b", "2")(&mut exchange);
        let answer = server.try_close(exchange, Ending::Answered, &mut NoDice::after(0));
        let answer = answer.expect("a logout needs no randomness");
        assert_eq!(answer.outcome, Outcome::RngFailed);
        assert!(answer.set_cookie.is_some_and(|cookie| cookie.contains("Max-Age=0")));
    }
}

fn close_after_an_hour<K: Kind, R: TryCryptoRng>(
    handler: impl Fn(&mut Exchange),
    rng: &mut R,
) -> Result<(Outcome, bool), R::Error> {
    let (server, mut browser) = begun::<K>(CONFIG);
    server.pass(minutes(60));
    let mut exchange = server.open(&mut browser);
    handler(&mut exchange);
    let answer = server.try_close(exchange, Ending::Answered, rng)?;
    Ok((answer.outcome, answer.set_cookie.is_some()))
}

// promise: T11, L15
#[test]
fn a_sealed_session_needs_randomness_for_every_cookie() {
    let none = || NoDice::after(0);
    assert!(close_after_an_hour::<Sealed, _>(set("b", "2"), &mut none()).is_err());
    assert!(close_after_an_hour::<Sealed, _>(Exchange::regenerate, &mut none()).is_err());
    let touch = close_after_an_hour::<Sealed, _>(|_| {}, &mut none());
    assert_eq!(touch, Ok((Outcome::SoftFailed, false)));
}

// promise: I1
#[test]
fn a_signed_session_needs_none_for_the_next_cookie() {
    let none = || NoDice::after(0);
    let change = close_after_an_hour::<Signed, _>(set("b", "2"), &mut none());
    assert_eq!(change, Ok((Outcome::Updated, true)));
    let touch = close_after_an_hour::<Signed, _>(|_| {}, &mut none());
    assert_eq!(touch, Ok((Outcome::Touched, true)));
}
