//! What is never printed: ids, selectors, verifiers and keys, in any spelling.

use base64ct::{Base64, Base64Url, Encoding as _};

use crate::harness::{
    ID, NOW, SEALED, SECRET, SELECTOR, SIGNED, Said, Scratch, VERIFIER, hex, record, sansession,
};

/// Every spelling of `secret`: as it is, as digits, as numbers, and in base64 wherever it may stand in what is encoded.
fn spellings(secret: &[u8]) -> Vec<String> {
    let mut spellings = vec![
        String::from_utf8_lossy(secret).into_owned(),
        hex(secret),
        hex(secret).to_uppercase(),
        secret.iter().map(u8::to_string).collect::<Vec<_>>().join(", "),
        secret.iter().map(u8::to_string).collect::<Vec<_>>().join(","),
    ];
    for skip in 0..3 {
        let whole = &secret[skip..];
        let whole = &whole[..whole.len() / 3 * 3];
        spellings.push(Base64::encode_string(whole));
        spellings.push(Base64Url::encode_string(whole));
    }
    spellings
}

struct Secrets(Vec<String>);

impl Secrets {
    fn new() -> Self {
        let record = record();
        let secrets = [
            &SECRET[..],
            SELECTOR,
            VERIFIER,
            b"current-verifier",
            b"previous-verifie",
            &record[36..52],
        ];
        let mut all: Vec<String> = secrets.iter().flat_map(|secret| spellings(secret)).collect();
        all.extend([ID, SIGNED, SEALED].map(str::to_owned));
        Self(all)
    }

    #[track_caller]
    fn check(&self, said: &Said) {
        for secret in &self.0 {
            assert!(
                !said.out.contains(secret) && !said.err.contains(secret),
                "{secret} in {said:?}"
            );
        }
    }
}

/// A search that finds nothing must be able to find.
#[test]
fn the_search_finds_secrets_in_every_spelling() {
    let secrets = Secrets::new();
    let found = |out: String| {
        let said = Said { code: None, out, err: String::new() };
        std::panic::catch_unwind(|| secrets.check(&said)).is_err()
    };
    for before in ["", "x", "xy"] {
        let around = [before.as_bytes(), SELECTOR, b"z"].concat();
        assert!(found(Base64Url::encode_string(&around)) && found(hex(&around)));
    }
    assert!(found(format!("{SECRET:?}")) && !found("innocent".into()));
}

/// promise: I6
#[test]
fn no_command_prints_an_id_or_a_key() {
    let secrets = Secrets::new();
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let others = scratch
        .file("others", format!("9:{}\n", hex(b"another key of thirty-two bytes!")).as_bytes());
    let digits = hex(&record());
    let removed = format!("__Host-session={ID}; __Host-session={SIGNED}; __Host-session={SEALED}x");
    for input in [ID, SIGNED, SEALED, &digits, &removed, &ID[..103], &format!("{SIGNED}A")] {
        for keys in [&["--keys", &keys][..], &["--keys", &others], &[]] {
            for more in [&[][..], &["--json"], &["--values"], &["--values", "--json"]] {
                let said = sansession(&[&["inspect", "--now", NOW, input], keys, more].concat());
                assert!(said.code.is_some_and(|code| code < 5), "{said:?}");
                secrets.check(&said);
            }
        }
    }
    for more in [&[][..], &["--json"]] {
        secrets.check(&sansession(&[&["parse", &removed], more].concat()).expect(0));
        for transport in ["stored", "signed", "sealed"] {
            let said = sansession(
                &[&["sign", transport, "--principal", "ada", "--keys", &keys], more].concat(),
            );
            secrets.check(&said.expect(0));
        }
    }
}

/// promise: I6
#[test]
fn values_are_printed_only_when_asked_for() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    for transport in ["stored", "signed", "sealed"] {
        let arguments =
            ["sign", transport, "--keys", &keys, "--data", "pin=hunter2", "--flash", "f=hunter2"];
        let cookie = sansession(&arguments).expect(0).out;
        let input = cookie.lines().last().expect("a line");
        for json in [&[][..], &["--json"]] {
            for keys in [&["--keys", &keys][..], &[]] {
                let said = sansession(&[&["inspect", input], keys, json].concat()).out;
                assert!(!said.contains("hunter2") && !said.contains(&hex(b"hunter2")), "{said}");
            }
            let said =
                sansession(&[&["inspect", "--values", "--keys", &keys, input], json].concat()).out;
            assert_eq!(said.matches("hunter2").count(), 2, "{said}");
        }
    }
}

/// promise: I6
#[test]
fn no_message_repeats_what_stands_in_the_wrong_place() {
    let secrets = Secrets::new();
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let dashed = format!("--{ID}");
    let signed = format!("--keys={SIGNED}");
    let line = format!("3:{}", hex(SECRET));
    let wrong = scratch.file("wrong", format!("{line}g\n").as_bytes());
    let twice = scratch.file("twice", format!("{line}\n{line}\n").as_bytes());
    for arguments in [
        &[ID][..],
        &["inspect", ID, SIGNED],
        &["inspect", &dashed],
        &["sign", "signed", "--keys", &keys, "--data", SIGNED],
        &["sign", SIGNED, "--keys", &keys],
        &["sign", "signed", &signed, SIGNED],
        &["inspect", "--now", ID, ID],
        &["inspect", "--as", ID, ID],
        &["inspect", "--epoch", ID, ID],
        &["keygen", "--id", &line],
        &["inspect", "--keys", &wrong, ID],
        &["inspect", "--keys", &twice, ID],
        &["completions", ID],
    ] {
        secrets.check(&sansession(arguments).expect(2));
    }
}
