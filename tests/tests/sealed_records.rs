//! Records that only their cookie opens.

use sansession::{
    Config, FlashMode, Key, KeyRing, Outcome, RecordError, Summary, Verdict, inspect,
};
use sansession_store::{OpenError, StepName};
use sansession_tests::{Browser, CONFIG, Exchange, MapStore, SECRET, Server, minutes, ring};

const SEALED: Config = CONFIG.sealed_records();
const DATA: &str = "what nobody else may read";
const NOTICE: &str = "a message for one";

/// What stands behind the entries: key id, nonce, tag.
const TRAILER: usize = 41;

fn fill(active: &mut Exchange) {
    active.login("ada").expect("room");
    active.insert_str("secret", DATA).expect("room");
    active.flash_str("notice", NOTICE).expect("room");
}

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    assert_eq!(server.request(&mut browser, fill).outcome, Outcome::Created);
    browser
}

fn contains(record: &[u8], text: &str) -> bool {
    record.windows(text.len()).any(|window| window == text.as_bytes())
}

fn key(id: u8, secret: &[u8]) -> Key {
    Key::new(id, secret).expect("a strong key")
}

// promise: D3
#[test]
fn a_store_sees_whose_session_it_is_and_until_when_and_nothing_else() {
    let server = Server::new(SEALED);
    let browser = with_session(&server);
    let (_, row) = server.store.only();
    for text in [DATA, NOTICE, "secret", "notice"] {
        assert!(!contains(&row.record, text), "{text}");
    }
    // Both are needed without a cookie: to list a user's sessions, and to sweep.
    let summary = Summary::read(&row.record, row.seen).expect("a record");
    assert_eq!((summary.principal, summary.expires), (Some("ada"), row.expires));
    assert_eq!(row.principal.as_deref(), Some("ada"));

    server.peek(&browser, |active| {
        assert_eq!(active.get("secret"), Ok(Some(DATA)));
        assert_eq!(active.flashed("notice"), Ok(Some(NOTICE)));
    });
}

// promise: D3 L11
#[test]
fn a_users_sessions_are_listed_and_ended_without_their_cookies() {
    let server = Server::new(SEALED);
    let mut browser = with_session(&server);
    let mut buffer = [0; 4096];
    let now = server.now();
    let mut listed = 0;
    let listing =
        sansession_store::sessions(&server.store, "ada", now, &mut buffer, |_| listed += 1);
    let Ok(()) = pollster::block_on(listing);
    assert_eq!(listed, 1);
    let ended = sansession_store::end_all(&server.store, "ada", None, &mut buffer);
    assert_eq!(pollster::block_on(ended), Ok(1));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Unknown);
}

/// Every byte counts: of the header, the principal, the sealed entries and the trailer.
// promise: D3 T5
#[test]
fn a_changed_record_opens_nothing() {
    let server = Server::new(SEALED);
    let browser = with_session(&server);
    let (key, row) = server.store.only();
    for at in 0..row.record.len() {
        let mut changed = row.clone();
        changed.record[at] ^= 1;
        server.store.put(key, changed);
        match server.try_open(&mut browser.clone()) {
            Ok(active) => {
                assert_eq!(active.verdict(), Verdict::Corrupt, "{at}");
                assert_eq!((active.principal(), active.keys().count()), (None, 0), "{at}");
            }
            // The version byte: a record of a newer release.
            Err(error) => assert!(at == 0 && matches!(error, OpenError::Record(_)), "{at}"),
        }
    }
    for len in 0..row.record.len() {
        let mut cut = row.clone();
        cut.record.truncate(len);
        server.store.put(key, cut);
        let verdict = server.peek(&browser, |active| active.verdict());
        assert_eq!(verdict, Verdict::Corrupt, "{len}");
    }
    server.store.put(key, row);
    assert_eq!(server.peek(&browser, |active| active.verdict()), Verdict::Resumed);
}

/// Who can write to the store cannot give one session the contents of another.
// promise: D3
#[test]
fn a_record_opens_under_its_own_id_only() {
    let server = Server::new(SEALED);
    let (ann, bob) = (with_session(&server), with_session(&server));
    let rows: Vec<_> = server.store.rows().into_iter().collect();
    let [(a, of_a), (b, of_b)] = &rows[..] else { panic!("two sessions") };
    let swapped = |from: &[u8], to: &[u8]| {
        // With the header of the one, which holds the hash of its verifier, and the contents of the other.
        [&to[..68], &from[68..]].concat()
    };
    let mut row = of_a.clone();
    row.record = swapped(&of_b.record, &of_a.record);
    server.store.put(*a, row);
    let mut row = of_b.clone();
    row.record = swapped(&of_a.record, &of_b.record);
    server.store.put(*b, row);
    for browser in [ann, bob] {
        assert_eq!(server.peek(&browser, |active| active.verdict()), Verdict::Corrupt);
    }
}

/// Neither passes for the other, and neither is written over.
// promise: D3 T5 L15
#[test]
fn sealed_and_clear_records_are_not_mixed_up() {
    let clear = Server::new(CONFIG);
    let mut browser = with_session(&clear);
    let server = clear.restart(SEALED, &ring());
    let before = server.store.only();
    let answer = server.request(&mut browser, |active| active.insert("new", &1));
    assert_eq!((answer.verdict, answer.outcome), (Verdict::Corrupt, Outcome::Created));
    assert_eq!(server.store.rows().get(&before.0), Some(&before.1));

    let sealed = Server::new(SEALED);
    let mut browser = with_session(&sealed);
    let server = sealed.restart(CONFIG, &ring());
    let before = server.store.only();
    let refused = server.try_open(&mut browser).expect_err("it is sealed");
    assert!(matches!(refused, OpenError::Record(RecordError::Sealed)));
    assert_eq!(server.store.only(), before);
    let read = inspect::Record::read(&before.1.record).expect("a record");
    assert!(read.sealed && read.contents.entries().count() == 0);
    assert_eq!(read.contents.principal(), Some("ada"));
}

// promise: D3
#[test]
fn whatever_is_stored_anew_has_another_nonce_and_an_untouched_session_the_same_bytes() {
    let server = Server::new(SEALED);
    let mut browser = with_session(&server);
    let nonce = |server: &Server| {
        let record = server.store.only().1.record;
        let trailer = record.len() - TRAILER;
        record[trailer + 1..trailer + 25].to_vec()
    };
    let mut seen = vec![nonce(&server)];
    for number in 0..20 {
        server.request(&mut browser, |active| active.insert("number", &(number % 2)));
        server.pass(minutes(1));
        seen.push(nonce(&server));
    }
    // The flash message went with the first; then there are two contents, in turn.
    seen.dedup();
    assert_eq!(seen.len(), 21);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 3);
}

// promise: D3 T7
#[test]
fn records_are_sealed_anew_under_the_newest_key() {
    let server = Server::new(SEALED);
    let mut browser = with_session(&server);
    let newer: &[u8] = b"a newer secret of thirty-two bytes";
    let both = KeyRing::new(key(2, newer)).and_older(key(1, SECRET)).expect("two ids");
    let server = server.restart(SEALED, &both);
    let renewed = server.visit(&mut browser);
    assert_eq!((renewed.verdict, renewed.outcome), (Verdict::Resumed, Outcome::Rotated));
    let server = server.restart(SEALED, &KeyRing::new(key(2, newer)));
    server.peek(&browser, |active| assert_eq!(active.get("secret"), Ok(Some(DATA))));
}

/// A node that is behind may seal under the old key what the new key's cookie opens: that is due again.
// promise: D3 T7
#[test]
fn a_seal_of_an_old_key_is_due_for_renewal() {
    let newer: &[u8] = b"a newer secret of thirty-two bytes";
    let ahead = KeyRing::new(key(2, newer)).and_older(key(1, SECRET)).expect("two ids");
    let behind = KeyRing::new(key(1, SECRET)).and_next(key(2, newer)).expect("two ids");
    let server = Server::over(SEALED, &ahead, MapStore::new());
    let mut browser = with_session(&server);
    let server = server.restart(SEALED, &behind);
    let changed = server.request(&mut browser, |active| active.insert("more", &1));
    assert_eq!((changed.outcome, changed.set_cookie), (Outcome::Updated, None));
    let server = server.restart(SEALED, &ahead);
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Rotated);
    // The first sight of the new id; then there is nothing more to do.
    assert_eq!(server.visit(&mut browser).outcome, Outcome::Updated);
    server.pass(minutes(2));
    assert_eq!(server.visit(&mut browser).steps, []);
    let server = server.restart(SEALED, &KeyRing::new(key(2, newer)));
    assert_eq!(server.visit(&mut browser).verdict, Verdict::Resumed);
}

// promise: D3 L6
#[test]
fn parallel_requests_are_merged() {
    let server = Server::new(SEALED.flash(FlashMode::OnRead));
    let mut browser = with_session(&server);
    let (mut one, mut other) = (server.open(&mut browser), server.open(&mut browser));
    one.insert("one", &1).expect("room");
    other.insert("other", &2).expect("room");
    assert_eq!(server.close(one).outcome, Outcome::Updated);
    let answer = server.close(other);
    assert_eq!(answer.outcome, Outcome::Updated);
    assert_eq!(answer.steps, [StepName::Update, StepName::Load, StepName::Update]);
    server.peek(&browser, |active| {
        assert_eq!((active.get("one"), active.get("other")), (Ok(Some(1)), Ok(Some(2))));
        assert_eq!(active.get("secret"), Ok(Some(DATA)));
    });
}

/// The trailer counts where the handler writes, not after it.
// promise: D3 T10
#[test]
fn what_free_says_fits_with_the_trailer() {
    for len in 0..70_usize {
        let server = Server::new(SEALED).with_slot::<512>();
        let mut browser = Browser::new();
        let text = "x".repeat(len + 100);
        let answer = server.request(&mut browser, |active| active.insert_str("k", &text));
        // 256 bytes of record without 68 of header, 41 of trailer, 4 of entry, 1 of key, 1 or 2 of length prefix.
        assert_eq!(answer.value.is_ok(), text.len() <= 256 - 68 - 41 - 4 - 1 - 2, "{len}");
        assert!(!answer.outcome.is_refusal());
        if answer.value.is_ok() {
            server.peek(&browser, |active| assert_eq!(active.get("k"), Ok(Some(text.as_str()))));
        }
    }
}
