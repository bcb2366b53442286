//! Inspecting what other programs made: the golden tokens of the core, and a record by its docs.

use serde_json::{Value, json};

use crate::harness::{ID, NOW, SEALED, SIGNED, Scratch, fed, hex, inspect, record, sansession};

fn token(said: &Value) -> &Value {
    &said["tokens"][0]
}

/// promise: T6
#[test]
fn a_golden_id_says_all_but_the_id() {
    let scratch = Scratch::new();
    let said = inspect(&scratch.keys(), &[ID]).expect(0).json();
    let expected = json!({
        "input": "cookie", "name": "__Host-session", "now_ms": 1_700_000_061_000_u64,
        "result": "good", "ignored": 0,
        "tokens": [{
            "chars": 104, "result": "good", "reason": null, "verdict": null,
            "key": { "id": 3, "old": false },
            "says": {
                "form": "session-id", "key_id": 3, "csrf_only": false,
                "issued_ms": 1_700_000_000_000_u64, "deadline_ms": 1_700_600_000_000_u64,
                "handle": "900af50a09843cdf0a2ab9038e90982e", "revision": null, "session": null,
            },
            "claims": null,
        }],
    });
    assert_eq!(said, expected);
}

fn carried(form: &str, entry: &Value) -> Value {
    json!({
        "form": form, "key_id": 3, "csrf_only": false,
        "issued_ms": 1_700_000_060_000_u64, "deadline_ms": 1_700_600_000_000_u64,
        "handle": null, "revision": 2,
        "session": {
            "created_ms": 1_700_000_000_000_u64, "deadline_ms": 1_700_600_000_000_u64,
            "idle_ms": 3_600_000, "own_lifetime": false, "regenerates": 1, "principal": "ada",
            "entries": [entry],
        },
    })
}

/// promise: T6
#[test]
fn golden_sessions_say_what_they_carry() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let closed = json!({ "space": "data", "key": "n", "bytes": 1, "set_by": null });
    let open =
        json!({ "space": "data", "key": "n", "bytes": 1, "set_by": null, "value_hex": "07" });
    for (form, text) in [("signed", SIGNED), ("sealed", SEALED)] {
        let said = inspect(&keys, &[text]).expect(0).json();
        assert_eq!(token(&said)["says"], carried(form, &closed));
        assert_eq!(token(&said)["verdict"], "resumed");
        let said = inspect(&keys, &["--values", text]).expect(0).json();
        assert_eq!(token(&said)["says"], carried(form, &open));
    }
}

/// promise: T1
#[test]
fn without_keys_there_are_only_claims() {
    for (text, form, more) in
        [(ID, "session-id", true), (SIGNED, "signed", true), (SEALED, "sealed", false)]
    {
        let said = sansession(&["inspect", "--json", "--now", NOW, text]).expect(4).json();
        assert_eq!(said["result"], "unchecked");
        let token = token(&said);
        assert_eq!((&token["says"], &token["key"]), (&Value::Null, &Value::Null));
        assert_eq!(
            (&token["claims"]["form"], &token["claims"]["key_id"]),
            (&json!(form), &json!(3))
        );
        assert_eq!(token["claims"]["issued_ms"].is_u64(), more);
        let said = sansession(&["inspect", "--now", NOW, text]).expect(4).out;
        let claims = said.find("CLAIMS").expect("labelled");
        assert!(said.find("form").is_some_and(|form| form > claims), "{said}");
    }
}

#[test]
fn one_cookie_has_many_wrappings() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let expected = inspect(&keys, &[ID]).expect(0).out;
    let cookie = format!("__Host-session={ID}");
    let file = scratch.file("cookie", format!("Cookie: {cookie}\r\n").as_bytes());
    for wrapped in [
        cookie.clone(),
        format!("Cookie: a=1; {cookie}; b=2"),
        format!("cookie:{cookie}"),
        format!("Set-Cookie: {cookie}; Path=/; Max-Age=604800; Secure; HttpOnly; SameSite=Lax"),
        format!("{cookie}; Path=/; Secure"),
        format!("Cookie: a=1\r\nCookie: {cookie}\r\n"),
    ] {
        assert_eq!(inspect(&keys, &[&wrapped]).expect(0).out, expected, "{wrapped}");
        let arguments = ["inspect", "--json", "--keys", &keys, "--now", NOW];
        assert_eq!(fed(&arguments, wrapped.as_bytes()).expect(0).out, expected, "{wrapped}");
        let dash = [&arguments[..], &["-"]].concat();
        assert_eq!(fed(&dash, wrapped.as_bytes()).expect(0).out, expected, "{wrapped}");
    }
    assert_eq!(inspect(&keys, &["--file", &file]).expect(0).out, expected);
    assert_eq!(inspect(&keys, &["--as", "value", ID]).expect(0).out, expected);
}

/// promise: H3
#[test]
fn of_several_cookies_the_best_counts() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let many = format!("x=1; sid=junk; sid={SIGNED}; {}", "sid=; ".repeat(7));
    let said = inspect(&keys, &["--name", "sid", &many]).expect(1).json();
    assert_eq!(
        (&said["ignored"], &said["tokens"][1]["reason"]["code"]),
        (&json!(1), &json!("tag"))
    );
    let many = many.replace("sid", "__Host-session");
    let said = inspect(&keys, &[&many]).expect(0).json();
    assert_eq!((&said["result"], &said["ignored"]), (&json!("good"), &json!(1)));
    let results: Vec<&Value> =
        said["tokens"].as_array().expect("tokens").iter().map(|token| &token["result"]).collect();
    assert_eq!(results[..2], [&json!("rejected"), &json!("good")]);
    assert_eq!(results.len(), 8);
}

/// promise: L7, L8, L14
#[test]
fn out_of_time_is_told_as_an_exchange_would() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    for (text, now, code, verdict) in [
        (ID, "1700599999999ms", 0, Value::Null),
        (ID, "1700600000000ms", 3, json!("expired-absolute")),
        (ID, "1699999939999ms", 3, json!("unknown")),
        (ID, "1699999940000ms", 0, Value::Null),
        (SIGNED, "1700003659999ms", 0, json!("resumed")),
        (SIGNED, "1700003660000ms", 3, json!("expired-idle")),
        (SEALED, "2023-11-21T20:53:20Z", 3, json!("expired-absolute")),
        (SEALED, "2023-11-14T22:13:20Z", 0, json!("resumed")),
    ] {
        let said = inspect(&keys, &["--now", now, text]).expect(code).json();
        assert_eq!(token(&said)["verdict"], verdict, "{now}");
        assert_eq!(token(&said)["result"], if code == 0 { "good" } else { "out-of-time" }, "{now}");
        assert!(token(&said)["says"].is_object());
    }
    // The clock: the golden tokens ended in 2023.
    sansession(&["inspect", "--keys", &keys, ID]).expect(3);
}

/// promise: L3, L7
#[test]
fn a_record_says_all_but_its_verifiers() {
    let scratch = Scratch::new();
    let expected = json!({
        "input": "record", "bytes": record().len(), "now_ms": 1_700_000_061_000_u64,
        "seen_ms": 1_700_000_060_000_u64, "result": "good", "reason": null, "verdict": null,
        "says": {
            "sealed": false, "minted_ms": 1_700_000_010_000_u64,
            "previous": { "ends_ms": 1_700_000_070_000_u64 },
            "session": {
                "created_ms": 1_700_000_000_000_u64, "deadline_ms": 1_700_600_000_000_u64,
                "idle_ms": 3_600_000, "own_lifetime": false, "regenerates": 7, "principal": "ada",
                "entries": [
                    { "space": "data", "key": "theme", "bytes": 5, "set_by": null,
                      "value_hex": "046461726b", "text": "dark" },
                    { "space": "flash", "key": "note", "bytes": 3, "set_by": 9,
                      "value_hex": "026869", "text": "hi" },
                ],
            },
        },
    });
    let arguments = ["inspect", "--json", "--now", NOW, "--seen", "1700000060", "--values"];
    let digits = hex(&record());
    let file = scratch.file("record", &record());
    for written in [digits.clone(), digits.to_uppercase(), format!("\\x{digits}")] {
        let said = sansession(&[&arguments[..], &[&written]].concat()).expect(0);
        assert_eq!(said.json(), expected);
    }
    assert_eq!(
        sansession(&[&arguments[..], &["--file", &file]].concat()).expect(0).json(),
        expected
    );
    assert_eq!(fed(&arguments, &record()).expect(0).json(), expected);
    let wrapped: String =
        digits.as_bytes().chunks(60).flat_map(|it| [it, b"\n"].concat()).map(char::from).collect();
    assert_eq!(fed(&arguments, wrapped.as_bytes()).expect(0).json(), expected);
}

/// promise: D3
#[test]
fn of_a_sealed_record_only_what_is_clear_is_told() {
    // The header and the principal, and something in place of what is sealed.
    let mut sealed = [&record()[..68 + 7], &[0xa5; 60]].concat();
    (sealed[0], sealed[1]) = (2, sealed[1] | 8);
    let arguments = ["inspect", "--now", NOW, "--values", &hex(&sealed)];
    let said = sansession(&[&arguments[..], &["--json"]].concat()).expect(0).json();
    let (says, session) = (&said["says"], &said["says"]["session"]);
    assert_eq!((&says["sealed"], &session["principal"]), (&json!(true), &json!("ada")));
    assert_eq!(session["entries"], json!([]));
    let text = sansession(&arguments).expect(0).out;
    assert!(text.contains("nothing told is verified"), "{text}");
}

/// promise: L7
#[test]
fn a_record_out_of_time_is_told() {
    let digits = hex(&record());
    for (now, seen, code, verdict) in [
        ("1700003659", Some("1700000060"), 0, Value::Null),
        ("1700003660", Some("1700000060"), 3, json!("expired-idle")),
        ("1700003660", None, 0, Value::Null),
        ("1700600000", None, 3, json!("expired-absolute")),
    ] {
        let mut arguments = vec!["inspect", "--json", "--now", now, &digits];
        arguments.extend(seen.iter().flat_map(|seen| ["--seen", seen]));
        let said = sansession(&arguments).expect(code).json();
        assert_eq!(said["verdict"], verdict, "{now} {seen:?}");
    }
}

#[test]
fn text_for_people_says_the_same() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let arguments = ["inspect", "--values", "--keys", &keys, "--now", NOW, SIGNED];
    let expected = "\
good, 128 characters
  verifies     under key 3
  exchange     resumed
  at           2023-11-14T22:14:21Z (1700000061000 ms)
  form         signed
  key id       3
  issued       2023-11-14T22:14:20Z (1700000060000 ms)
  revision     2
  created      2023-11-14T22:13:20Z (1700000000000 ms)
  deadline     2023-11-21T20:53:20Z (1700600000000 ms)
  idle         1h
  regenerated  1
  principal    ada
  data         n: 1 bytes: 07
";
    assert_eq!(sansession(&arguments).expect(0).out, expected);
    let said = sansession(&["inspect", "--now", NOW, &hex(&record())]).expect(0).out;
    for line in [
        "record in time, 108 bytes",
        "  id before",
        "not told",
        "flash        note: 3 bytes, set by revision 9",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    assert!(!said.contains("dark"));
}

/// What a session holds cannot play with the terminal of who looks at it.
#[test]
fn control_characters_are_escaped() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let arguments = [
        "sign",
        "signed",
        "--keys",
        &keys,
        "--principal",
        "\u{1b}[2J",
        "--data",
        "\u{7}=\u{1b}]0;x",
    ];
    let cookie = sansession(&arguments).expect(0).out;
    let said = fed(&["inspect", "--values", "--keys", &keys], cookie.as_bytes()).expect(0);
    assert!(said.out.contains(r"\u{1b}[2J") && said.out.contains(r"\u{7}"), "{said:?}");
    assert!(said.out.chars().all(|it| it == '\n' || !it.is_control()), "{said:?}");
}
