//! The byte formats, against an implementation that was written from the docs alone and shares nothing with the core.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sansession::{Begin, Config, Key, KeyRing, Sealed, Signed, Slot, Summary, Timestamp, Verdict};
use sansession_tests::{
    Browser, CONFIG, Carrier, Dice, Kind, MapStore, Row, SECRET, Server, id, minutes, sessions,
};

const NAME: &str = "__Host-session";
const OTHER: &[u8; 32] = b"vutsrqponmlkjihgfedcba9876543210";

/// tests/formats.py, to be asked line by line.
struct Python {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    fn new() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/formats.py");
        let mut process = Command::new("python3")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3, which `cargo xtask test` installs");
        let asks = process.stdin.take().expect("piped");
        let answers = BufReader::new(process.stdout.take().expect("piped"));
        let mut python = Self { process, asks, answers };
        for (id, secret) in [(1, SECRET), (2, OTHER)] {
            python.tell(&format!("key {id} {}", hex(secret)));
        }
        python
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.asks, "{line}").expect("it reads");
    }

    fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("it answers");
        answer.trim_end().to_owned()
    }

    fn token(&mut self, text: &[u8]) -> String {
        self.ask(&format!("token {NAME} {}", hex(text)))
    }

    fn record(&mut self, bytes: &[u8]) -> String {
        self.ask(&format!("record {}", hex(bytes)))
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("strings do not fail");
        text
    })
}

/// Sessions as varied as requests make them: their cookies and records.
fn sample(dice: &mut Dice, config: Config, count: usize) -> (Vec<String>, Vec<Vec<u8>>) {
    let (mut cookies, mut records) = (Vec::new(), Vec::new());
    while records.len() < count {
        let ring = two_keys(usize::try_from(dice.below(2)).expect("small"));
        let config = config.renew(minutes(10), minutes(1));
        let server = Server::over(config, &ring, MapStore::new());
        let mut browser = Browser::new();
        for _ in 0..=dice.below(6) {
            server.request(&mut browser, |active| {
                for _ in 0..=dice.below(4) {
                    operate(dice, active);
                }
            });
            server.pass(minutes(dice.below(15)));
            cookies.extend(browser.cookie(NAME).map(str::to_owned));
            records.extend(server.store.rows().into_values().map(|row| row.record));
        }
    }
    (cookies, records)
}

fn operate(dice: &mut Dice, active: &mut sansession_tests::Exchange) {
    let key = *dice.pick(&["a", "b", "ключ", "a longer key, with spaces"]);
    match dice.below(8) {
        0 => active.insert(key, &dice.below(u64::MAX)).expect("room"),
        1..4 => active
            .insert_str(key, &"x".repeat(usize::try_from(dice.below(300)).expect("small")))
            .expect("room"),
        4 => active.flash_str(key, "said once").expect("room"),
        5 => drop(active.remove(key)),
        6 => active.regenerate(),
        _ => active.login(key).expect("room"),
    }
}

/// One byte changed, taken out, put in, or all from some place on cut off.
fn mutate(dice: &mut Dice, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = usize::try_from(dice.below(bytes.len() as u64)).expect("a place");
    let byte = u8::try_from(dice.below(256)).expect("a byte");
    match dice.below(6) {
        0 => drop(bytes.remove(at)),
        1 => bytes.insert(at, byte),
        2 => bytes.truncate(at),
        // Small changes where lengths and flags are.
        3 => bytes[at] = bytes[at].wrapping_add(1),
        4 => bytes[at] ^= 1 << (byte % 8),
        _ => bytes[at] = byte,
    }
    bytes
}

// promise: T3, T6
#[test]
fn tokens_are_read_and_written_alike() {
    let (mut python, mut dice) = (Python::new(), Dice::new(41));
    let (cookies, _) = sample(&mut dice, CONFIG, 600);
    let server = Server::over(CONFIG, &two_keys(0), MapStore::new());
    let mut count = [0; 3];
    for cookie in &cookies {
        assert_eq!(python.token(cookie.as_bytes()), format!("ok {cookie}"));
        for _ in 0..5 {
            let text = mutate(&mut dice, cookie.as_bytes());
            // What would end the cookie, or be trimmed off it, is the header's business.
            if text.iter().any(|byte| b"; \t\n".contains(byte)) {
                continue;
            }
            let header = [NAME.as_bytes(), b"=", &text].concat();
            let verdict = match server.open_with([header.as_slice()]).expect("it opens").verdict() {
                Verdict::Malformed => "malformed",
                Verdict::Forged => "forged",
                _ => "ok",
            };
            let answer = python.token(&text);
            assert_eq!(answer.split(' ').next(), Some(verdict), "{text:?}");
            count[["malformed", "forged", "ok"]
                .iter()
                .position(|one| *one == verdict)
                .expect("one of them")] += 1;
        }
    }
    assert!(count[0] > 500 && count[1] > 500, "{count:?}");
}

/// Carried sessions as varied as requests make them: their cookies.
fn carried_sample<K: Kind>(dice: &mut Dice, count: usize) -> Vec<String> {
    let mut cookies = Vec::new();
    while cookies.len() < count {
        let server = Carrier::<K>::under(CONFIG, &two_keys(usize::from(dice.chance(50))));
        let mut browser = Browser::new();
        for _ in 0..=dice.below(6) {
            server.request(&mut browser, |active| {
                for _ in 0..=dice.below(3) {
                    operate(dice, active);
                }
                if dice.chance(20) {
                    active.set_lifetime(minutes(50), minutes(60)).expect("a lifetime");
                }
                if dice.chance(20) {
                    server.csrf(active);
                }
            });
            server.pass(minutes(dice.below(15)));
            cookies.extend(browser.cookie(NAME).map(str::to_owned));
        }
    }
    cookies
}

/// A ring of both keys.
fn two_keys(newest: usize) -> KeyRing {
    let keys = [(1, SECRET), (2, OTHER)].map(|(id, secret)| Key::new(id, secret).expect("strong"));
    let ring = KeyRing::new(keys[newest].clone());
    ring.and_older(keys[1 - newest].clone()).expect("two keys")
}

fn carried_tokens_are_read_and_written_alike<K: Kind>(word: &str, seed: u64) {
    let (mut python, mut dice) = (Python::new(), Dice::new(seed));
    let mut count = [0; 3];
    let server = Carrier::<K>::under(CONFIG, &two_keys(0));
    for cookie in &carried_sample::<K>(&mut dice, 150) {
        let mut ask = |text: &[u8]| python.ask(&format!("{word} {NAME} {}", hex(text)));
        assert_eq!(ask(cookie.as_bytes()), format!("ok {cookie}"));
        for _ in 0..5 {
            let text = mutate(&mut dice, cookie.as_bytes());
            if text.iter().any(|byte| b"; \t\n".contains(byte)) {
                continue;
            }
            let header = [NAME.as_bytes(), b"=", &text].concat();
            let (verdict, place) = match server.open_with([header.as_slice()]).verdict() {
                Verdict::Malformed => ("malformed", 0),
                Verdict::Forged => ("forged", 1),
                _ => ("ok", 2),
            };
            assert_eq!(ask(&text).split(' ').next(), Some(verdict), "{text:?}");
            count[place] += 1;
        }
    }
    assert!(count[0] > 100 && count[1] > 100, "{count:?}");
}

// promise: T3, T6
#[test]
fn signed_sessions_are_read_and_written_alike() {
    carried_tokens_are_read_and_written_alike::<Signed>("signed", 43);
}

// promise: T3, T5
#[test]
fn sealed_sessions_are_read_and_written_alike() {
    carried_tokens_are_read_and_written_alike::<Sealed>("sealed", 44);
}

// promise: T9
#[test]
fn records_are_read_and_written_alike() {
    let (mut python, mut dice) = (Python::new(), Dice::new(42));
    let (_, records) = sample(&mut dice, CONFIG, 1000);
    let (mut good, mut bad) = (0, 0);
    for record in &records {
        assert_eq!(python.record(record), format!("ok {}", hex(record)));
        for _ in 0..5 {
            let bytes = mutate(&mut dice, record);
            let read = Summary::read(&bytes, Timestamp::ZERO).is_some();
            let answer = python.record(&bytes);
            if read {
                good += 1;
                assert_eq!(answer, format!("ok {}", hex(&bytes)));
            } else {
                bad += 1;
                let newer = bytes.first().is_some_and(|version| *version > 2);
                assert_eq!(answer, if newer { "newer" } else { "corrupt" }, "{}", hex(&bytes));
            }
        }
    }
    // Bytes of values, hashes and times may be any; lengths, kinds and flags may not.
    assert!(good > 500 && bad > 500, "{good} {bad}");
}

// promise: D3
#[test]
fn sealed_records_are_opened_and_sealed_alike() {
    let (mut python, mut dice) = (Python::new(), Dice::new(45));
    let (mut good, mut bad) = (0, 0);
    for _ in 0..300 {
        let ring = two_keys(usize::from(dice.chance(50)));
        let server = Server::over(CONFIG.sealed_records(), &ring, MapStore::new());
        let mut browser = Browser::new();
        server.request(&mut browser, |active| {
            active.insert("some", &1).expect("room");
            for _ in 0..dice.below(5) {
                operate(&mut dice, active);
            }
        });
        let (key, row) = server.store.only();
        let (selector, _) = id(browser.cookie(NAME).expect("a cookie"));
        let mut ask = |record: &[u8]| {
            let answer = python.record(record);
            assert!(!answer.starts_with("ok") || answer == format!("ok {}", hex(record)));
            python.ask(&format!("opened {NAME} {} {}", hex(&selector), hex(record)))
        };
        assert_eq!(ask(&row.record), format!("ok {}", hex(&row.record)));
        for _ in 0..5 {
            let record = mutate(&mut dice, &row.record);
            // Another version is another error.
            if record.first() != Some(&2) {
                continue;
            }
            server.store.put(key, Row { record: record.clone(), ..row.clone() });
            let opens = server.peek(&browser, |active| active.verdict()) == Verdict::Resumed;
            *if opens { &mut good } else { &mut bad } += 1;
            assert_eq!(ask(&record).starts_with("ok"), opens, "{}", hex(&record));
        }
    }
    // A change that is none, a byte made what it was, still opens.
    assert!(good < 20 && bad > 1000, "{good} {bad}");
}

/// The carried tokens that core's unit test has, made by the script.
#[test]
fn the_golden_carried_tokens_are_the_scripts() {
    // There they are in pieces.
    let unit_test = include_str!("../../core/src/carried/tests.rs");
    let unit_test: String = unit_test.chars().filter(|char| !"\", \n".contains(*char)).collect();
    for word in ["golden-signed", "golden-sealed"] {
        assert!(unit_test.contains(&Python::new().ask(word)), "{word}");
    }
}

/// The token that core's unit test has, made by the script.
#[test]
fn the_golden_token_is_the_scripts() {
    let golden = Python::new().ask("golden");
    let unit_test = include_str!("../../core/src/token/tests.rs");
    assert!(unit_test.contains(&golden));
    let mut slot = Slot::<[u8; 512]>::new();
    let header = [NAME.as_bytes(), b"=", golden.as_bytes()].concat();
    let begin = sessions(CONFIG).begin([header.as_slice()], Timestamp::ZERO, slot.erase());
    // Another secret: it is whole, and not ours.
    assert!(matches!(begin, Begin::Ready(active) if active.verdict() == Verdict::Forged));
}
