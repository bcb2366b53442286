//! Signing, and reading again what was signed.

use serde_json::{Value, json};

use crate::harness::{SECRET, Scratch, fed, hex, inspect, sansession};

fn sign(keys: &str, more: &[&str]) -> Value {
    let head = ["sign", "--json", "--keys", keys, "--now", "1700000000"];
    sansession(&[&head[..], more].concat()).expect(0).json()
}

const SESSION: [&str; 6] =
    ["--principal", "ada", "--data", "theme=dark=ish", "--flash", "note=saved"];

fn check_session(session: &Value, revision: u64) {
    assert_eq!(session["principal"], "ada");
    assert_eq!(session["created_ms"], 1_700_000_000_000_u64);
    assert_eq!(session["idle_ms"], 7_200_000);
    let entries = json!([
        { "space": "data", "key": "theme", "bytes": 9, "set_by": null,
          "value_hex": "086461726b3d697368", "text": "dark=ish" },
        { "space": "flash", "key": "note", "bytes": 6, "set_by": revision,
          "value_hex": "057361766564", "text": "saved" },
    ]);
    assert_eq!(session["entries"], entries);
}

/// promise: T6
#[test]
fn what_is_carried_is_inspected() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    for transport in ["signed", "sealed"] {
        let signed = sign(&keys, &[&[transport][..], &SESSION].concat());
        assert_eq!((&signed["transport"], &signed["record"]), (&json!(transport), &Value::Null));
        let cookie = signed["cookie"].as_str().expect("a cookie");
        let set_cookie = signed["set_cookie"].as_str().expect("a header");
        assert!(set_cookie.starts_with(&format!("{cookie}; Path=/; Max-Age=604800; Secure")));

        let said = inspect(&keys, &["--values", cookie]).expect(0).json();
        assert_eq!(said["result"], "good");
        let token = &said["tokens"][0];
        assert_eq!(token["verdict"], "resumed");
        assert_eq!(token["key"], json!({ "id": 3, "old": false }));
        assert_eq!(
            (&token["says"]["form"], &token["says"]["revision"]),
            (&json!(transport), &json!(1))
        );
        check_session(&token["says"]["session"], 1);
        assert_eq!(token["claims"], Value::Null);
    }
}

/// promise: I2
#[test]
fn an_id_and_its_record_belong_together() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    for encoding in ["hex", "base64"] {
        let signed = sign(&keys, &[&["stored", "--encoding", encoding][..], &SESSION].concat());
        let record = &signed["record"];
        assert_eq!((&record["encoding"], &record["revision"]), (&json!(encoding), &json!(1)));
        assert_eq!(record["seen_ms"], 1_700_000_000_000_u64);
        assert_eq!(record["expires_ms"], 1_700_007_200_000_u64);

        let cookie = signed["cookie"].as_str().expect("a cookie");
        let said = inspect(&keys, &[cookie]).expect(0).json();
        let token = &said["tokens"][0];
        assert_eq!(token["says"]["form"], "session-id");
        assert_eq!(token["says"]["handle"], record["key"]);
        assert_eq!(token["verdict"], Value::Null, "only a store can say");

        let bytes = record["bytes"].as_str().expect("a record");
        let said = inspect(&keys, &["--values", bytes]).expect(0).json();
        assert_eq!((&said["input"], &said["result"]), (&json!("record"), &json!("good")));
        check_session(&said["says"]["session"], 1);
        assert_eq!(said["says"]["previous"], Value::Null);
    }
}

#[test]
fn what_is_printed_for_people_can_be_piped() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    for (transport, lines) in [("stored", 2), ("signed", 1), ("sealed", 1)] {
        let cookie =
            sansession(&["sign", transport, "--principal", "ada", "--keys", &keys]).expect(0).out;
        assert_eq!(cookie.lines().count(), lines, "{transport}");
        assert!(cookie.starts_with("__Host-session="));
        let said = fed(&["inspect", "--keys", &keys], cookie.as_bytes()).expect(0);
        assert!(said.out.starts_with("good, "), "{said:?}");
    }
}

/// promise: C1, I3
#[test]
fn a_cookie_for_csrf_tokens_only_says_so() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    for (transport, form) in [("stored", "csrf-id"), ("signed", "signed"), ("sealed", "sealed")] {
        let signed = sign(&keys, &[transport, "--csrf-only"]);
        assert_eq!(signed["record"], Value::Null);
        let cookie = signed["cookie"].as_str().expect("a cookie");
        let said = inspect(&keys, &[cookie]).expect(0).json();
        let says = &said["tokens"][0]["says"];
        assert_eq!((&says["form"], &says["csrf_only"]), (&json!(form), &json!(true)));
        assert_eq!((&says["handle"], &says["session"]), (&Value::Null, &Value::Null));
        let over = says["deadline_ms"].to_string() + "ms";
        let said = inspect(&keys, &["--now", &over, cookie]).expect(3).json();
        assert_eq!(said["result"], "out-of-time");
    }
}

/// promise: L7
#[test]
fn lifetimes_are_those_asked_for() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    for (flags, idle, absolute) in [
        (&["--lifetime", "30d"][..], 2_592_000_000_u64, 2_592_000_000_u64),
        (&["--lifetime", "1h", "--idle", "90"], 90_000, 3_600_000),
        (&["--idle", "5m"], 300_000, 604_800_000),
    ] {
        let signed = sign(&keys, &[&["signed", "--principal", "ada"][..], flags].concat());
        let cookie = signed["cookie"].as_str().expect("a cookie");
        let said = inspect(&keys, &["--now", "1700000000", cookie]).expect(0).json();
        let session = &said["tokens"][0]["says"]["session"];
        assert_eq!(session["idle_ms"], idle);
        assert_eq!(session["deadline_ms"], 1_700_000_000_000 + absolute);
    }
}

/// promise: T10
#[test]
fn what_does_not_fit_is_refused() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let value = format!("big={}", "x".repeat(4000));
    sansession(&["sign", "stored", "--keys", &keys, "--data", &value]).expect(0);
    let refused = sansession(&["sign", "signed", "--keys", &keys, "--data", &value]).expect(2);
    assert!(refused.err.contains("full") && !refused.err.contains("xxx"), "{refused:?}");
    sansession(&["sign", "signed", "--keys", &keys, "--data", "=no key"]).expect(2);
}

/// promise: T4, T6, T7
#[test]
fn name_audience_epoch_and_keys_are_in_the_tag() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let other = scratch.file("other", format!("3:{}00", hex(SECRET)).as_bytes());
    let newer = format!("4:{}\n3:{}\n", hex(&SECRET.map(|byte| byte ^ 1)), hex(SECRET));
    let newer = scratch.file("newer", newer.as_bytes());
    for transport in ["stored", "signed", "sealed"] {
        let flags = ["--name", "sid", "--audience", "shop", "--epoch", "2"];
        let signed = sign(
            &keys,
            &[&[transport, "--insecure-http", "--principal", "ada"][..], &flags].concat(),
        );
        assert!(!signed["set_cookie"].as_str().expect("a header").contains("Secure"));
        let value = signed["cookie"].as_str().and_then(|it| it.strip_prefix("sid=")).expect("it");
        let says = |keys: &str, change: &[&str], code| {
            let mut arguments = flags.to_vec();
            for (place, with) in change.iter().enumerate().filter(|(_, with)| !with.is_empty()) {
                arguments[place * 2 + 1] = with;
            }
            arguments.push(value);
            inspect(keys, &arguments).expect(code).json()["tokens"][0].clone()
        };
        assert_eq!(says(&keys, &[], 0)["key"], json!({ "id": 3, "old": false }));
        assert_eq!(says(&newer, &[], 0)["key"], json!({ "id": 3, "old": true }));
        assert_eq!(says(&other, &[], 1)["reason"]["code"], "tag");
        for change in [["other", "", ""], ["", "bank", ""], ["", "", "3"]] {
            assert_eq!(says(&keys, &change, 1)["reason"]["code"], "tag", "{change:?}");
        }
    }
}
