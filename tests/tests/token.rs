//! The token: one spelling, one cookie, one set of keys.

use sansession::{Config, Key, KeyRing, Verdict};
use sansession_tests::{Browser, CONFIG, MapStore, SECRET, Server, minutes, ring};

const NAME: &str = "__Host-session";

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    server.store.take_calls();
    browser
}

fn token(browser: &Browser) -> &str {
    browser.cookie(NAME).expect("a cookie")
}

/// What a server makes of one `Cookie` header.
fn verdict(server: &Server, header: &[u8]) -> Verdict {
    server.open_with([header]).expect("it opens").verdict()
}

fn header(value: impl AsRef<[u8]>) -> Vec<u8> {
    [b"__Host-session=", value.as_ref()].concat()
}

fn key(id: u8, secret: &[u8]) -> Key {
    Key::new(id, secret).expect("a strong key")
}

// promise: T1
#[test]
fn the_length_is_checked_before_anything_else() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    for len in (0..104).chain(105..400) {
        let text: String = token(&browser).chars().cycle().take(len).collect();
        assert_eq!(verdict(&server, &header(text)), Verdict::Malformed, "{len} characters");
    }
    let long = vec![b'A'; 20_000];
    assert_eq!(verdict(&server, &header(long)), Verdict::Malformed);
    assert_eq!(server.store.take_calls(), []);
}

// promise: T1
#[test]
fn nothing_is_taken_from_bytes_that_are_not_authentic() {
    // Times, form and ids of an authentic token mean nothing under a wrong tag: the verdict is always the same.
    let server = Server::new(CONFIG.browser_session());
    let good = token(&with_session(&server)).to_owned();
    server.pass(minutes(60 * 24 * 30));
    assert_eq!(verdict(&server, &header(&good)), Verdict::ExpiredAbsolute);
    for at in 0..62 {
        let digit = if good.as_bytes()[at] == b'A' { "B" } else { "A" };
        let edited = format!("{}{digit}{}", &good[..at], &good[at + 1..]);
        assert_eq!(verdict(&server, &header(edited)), Verdict::Forged, "character {at}");
    }
}

// promise: T2
#[test]
fn every_bit_of_the_tag_counts() {
    let server = Server::new(CONFIG);
    let good = token(&with_session(&server)).to_owned();
    // The tag is the last 32 of 78 bytes: two bits of character 61, and all from 62 on.
    for at in 62..104 {
        for bit in 0..6 {
            let edited = flip(&good, at, bit);
            assert_eq!(
                verdict(&server, &header(edited)),
                Verdict::Forged,
                "character {at}, bit {bit}"
            );
        }
    }
}

/// The token with one of the six bits of a character turned over.
fn flip(token: &str, at: usize, bit: u8) -> String {
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let value = digits.iter().position(|digit| *digit == token.as_bytes()[at]).expect("a digit");
    let flipped = char::from(digits[value ^ (1 << bit)]);
    format!("{}{flipped}{}", &token[..at], &token[at + 1..])
}

// promise: T3
#[test]
fn every_edit_of_one_character_is_rejected_without_a_store_read() {
    let server = Server::new(CONFIG);
    let good = token(&with_session(&server)).as_bytes().to_vec();
    for at in 0..good.len() {
        for byte in (0..=255).filter(|byte| *byte != good[at]) {
            let mut edited = good.clone();
            edited[at] = byte;
            let verdict = verdict(&server, &header(&edited));
            let digit = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            let expected = if digit { Verdict::Forged } else { Verdict::Malformed };
            assert_eq!(verdict, expected, "byte {byte:#04x} at {at}");
        }
    }
    assert_eq!(server.store.take_calls(), []);
    assert_eq!(verdict(&server, &header(&good)), Verdict::Resumed);
}

// promise: T3
#[test]
fn one_character_more_or_less_is_rejected() {
    let server = Server::new(CONFIG);
    let good = token(&with_session(&server)).as_bytes().to_vec();
    for at in 0..=good.len() {
        for byte in 0..=255 {
            // What the header itself takes off: white space around a value, and `;` that ends it.
            let ends = at == 0 || at == good.len();
            if ends && matches!(byte, b' ' | b'\t') || at == good.len() && byte == b';' {
                continue;
            }
            let mut longer = good.clone();
            longer.insert(at, byte);
            assert_eq!(
                verdict(&server, &header(&longer)),
                Verdict::Malformed,
                "{byte:#04x} at {at}"
            );
        }
        let mut shorter = good.clone();
        if at < good.len() {
            shorter.remove(at);
            assert_eq!(verdict(&server, &header(&shorter)), Verdict::Malformed);
        }
    }
    assert_eq!(server.store.take_calls(), []);
}

// promise: T3
#[test]
fn other_spellings_of_a_token_are_rejected() {
    let server = Server::new(CONFIG);
    let good = token(&with_session(&server)).to_owned();
    let percent = format!("%{:02X}{}", good.as_bytes()[0], &good[1..]);
    let swapped: String = good.chars().map(|c| if c == '-' { '+' } else { c }).collect();
    let others = [
        format!("{good}="),
        format!("{good}=="),
        format!("\"{good}\""),
        percent,
        good.to_lowercase(),
        good.to_uppercase(),
    ];
    for other in others {
        assert!(verdict(&server, &header(&other)) < Verdict::Unknown, "{other}");
    }
    assert!(swapped == good || verdict(&server, &header(swapped)) == Verdict::Malformed);
    assert_eq!(server.store.take_calls(), []);
}

// promise: T4
#[test]
fn a_token_of_another_cookie_audience_epoch_or_key_is_forged() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let same = KeyRing::new(key(1, SECRET));
    let others: [(&str, Config, KeyRing); 6] = [
        ("cookie name", CONFIG.cookie_name("__Host-other"), same.clone()),
        ("prefix of the name", CONFIG.cookie_name("__Host-sessio"), same.clone()),
        ("audience", CONFIG.audience("other"), same.clone()),
        ("epoch", CONFIG.epoch(1), same),
        ("secret", CONFIG, KeyRing::new(key(1, b"another secret of at least 32 byte"))),
        ("key id", CONFIG, KeyRing::new(key(2, SECRET))),
    ];
    for (name, config, keys) in others {
        let other = Server::over(config, &keys, MapStore::new());
        let header =
            format!("__Host-session={0}; __Host-other={0}; __Host-sessio={0}", token(&browser));
        assert_eq!(verdict(&other, header.as_bytes()), Verdict::Forged, "{name}");
        assert_eq!(other.store.take_calls(), [], "{name}");
    }
}

// promise: T4
#[test]
fn parts_of_the_context_cannot_be_moved_into_one_another() {
    // Without length prefixes these two would authenticate the same bytes.
    let one = CONFIG.cookie_name("__Host-a").audience("bc");
    let two = CONFIG.cookie_name("__Host-ab").audience("c");
    let server = Server::new(one);
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("key", &1)).value.expect("room");
    let moved = format!("__Host-ab={}", browser.cookie("__Host-a").expect("a cookie"));
    assert_eq!(verdict(&Server::new(two), moved.as_bytes()), Verdict::Forged);
}

// promise: T4
#[test]
fn a_csrf_token_and_a_guest_id_are_no_session_id() {
    let server = Server::new(CONFIG);
    let mut browser = Browser::new();
    let csrf = server.request(&mut browser, |active| server.csrf(active).to_string()).value;
    let padded = format!("{csrf}{}", &csrf[..17]);
    assert_eq!(verdict(&server, &header(padded)), Verdict::Forged);
    assert_eq!(verdict(&server, &header(token(&browser))), Verdict::None);
    assert_eq!(server.store.take_calls(), []);
}

// promise: T6
#[test]
fn a_token_past_its_own_deadline_costs_no_store_read() {
    let server = Server::new(CONFIG.browser_session().absolute(minutes(60)));
    let mut browser = with_session(&server);
    server.pass(minutes(60));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::ExpiredAbsolute);
    assert_eq!(server.store.take_calls(), []);
}

// promise: T6
#[test]
fn a_new_epoch_ends_every_token_at_once() {
    let server = Server::new(CONFIG);
    let mut browsers = [with_session(&server), with_session(&server)];
    let server = server.restart(CONFIG.epoch(1), &ring());
    for browser in &mut browsers {
        assert_eq!(server.visit(browser).verdict, Verdict::Forged);
    }
    let mut new = with_session(&server);
    assert_eq!(server.visit(&mut new).verdict, Verdict::Resumed);
}
