//! The token of a carried session: what is accepted, what can be seen in it, and how long it gets.

use sansession::{
    Begin, Config, Ending, Sealed, Sessions, Signed, Slot, Timestamp, Verdict, WriteError,
};
use sansession_tests::{
    Browser, CONFIG, Carrier, Dice, Emitted, Kind, Server, ring, sessions, text,
};

const NAME: &str = "__Host-session";
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ .%";

fn token<K: Kind>(config: Config, name: &str) -> String {
    let (server, mut browser) = (Carrier::<K>::new(config), Browser::new());
    server.request(&mut browser, |active| active.insert_str("colour", "blue").expect("room"));
    browser.cookie(name).expect("set").to_owned()
}

fn verdict<K: Kind>(server: &Carrier<K>, name: &str, value: &str) -> Verdict {
    server.open_with([format!("{name}={value}").as_bytes()]).verdict()
}

fn every_edit_is_refused<K: Kind>() {
    let (server, good) = (Carrier::<K>::new(CONFIG), token::<K>(CONFIG, NAME));
    assert_eq!(verdict(&server, NAME, &good), Verdict::Resumed);
    let refused = |value: &str| {
        let verdict = verdict(&server, NAME, value);
        assert!(matches!(verdict, Verdict::Malformed | Verdict::Forged), "{verdict}: {value}");
    };
    for place in 0..good.len() {
        for other in ALPHABET.iter().filter(|other| **other != good.as_bytes()[place]) {
            let mut edited = good.clone().into_bytes();
            edited[place] = *other;
            // White space around a value belongs to the header.
            if !(*other == b' ' && [0, good.len() - 1].contains(&place)) {
                refused(std::str::from_utf8(&edited).expect("ASCII"));
            }
        }
        refused(&good[..place]);
        refused(&good[place + 1..]);
    }
    for more in ["A", "AA", "AAA", "AAAA", "=", "=="] {
        refused(&format!("{good}{more}"));
        refused(&format!("{more}{good}"));
    }
}

// promise: T3
#[test]
fn every_edit_of_a_signed_token_is_refused() {
    every_edit_is_refused::<Signed>();
}

// promise: T3
#[test]
fn every_edit_of_a_sealed_token_is_refused() {
    every_edit_is_refused::<Sealed>();
}

fn the_context_counts<K: Kind>() {
    let for_a = token::<K>(CONFIG.cookie_name("a"), "a");
    for (config, name) in [
        (CONFIG.cookie_name("b"), "b"),
        (CONFIG.cookie_name("a").audience("x"), "a"),
        (CONFIG.cookie_name("a").epoch(1), "a"),
    ] {
        assert_eq!(verdict(&Carrier::<K>::new(config), name, &for_a), Verdict::Forged);
    }
    let same = Carrier::<K>::new(CONFIG.cookie_name("a"));
    assert_eq!(verdict(&same, "a", &for_a), Verdict::Resumed);
}

// promise: T4, T6
#[test]
fn a_token_is_good_for_its_cookie_audience_and_epoch_only() {
    the_context_counts::<Signed>();
    the_context_counts::<Sealed>();
}

fn takes_only<K: Kind>(good: &str, others: [&str; 2]) {
    let server = Carrier::<K>::new(CONFIG);
    assert_eq!(verdict(&server, NAME, good), Verdict::Resumed);
    assert!(others.iter().all(|other| verdict(&server, NAME, other) < Verdict::Unknown));
}

// promise: T5
#[test]
fn no_transport_takes_the_tokens_of_another() {
    let (signed, sealed) = (token::<Signed>(CONFIG, NAME), token::<Sealed>(CONFIG, NAME));
    let stored = {
        let (server, mut browser) = (Server::new(CONFIG), Browser::new());
        server.request(&mut browser, |active| active.insert_str("a", "b").expect("room"));
        browser.cookie(NAME).expect("set").to_owned()
    };
    takes_only::<Signed>(&signed, [&sealed, &stored]);
    takes_only::<Sealed>(&sealed, [&signed, &stored]);
    for other in [&signed, &sealed] {
        let mut slot = Slot::<[u8; 512]>::new();
        let header = format!("{NAME}={other}");
        let begin = sessions(CONFIG).begin([header.as_bytes()], Timestamp::ZERO, slot.erase());
        assert!(matches!(begin, Begin::Ready(active) if active.verdict() < Verdict::Unknown));
    }
}

/// base64url, decoded by a reader that shares no code with the core.
fn raw(token: &str) -> Vec<u8> {
    sansession_tests::decode(token)
}

fn shows(token: &str, needle: &[u8]) -> bool {
    raw(token).windows(needle.len()).any(|window| window == needle)
}

// promise: T5
#[test]
fn a_signed_token_can_be_read_and_a_sealed_one_cannot() {
    let (signed, sealed) = (token::<Signed>(CONFIG, NAME), token::<Sealed>(CONFIG, NAME));
    for needle in [&b"colour"[..], b"blue"] {
        assert!(shows(&signed, needle) && !shows(&sealed, needle));
    }
    assert_eq!((raw(&signed)[0], raw(&sealed)[0]), (0x13, 0x14));
}

// promise: T11
#[test]
fn every_sealed_token_has_a_nonce_of_192_random_bits() {
    let (server, mut browser) = (Carrier::<Sealed>::new(CONFIG), Browser::new());
    let mut nonces = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let before = server.dice.borrow().clone();
        server.request(&mut browser, |active| active.insert_str("a", "b").expect("room"));
        let raw = raw(browser.cookie(NAME).expect("set"));
        let nonce = raw[raw.len() - 40..raw.len() - 16].to_vec();
        // The first one comes after the id of the session.
        let mut drawn = before;
        let mut expected = [0; 24];
        if nonces.is_empty() {
            sansession::rand_core::TryRng::try_fill_bytes(&mut drawn, &mut [0; 32]).expect("dice");
        }
        sansession::rand_core::TryRng::try_fill_bytes(&mut drawn, &mut expected).expect("dice");
        assert_eq!(nonce, expected);
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 50);
}

/// Name and value of the cookie in a `Set-Cookie`.
fn cookie_len(set_cookie: &str) -> usize {
    let cookie = Emitted::parse(set_cookie).expect("it fits the grammar");
    cookie.name.len() + cookie.value.len()
}

/// The longest cookie that a session grows to, key by key, and one byte more is refused.
fn fill<K: Kind>(name: &'static str) -> usize {
    let config = CONFIG.insecure_http(name);
    let (server, mut browser) = (Carrier::<K>::new(config), Browser::new());
    server.request(&mut browser, |active| active.insert_str("a", "").expect("room"));
    let mut active = server.open(&mut browser);
    let full = active.insert_str("a", &"x".repeat(5000)).expect_err("more than a cookie");
    let WriteError::Full { needed, free } = full else { panic!("{full}") };
    // The entry: 4 bytes of overhead, 1 of key, 2 of length, and the text.
    assert_eq!(needed, 5007);
    let most = "x".repeat(free - 7);
    active.insert_str("a", &format!("{most}x")).expect_err("one byte too many");
    active.insert_str("a", &most).expect("as much as was said to be free");
    active.insert_str("b", "").expect_err("nothing is free");
    let answer = server.close_as(active, Ending::Answered);
    server.deliver(&mut browser, &answer);
    let read = server.request(&mut browser, |active| text(active.get("a")));
    assert_eq!(read.value, Some(most));
    cookie_len(&answer.set_cookie.expect("a cookie"))
}

// promise: T10
#[test]
fn a_cookie_of_4095_bytes_is_reached_and_never_passed() {
    for (name, longest) in [
        // 4094 characters of value, 4093, 4092; no bytes are written as 4093, so one less there.
        ("a", 4095),
        ("ab", 4094),
        ("abc", 4095),
        ("abcd", 4095),
        ("abcde", 4095),
    ] {
        assert_eq!(fill::<Signed>(name), longest, "{name}");
        assert_eq!(fill::<Sealed>(name), longest, "{name}");
    }
}

fn whatever_fits_is_sent<K: Kind, const N: usize>(seed: u64) {
    let mut dice = Dice::new(seed);
    let server = Carrier::<K>::new(CONFIG).with_slot::<N>();
    let mut browser = Browser::new();
    let (mut full, mut longest) = (0, 0);
    for _ in 0..60 {
        let answer = server.request(&mut browser, |active| {
            for _ in 0..dice.below(6) {
                let key = *dice.pick(&["a", "b", "c", "d", "note"]);
                let words = "w".repeat(usize::try_from(dice.below(1200)).expect("small"));
                let done = match dice.below(8) {
                    0 => {
                        active.remove(key);
                        Ok(())
                    }
                    1 => active.keep(key).map(drop),
                    2 => active.reflash(),
                    3 => active.flash_str(key, &words),
                    4 => active.login(&words[..words.len().min(200)]),
                    _ => active.insert_str(key, &words),
                };
                full += usize::from(matches!(done, Err(WriteError::Full { .. })));
            }
        });
        assert!(!answer.outcome.is_refusal(), "{}", answer.outcome);
        if let Some(set_cookie) = &answer.set_cookie {
            longest = longest.max(cookie_len(set_cookie));
        }
        assert!(matches!(answer.verdict, Verdict::Resumed | Verdict::None));
    }
    assert!(longest <= 4095 && full > 0, "{longest} {full}");
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: T10, F5
#[test]
fn what_was_taken_in_is_never_refused_afterwards() {
    for seed in 0..100 {
        whatever_fits_is_sent::<Signed, 6000>(seed);
        whatever_fits_is_sent::<Sealed, 6000>(seed);
        whatever_fits_is_sent::<Signed, 1500>(seed);
        whatever_fits_is_sent::<Sealed, 700>(seed);
    }
}

// promise: T1, T9
#[test]
fn a_cookie_for_larger_slots_is_malformed_to_a_small_one() {
    let (large, mut browser) = (Carrier::<Signed>::new(CONFIG), Browser::new());
    large.request(&mut browser, |active| {
        active.insert_str("a", &"x".repeat(500)).expect("room");
    });
    let small = Carrier::<Signed>::new(CONFIG).with_slot::<512>();
    assert_eq!(small.open(&mut browser).verdict(), Verdict::Malformed);
}

// promise: I6
#[test]
fn debug_shows_nothing_of_a_carried_session() {
    let sessions = Sessions::sealed(CONFIG, &ring()).expect("sound");
    let mut slot = Slot::<[u8; 6000]>::new();
    let now = Timestamp::from_secs(1_000_000);
    let mut active = sessions.begin([], now, slot.erase());
    active.insert_str("secret-key", "secret-value").expect("room");
    let opened = format!("{sessions:?} {active:?}");
    let reply = sessions.finish(active, Ending::Answered, now, &mut Dice::new(1)).expect("dice");
    let cookie = reply.set_cookie(&sessions).expect("a cookie");
    let shown = format!("{opened} {reply:?} {cookie:?}");
    let value = cookie.to_string();
    let value = value.split(['=', ';']).nth(1).expect("a value");
    assert!(!shown.contains("secret-") && !shown.contains(&value[..20]), "{shown}");
}
