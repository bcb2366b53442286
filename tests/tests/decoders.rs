//! Decoders take any bytes: a verdict or an error, never a panic, never a wrong session.

use sansession::Verdict;
use sansession_store::OpenError;
use sansession_tests::{Browser, CONFIG, Dice, Row, Server};

fn with_session(server: &Server) -> Browser {
    let mut browser = Browser::new();
    server
        .request(&mut browser, |active| {
            active.login("alice")?;
            active.insert("a", "first")?;
            active.insert("b", &2)?;
            active.flash("note", "message")
        })
        .value
        .expect("room");
    browser
}

/// What the server makes of its only session with these bytes as the record.
fn judge(server: &Server, browser: &Browser, record: &[u8]) -> Option<Verdict> {
    let (key, row) = server.store.only();
    server.store.put(key, Row { record: record.to_vec(), ..row });
    match server.try_open(&mut browser.clone()) {
        Ok(active) => Some(active.verdict()),
        Err(OpenError::Record(_)) => None,
        Err(error) => panic!("{error}"),
    }
}

// promise: T9
#[test]
fn a_cut_or_lengthened_record_is_corrupt() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let (_, good) = server.store.only();
    for len in 0..good.record.len() {
        let verdict = judge(&server, &browser, &good.record[..len]);
        // Cut between two entries it is a whole record again, of a session with less in it.
        if verdict == Some(Verdict::Resumed) {
            assert!(entry_starts(&good.record).contains(&len), "{len} bytes");
        } else {
            assert_eq!(verdict, Some(Verdict::Corrupt), "{len} bytes");
        }
    }
    for byte in 0..=255 {
        let longer = [good.record.as_slice(), &[byte]].concat();
        assert_eq!(judge(&server, &browser, &longer), Some(Verdict::Corrupt));
    }
}

/// Where the entries of a record begin, by record v1.
fn entry_starts(record: &[u8]) -> Vec<usize> {
    let mut starts = vec![68];
    while let Some([_, key, low, high]) = record[starts[starts.len() - 1]..].first_chunk() {
        let size = 4 + usize::from(*key) + usize::from(u16::from_le_bytes([*low, *high]));
        starts.push(starts[starts.len() - 1] + size);
    }
    starts
}

// promise: T9
#[test]
fn a_record_of_another_version_is_never_read() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let (_, good) = server.store.only();
    for version in (0..=255).filter(|version| *version != 1) {
        let mut record = good.record.clone();
        record[0] = version;
        let expected = (version == 0).then_some(Verdict::Corrupt);
        assert_eq!(judge(&server, &browser, &record), expected, "version {version}");
    }
}

// promise: T9
#[test]
fn a_header_that_this_build_would_not_write_is_corrupt() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let (_, good) = server.store.only();
    // By record v1: flags that mean nothing, a deadline and a hash of no previous id.
    let changes =
        (3..8).map(|bit| (1, 1 << bit)).chain([(1, 2), (30, 1), (35, 1), (52, 1), (67, 1)]);
    for (at, bits) in changes {
        let mut record = good.record.clone();
        assert_eq!(record[at] & bits, 0, "byte {at} of a session without a previous id");
        record[at] |= bits;
        assert_eq!(
            judge(&server, &browser, &record),
            Some(Verdict::Corrupt),
            "byte {at}, {bits:#x}"
        );
    }
}

// promise: T9
#[test]
fn duplicate_unsorted_unknown_nameless_and_badly_spelled_entries_are_corrupt() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let (_, good) = server.store.only();
    let header = &good.record[..68];
    let entry = |kind: u8, key: &[u8], value: &[u8]| {
        let len = u16::try_from(value.len()).expect("short").to_le_bytes();
        let head = [kind, u8::try_from(key.len()).expect("short"), len[0], len[1]];
        [&head, key, value].concat()
    };
    let good_ones = [entry(2, b"a", b"\x01"), entry(2, b"b", b"\x02")].concat();
    assert_eq!(judge(&server, &browser, &[header, &good_ones].concat()), Some(Verdict::Resumed));
    let bad: [(&str, Vec<u8>); 9] = [
        ("duplicate", [entry(2, b"a", b"1"), entry(2, b"a", b"1")].concat()),
        ("unsorted", [entry(2, b"b", b"1"), entry(2, b"a", b"1")].concat()),
        ("unsorted kinds", [entry(3, b"a", b"12345678"), entry(2, b"b", b"1")].concat()),
        ("unknown kind", entry(4, b"a", b"")),
        ("marked flash", entry(0x83, b"a", b"12345678")),
        ("nameless", entry(2, b"", b"1")),
        ("flash without a revision", entry(3, b"a", b"1234567")),
        ("key that is not UTF-8", entry(2, b"\xff", b"1")),
        ("principal that is not UTF-8", entry(1, b"", b"\xff")),
    ];
    for (name, entries) in bad {
        assert_eq!(
            judge(&server, &browser, &[header, &entries].concat()),
            Some(Verdict::Corrupt),
            "{name}"
        );
    }
}

// promise: T9
#[test]
fn a_value_of_another_type_or_with_bytes_behind_it_is_an_error_of_the_caller() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    server.peek(&browser, |active| {
        assert!(active.get::<(u32, u32, u32, u32, u32, u32, u32, u32)>("a").is_err());
        assert!(active.get::<u8>("a").is_err(), "five bytes behind it");
        assert!(active.get::<&str>("b").is_err());
        assert!(active.flashed::<bool>("note").is_err());
        assert_eq!(active.get::<&str>("a"), Ok(Some("first")));
    });
}

// promise: T9
#[test]
fn a_record_with_any_bit_changed_is_taken_calmly_and_the_write_goes_somewhere() {
    let server = Server::new(CONFIG.browser_session());
    let browser = with_session(&server);
    let (key, good) = server.store.only();
    for at in 1..good.record.len() {
        for bit in 0..8 {
            let mut record = good.record.clone();
            record[at] ^= 1 << bit;
            server.store.put(key, Row { record, ..good.clone() });
            let mut browser = browser.clone();
            let answer = server.request(&mut browser, |active| {
                let _ = active.get::<&str>("a").is_ok() | active.flashed::<&str>("note").is_ok();
                active.insert("new", &1)
            });
            assert!(answer.value.is_ok() && !answer.outcome.is_refusal(), "byte {at}, bit {bit}");
            for other in server.store.rows().into_keys().filter(|other| *other != key) {
                let Ok(_) =
                    pollster::block_on(sansession_store::Store::destroy(&server.store, &other));
            }
        }
    }
}

// promise: T9
#[test]
fn random_cookies_and_records_are_taken_calmly() {
    let server = Server::new(CONFIG);
    let browser = with_session(&server);
    let mut dice = Dice::new(9);
    for _ in 0..3000 {
        let mut bytes = vec![0; usize::try_from(dice.below(300)).expect("small")];
        let Ok(()) = sansession::rand_core::TryRng::try_fill_bytes(&mut dice, &mut bytes);
        let line = [b"__Host-session=".as_slice(), &bytes].concat();
        assert!(
            server.open_with([line.as_slice()]).expect("it opens").verdict() <= Verdict::Forged
        );
        bytes.insert(0, 1);
        // A header alone is a whole record, whatever its hashes: of somebody else.
        let verdict = judge(&server, &browser, &bytes).expect("version 1");
        assert!(verdict == Verdict::Corrupt || verdict == Verdict::Unknown && bytes.len() == 68);
    }
}
