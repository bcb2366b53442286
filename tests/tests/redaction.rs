//! What can be printed: no id, no key, no record.

use sansession::inspect::CookieHeaders;
use sansession::{Ack, Closing, End, Ending, Key, Slot, Step, StoreKey, Timestamp, Write};
use sansession_tests::{Answer, Browser, CONFIG, SECRET, Server, drive, id, load, ring};

const NAME: &str = "__Host-session";

/// What must never be seen: in clear, and as the list of numbers that a derived `Debug` makes of bytes.
struct Secrets(Vec<String>);

impl Secrets {
    fn add(&mut self, secret: &[u8]) {
        self.0.push(String::from_utf8_lossy(secret).into_owned());
        self.0.push(secret.iter().map(u8::to_string).collect::<Vec<_>>().join(", "));
    }

    fn check(&self, printed: impl AsRef<str>) {
        for secret in &self.0 {
            assert!(!printed.as_ref().contains(secret), "{secret:?} in {}", printed.as_ref());
        }
    }
}

fn with_session(server: &Server) -> (Browser, Secrets) {
    let mut browser = Browser::new();
    let answer: Answer<_> = server.request(&mut browser, |active| {
        active.insert("key", "hunter2").and_then(|()| active.flash("note", "hunter2"))
    });
    answer.value.expect("room");
    let mut secrets = Secrets(Vec::new());
    secrets.add(b"hunter2");
    secrets.add(SECRET);
    let token = browser.cookie(NAME).expect("a cookie");
    secrets.add(token.as_bytes());
    let (selector, verifier) = id(token);
    secrets.add(&selector);
    secrets.add(&verifier);
    secrets.add(&server.store.only().1.record[..16]);
    (browser, secrets)
}

fn step(closing: &mut Closing<&mut Slot>) -> String {
    let step = format!("{:?}", closing.step());
    format!("{step} {closing:?}")
}

// promise: I6
#[test]
fn configuration_and_keys_print_no_key() {
    let mut secrets = Secrets(Vec::new());
    secrets.add(SECRET);
    secrets.add(&SECRET[..8]);
    let server = Server::new(CONFIG);
    secrets.check(format!("{:?} {:?} {CONFIG:?}", server.sessions, ring()));
}

// promise: I6
#[test]
fn an_exchange_prints_no_id_and_no_record_in_any_state() {
    let server = Server::new(CONFIG);
    let (mut browser, secrets) = with_session(&server);
    let header = browser.header(server.now()).expect("a cookie");
    let mut slot = Slot::<[u8; 1024]>::new();
    let begin = server.sessions.begin([header.as_bytes()], server.now(), slot.erase());
    secrets.check(format!("{begin:?}"));
    let mut active = load(&server.sessions, &server.store, begin);
    secrets.check(format!("{active:?}"));
    active.insert("key", "hunter2, again").expect("room");
    let Ok(end) = server.sessions.finish(
        active,
        Ending::Answered,
        server.now(),
        &mut *server.dice.borrow_mut(),
    );
    secrets.check(format!("{end:?}"));
    let reply = drive(&server.store, &server.sessions, end);
    secrets.check(format!("{reply:?}"));
    secrets.check(format!("{slot:?}"));
}

// promise: I6
#[test]
fn a_step_prints_no_record() {
    let server = Server::new(CONFIG);
    let (mut browser, secrets) = with_session(&server);
    let header = browser.header(server.now()).expect("a cookie");
    let mut slot = Slot::<[u8; 1024]>::new();
    let begin = server.sessions.begin([header.as_bytes()], server.now(), slot.erase());
    let mut active = load(&server.sessions, &server.store, begin);
    active.insert("key", "hunter2, again").expect("room");
    let Ok(end) = server.sessions.finish(
        active,
        Ending::Answered,
        server.now(),
        &mut *server.dice.borrow_mut(),
    );
    let End::Step(mut closing) = end else { panic!("an update") };
    secrets.check(step(&mut closing));
    // The buffer of a reload still holds the record of the first try.
    let End::Step(mut closing) = closing.handle(&server.sessions, Ack::Conflict) else {
        panic!("a reload")
    };
    secrets.check(step(&mut closing));
}

// promise: I6
#[test]
fn a_cookie_and_a_csrf_token_print_no_token() {
    let server = Server::new(CONFIG);
    let (mut browser, mut secrets) = with_session(&server);
    let mut active = server.open(&mut browser);
    active.regenerate();
    let csrf = server.csrf(&mut active);
    secrets.add(csrf.as_str().as_bytes());
    let Ok(end) = server.sessions.finish(
        active,
        Ending::Answered,
        server.now(),
        &mut *server.dice.borrow_mut(),
    );
    let reply = drive(&server.store, &server.sessions, end);
    let cookie = reply.set_cookie(&server.sessions).expect("a cookie");
    browser.receive(&cookie.to_string(), server.now());
    secrets.add(browser.cookie(NAME).expect("a cookie").as_bytes());
    secrets.check(format!("{cookie:?} {reply:?} {csrf:?}"));
    let printed = "SetCookie { name: \"__Host-session\", removal: false, max_age: 604800, .. }";
    assert_eq!(format!("{cookie:?}"), printed);
}

// promise: I6
#[test]
fn errors_hold_numbers_and_no_content() {
    let server = Server::new(CONFIG).with_slot::<256>();
    let mut browser = Browser::new();
    let long = "hunter2".repeat(40);
    let long = long.as_str();
    let answer = server.request(&mut browser, |active| {
        active.insert("key", &1).expect("room");
        [
            active.insert("key", long),
            active.insert(long, "x"),
            active.flash("note", long),
            active.login(long),
        ]
        .map(|written| written.expect_err("too long").to_string())
    });
    assert_eq!(answer.value[0], "the session is full: 289 bytes needed, 60 free");
    assert_eq!(answer.value[1], "keys and principals have 1 to 255 bytes, this one 280");
    for error in answer.value {
        assert!(!error.contains("hunter2"), "{error}");
    }
    let other = server.peek(&browser, |active| active.get::<(i32, i32)>("key").err());
    let other = other.map(|error| error.to_string());
    assert_eq!(other.as_deref(), Some("the value is not of the type asked for"));
    server.store.tamper(|record| record[0] = 9);
    let error = server.try_open(&mut browser).expect_err("a newer record");
    assert_eq!(error.to_string(), "the stored session cannot be used here");
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("the record has version 9, which is newer than this"));
}

/// What is left when the secrets are out says what somebody who debugs wants to know.
// promise: I6
#[test]
fn what_is_printed_is_of_use() {
    let now = Timestamp::from_secs(1_000_000);
    let write = Write::new(b"record", now, Timestamp::from_secs(2_000_000));
    let printed = "Write { record: 6, seen: Timestamp(1000000000), expires: Timestamp(2000000000)";
    assert_eq!(format!("{write:?}"), format!("{printed}, bound: false }}"));
    let bound = write.bound_to("ada");
    assert_eq!((bound.principal, bound.newly_bound), (Some("ada"), true));
    assert_eq!(format!("{bound:?}"), format!("{printed}, bound: true }}"));

    let key = StoreKey::from_bytes([0x5f; 16]);
    let name = format!("{key:?}");
    assert!(name.contains(&"5f".repeat(16)), "{name}");
    let steps = [
        (Step::Create { key: &key, write }, format!("Create({name}, {write:?})")),
        (Step::Destroy { key: &key }, format!("Destroy({name})")),
        (Step::Load { key: &key, buffer: &mut [0; 9] }, format!("Load({name}, 9 bytes)")),
    ];
    for (step, printed) in steps {
        assert_eq!(format!("{step:?}"), printed);
    }
    assert_eq!(format!("{:?}", Slot::<[u8; 400]>::new()), "Slot { bytes: 400, .. }");
    assert_eq!(format!("{:?}", CookieHeaders::new()), "CookieHeaders { .. }");
    let key = Key::new(7, SECRET).expect("strong");
    assert_eq!(key.id(), 7);
    let server = Server::new(CONFIG);
    let sessions = format!("{:?}", server.sessions);
    assert_eq!(sessions, format!("Sessions {{ config: {CONFIG:?}, .. }}"));
    let mut active = server.open(&mut Browser::with(NAME, "junk"));
    assert_eq!(format!("{active:?}"), "Active { verdict: Malformed, .. }");
    assert_eq!(format!("{:?}", server.csrf(&mut active)), "CsrfToken(..)");
}
