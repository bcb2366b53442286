//! Deadlines, the time of last use, clocks that are wrong, and sweeping.

use core::time::Duration;

use sansession::{Config, ConfigError, Outcome, Timestamp, Verdict};
use sansession_store::{StepName, Store};
use sansession_tests::{
    Browser, CONFIG, Call, Dice, Exchange, MILLI, Server, almost, minutes, ring,
};

/// Idle one hour, absolute three hours, in a cookie that the browser itself never lets expire.
const SHORT: Config =
    CONFIG.idle(minutes(60)).absolute(minutes(180)).touch_share(0).browser_session();

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    browser
}

// promise: L7
#[test]
fn a_session_is_expired_at_its_idle_deadline_and_not_a_millisecond_before() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    server.pass(almost(minutes(60)));
    assert_eq!(server.peek(&browser, |active| active.verdict()), Verdict::Resumed);
    server.pass(MILLI);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredIdle);
}

// promise: L7
#[test]
fn a_session_is_expired_at_its_absolute_deadline_however_busy_it_was() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    for _ in 0..5 {
        server.pass(minutes(30));
        assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
    }
    server.pass(almost(minutes(30)));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
    server.pass(MILLI);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredAbsolute);
}

// promise: L7
#[test]
fn deadlines_hold_without_any_sweep_and_under_a_later_configuration() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    let longer = Config::new().idle(minutes(600)).absolute(minutes(6000)).browser_session();
    let server = server.restart(longer, &ring());
    server.pass(minutes(60));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredIdle);
    assert_eq!(server.store.rows().len(), 1);
}

// promise: L7
#[test]
fn the_record_holds_the_absolute_deadline_by_itself() {
    // The token of an id in its grace has the old deadline; the record has been shortened since.
    let server = Server::new(SHORT.renew(minutes(10), minutes(30)));
    let mut browser = with_session(&server);
    let mut old = browser.clone();
    server.pass(minutes(10));
    server
        .request(&mut browser, |active| active.set_lifetime(minutes(60), minutes(15)))
        .value
        .expect("a lifetime");
    server.pass(minutes(5));
    assert_eq!(server.visit(&mut old).verdict, Verdict::ExpiredAbsolute);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredAbsolute);
}

// promise: L7
#[test]
fn neither_renew_nor_regenerate_moves_the_absolute_deadline_and_login_starts_a_new_one() {
    let server = Server::new(SHORT.renew(minutes(10), minutes(1)));
    let mut browser = with_session(&server);
    let start = server.now();
    let deadline =
        |browser: &Browser| server.peek(browser, |active| active.deadline()).expect("a session");
    server.pass(minutes(10));
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Rotated);
    assert_eq!(deadline(&browser), start.after(minutes(180)));
    server.request(&mut browser, Exchange::regenerate);
    assert_eq!(deadline(&browser), start.after(minutes(180)));
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    assert_eq!(deadline(&browser), start.after(minutes(190)));
    assert_eq!(server.peek(&browser, |active| active.created()), Some(server.now()));
}

// promise: L7
#[test]
fn a_lifetime_of_its_own_stays_over_logins_and_reaches_the_browser() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    let set = server.request(&mut browser, |active| active.set_lifetime(minutes(5), minutes(20)));
    assert!(set.value.is_ok() && set.set_cookie.is_some());
    server.pass(minutes(4));
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    server.pass(minutes(4));
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    let deadline = server.peek(&browser, |active| active.deadline());
    assert_eq!(deadline, Some(server.now().after(minutes(20))));
    server.pass(minutes(5));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredIdle);
}

// promise: L7
#[test]
fn a_login_takes_the_time_outs_that_are_configured_by_then() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    let server = server.restart(SHORT.idle(minutes(90)).absolute(minutes(600)), &ring());
    server.pass(minutes(10));
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    let deadline = server.peek(&browser, |active| active.deadline());
    assert_eq!(deadline, Some(server.now().after(minutes(600))));
    assert_eq!(server.store.only().1.expires, server.now().after(minutes(90)));
}

// promise: L7
#[test]
fn a_lifetime_set_before_the_first_write_holds_from_the_start() {
    let server = Server::new(SHORT);
    let mut browser = Browser::new();
    server
        .request(&mut browser, |active| {
            active.set_lifetime(minutes(2), minutes(9)).expect("a lifetime");
            active.insert("key", &1)
        })
        .value
        .expect("room");
    assert_eq!(
        server.peek(&browser, |active| active.deadline()),
        Some(server.now().after(minutes(9)))
    );
    // It is the session's own, as one that is set later.
    server.pass(minutes(1));
    server.request(&mut browser, |active| active.login("alice")).value.expect("room");
    let deadline = server.peek(&browser, |active| active.deadline());
    assert_eq!(deadline, Some(server.now().after(minutes(9))));
    server.pass(minutes(2));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredIdle);
}

// promise: L7
#[test]
fn a_lifetime_below_a_millisecond_is_refused() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    for (idle, absolute) in [(Duration::ZERO, minutes(1)), (minutes(1), Duration::from_micros(999))]
    {
        let answer = server.request(&mut browser, |active| active.set_lifetime(idle, absolute));
        assert_eq!((answer.value, answer.set_cookie), (Err(ConfigError::Lifetime), None));
    }
}

// promise: L7
#[test]
fn a_session_whose_deadline_passes_while_the_handler_runs_takes_no_more_writes() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    let (mut writer, reader) = (server.open(&mut browser), server.open(&mut browser));
    writer.insert("key", &2).expect("room");
    let before = server.store.only();
    server.pass(minutes(180));
    assert_eq!(server.close(writer).outcome, Outcome::Gone);
    assert_eq!(server.close(reader).outcome, Outcome::Unchanged);
    assert_eq!(server.store.only(), before);
}

// promise: L8
#[test]
fn times_beyond_the_last_saturate_and_deadlines_never_wrap() {
    let forever = CONFIG.idle(Duration::MAX).absolute(Duration::MAX).browser_session();
    let server = Server::new(forever);
    let mut browser = with_session(&server);
    let deadline = server.peek(&browser, |active| active.deadline());
    assert_eq!(deadline, Some(Timestamp::MAX));
    server.pass(minutes(60 * 24 * 365 * 100));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
    server.set_clock(Timestamp::MAX);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredAbsolute);
    assert_eq!(Timestamp::from_millis(u64::MAX), Timestamp::MAX);
    assert_eq!(Timestamp::from_secs(u64::MAX), Timestamp::MAX);
}

// promise: L8
#[test]
fn a_token_issued_beyond_the_skew_in_the_future_is_unknown() {
    let server = Server::new(SHORT.skew(minutes(1)));
    let issued = server.now();
    server.set_clock(issued.after(minutes(10)));
    let mut browser = with_session(&server);
    server.set_clock(issued.after(minutes(9)));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
    server.store.take_calls();
    server.set_clock(issued.after(almost(minutes(9))));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Unknown);
    assert_eq!(server.store.take_calls(), []);
}

// promise: L8
#[test]
fn a_record_from_the_future_is_good_and_is_clamped_to_now() {
    let server = Server::new(SHORT.skew(minutes(600)));
    let now = server.now();
    server.set_clock(now.after(minutes(30)));
    let mut browser = with_session(&server);
    server.set_clock(now);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
    assert_eq!(
        server.request(&mut browser, |active| active.insert("key", &2)).outcome,
        Outcome::Updated
    );
    // It is not idle before its time, counted from now; and the store never lowers what it keeps.
    assert_eq!(server.store.only().1.seen, now.after(minutes(30)));
    server.pass(minutes(60));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: L8
#[test]
fn a_lifetime_of_a_session_from_the_future_counts_from_now() {
    let server = Server::new(SHORT.skew(minutes(600)));
    let now = server.now();
    server.set_clock(now.after(minutes(30)));
    let mut browser = with_session(&server);
    server.set_clock(now);
    let set = server.request(&mut browser, |active| active.set_lifetime(minutes(5), minutes(20)));
    assert_eq!(set.value, Ok(()));
    let deadline = server.peek(&browser, |active| active.deadline());
    assert_eq!(deadline, Some(now.after(minutes(20))));
}

// promise: L8
#[test]
fn a_clock_that_counts_from_zero_works() {
    let server = Server::new(SHORT);
    server.set_clock(Timestamp::ZERO);
    let mut browser = with_session(&server);
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
    server.pass(minutes(60));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredIdle);
}

// promise: L9
#[test]
fn use_is_recorded_only_after_its_share_of_the_idle_time() {
    let server = Server::new(SHORT.touch_share(10));
    let mut browser = with_session(&server);
    let (start, before) = (server.now(), server.store.only().1);
    server.pass(almost(minutes(6)));
    assert_eq!(server.visit(&mut browser).steps, []);
    server.pass(MILLI);
    let touch = server.visit(&mut browser);
    assert_eq!((touch.outcome, touch.steps), (Outcome::Touched, vec![StepName::Touch]));
    assert_eq!(touch.set_cookie, None);
    let (_, after) = server.store.only();
    assert_eq!((&after.record, after.revision), (&before.record, before.revision));
    assert_eq!(after.seen, start.after(minutes(6)));
    assert_eq!(after.expires, start.after(minutes(66)));
}

// promise: L9
#[test]
fn a_touch_slides_the_idle_deadline_and_never_the_absolute_one() {
    let server = Server::new(SHORT.touch_share(10));
    let mut browser = with_session(&server);
    let start = server.now();
    for _ in 0..3 {
        server.pass(minutes(55));
        assert_eq!(server.visit(&mut browser).outcome, Outcome::Touched);
    }
    assert_eq!(server.store.only().1.expires, start.after(minutes(180)));
}

// promise: L9
#[test]
fn an_older_touch_that_comes_late_does_not_lower_seen() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    let slow = server.open(&mut browser);
    let start = server.now();
    server.pass(minutes(30));
    server.visit(&mut browser);
    server.set_clock(start);
    server.close(slow);
    assert_eq!(server.store.only().1.seen, start.after(minutes(30)));
}

// promise: L9
#[test]
fn a_write_records_the_use_without_a_touch() {
    let server = Server::new(SHORT);
    let mut browser = with_session(&server);
    server.pass(minutes(30));
    let write = server.request(&mut browser, |active| active.insert("key", &2));
    assert_eq!(write.steps, [StepName::Update]);
    assert_eq!(server.store.only().1.seen, server.now());
}

// promise: L13
#[test]
fn the_sampled_share_of_requests_asks_for_a_sweep_without_randomness() {
    for (per_mille, least, most) in
        [(0, 0, 0), (20, 150, 250), (500, 4700, 5300), (1000, 10_000, 10_000)]
    {
        let server = Server::new(
            SHORT.idle(minutes(10_000)).absolute(minutes(10_000)).sweep_share(per_mille),
        );
        let mut browser = with_session(&server);
        let throws = server.dice.borrow().throws();
        let mut traffic = Dice::new(13);
        let asked = (0..10_000).filter(|_| {
            server.pass(Duration::from_millis(traffic.below(1000)));
            server.visit(&mut browser).sweep
        });
        let asked = asked.count();
        assert!((least..=most).contains(&asked), "{asked} of 10,000 at {per_mille} per mille");
        assert_eq!(server.dice.borrow().throws(), throws);
    }
}

// promise: L13
#[test]
fn a_sweep_takes_expired_records_in_bounded_portions_and_no_others() {
    let server = Server::new(SHORT);
    for _ in 0..5 {
        with_session(&server);
    }
    server.pass(minutes(59));
    let mut living = with_session(&server);
    server.pass(minutes(1));
    let sweep = |limit| {
        let Ok(swept) = pollster::block_on(server.store.sweep(server.now(), limit));
        swept
    };
    assert_eq!((sweep(3), sweep(3), sweep(3)), (3, 2, 0));
    assert_eq!(server.visit(&mut living).verdict, Verdict::Resumed);
    assert_eq!(server.store.take_calls().last(), Some(&Call::Touch));
}
