//! Why something does not verify, each reason by its code.

use serde_json::{Value, json};

use crate::harness::{ID, NOW, SEALED, SECRET, SIGNED, Scratch, hex, inspect, record, sansession};

fn reason(said: &Value) -> (&Value, &Value) {
    let token = &said["tokens"][0];
    assert_eq!(token["result"], "rejected");
    assert_eq!((&token["says"], &token["key"]), (&Value::Null, &Value::Null));
    (&token["reason"]["code"], &token["verdict"])
}

fn edited(text: &str, place: usize) -> String {
    let other = if &text[place..=place] == "A" { "B" } else { "A" };
    format!("{}{other}{}", &text[..place], &text[place + 1..])
}

/// promise: T1, T2, T3, L14
#[test]
fn every_reason_has_its_code_and_the_verdict_of_an_exchange() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let others = scratch.file("others", format!("4:{}\n", hex(SECRET)).as_bytes());
    for (keys, text, code, verdict) in [
        (&keys, String::new(), "length", json!("malformed")),
        (&keys, "E".into(), "length", json!("malformed")),
        (&keys, ID[..100].into(), "length", json!("malformed")),
        (&keys, ID.replace('-', "+"), "alphabet", json!("malformed")),
        (&keys, "EQ.z".into(), "alphabet", json!("malformed")),
        (&keys, format!("I{}", &ID[1..]), "form", Value::Null),
        (&others, ID.into(), "key", json!("forged")),
        (&others, SIGNED.into(), "key", json!("forged")),
        (&others, SEALED.into(), "key", json!("forged")),
        (&keys, edited(ID, 50), "tag", json!("forged")),
        (&keys, edited(SIGNED, 50), "tag", json!("forged")),
        (&keys, edited(SEALED, 50), "tag", json!("forged")),
    ] {
        let said = inspect(keys, &["--as", "value", &text]).expect(1).json();
        assert_eq!(reason(&said), (&json!(code), &verdict), "{text}");
        assert_eq!(said["result"], "rejected");
    }
}

/// promise: T1
#[test]
fn what_does_not_verify_is_labelled_as_a_claim() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let said = inspect(&keys, &[&edited(SIGNED, 60)]).expect(1).json();
    let claims = &said["tokens"][0]["claims"];
    assert_eq!(
        (&claims["form"], &claims["session"]["principal"]),
        (&json!("signed"), &json!("ada"))
    );
    let text =
        sansession(&["inspect", "--keys", &keys, "--now", NOW, &edited(ID, 100)]).expect(1).out;
    let claims = text.find("nothing vouches for it").expect("labelled");
    for word in ["form", "key id", "issued", "deadline", "handle"] {
        assert!(text.rfind(word).is_some_and(|place| place > claims), "{word} in {text}");
    }
    // What it is not is known without keys.
    let said = sansession(&["inspect", "--json", "junk!!"]).expect(1).json();
    assert_eq!(reason(&said).0, "alphabet");
}

/// promise: T9
#[test]
fn a_record_that_cannot_be_read_says_why() {
    let mut newer = record();
    newer[0] = 3;
    let cut = &record()[..80];
    for (bytes, code, verdict) in [
        (&newer[..], "newer-version", Value::Null),
        (cut, "contents", json!("corrupt")),
        (&[1], "contents", json!("corrupt")),
    ] {
        let said = sansession(&["inspect", "--json", &hex(bytes)]).expect(1).json();
        assert_eq!((&said["input"], &said["result"]), (&json!("record"), &json!("rejected")));
        assert_eq!((&said["reason"]["code"], &said["verdict"]), (&json!(code), &verdict));
        assert_eq!(said["says"], Value::Null);
        let text = sansession(&["inspect", &hex(bytes)]).expect(1).out;
        assert!(text.starts_with("rejected record"), "{text}");
    }
    let said = sansession(&["inspect", "--as", "record", "no record!"]).expect(1);
    assert_eq!(said.err.lines().count(), 1);
}

#[test]
fn without_a_cookie_of_the_name_nothing_verifies() {
    let scratch = Scratch::new();
    let said = inspect(&scratch.keys(), &["Cookie: a=1; __host-session=x"]).expect(1);
    assert_eq!(said.err, "error: no cookie is called __Host-session\n");
    assert_eq!(said.out, "");
}
