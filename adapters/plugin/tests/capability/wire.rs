//! The capability as text.

use pollster::block_on;
use sansession_plugin::{SessionError, SessionPlugin, call};
use serde_json::{Value, json};

use crate::common::{Clock, each, stored};

fn ask(plugin: &dyn SessionPlugin, request: &Value) -> Value {
    let answer = block_on(call(plugin, &request.to_string()));
    serde_json::from_str(&answer).expect("the answer is JSON")
}

#[test]
fn a_session_from_beginning_to_end() {
    each(|kind, plugin, clock| {
        let options = json!({ "data_json": "{\"n\":1}", "lifetime": 60 });
        let created = ask(plugin, &json!({ "call": "create", "options": options }));
        let id = &created["ok"];
        let bound = ask(plugin, &json!({ "call": "bind", "id": id, "user_id": "ada" }));
        let id = &bound["ok"];
        let loaded = ask(plugin, &json!({ "call": "load", "id": id }));
        let now = clock.now().as_secs();
        let record = json!({
            "id": id, "user_id": "ada", "data_json": "{\"n\":1}",
            "created_at": now, "expires_at": now + 60,
        });
        assert_eq!(loaded, json!({ "ok": record }), "{kind}");
        let updated = ask(plugin, &json!({ "call": "update", "id": id, "data_json": "2" }));
        let id = &updated["ok"];
        let again = ask(plugin, &json!({ "call": "regenerate", "id": id }));
        let id = &again["ok"];
        assert!(id.as_str().is_some_and(|id| !id.is_empty()), "{kind}: {again}");
        assert_eq!(ask(plugin, &json!({ "call": "destroy", "id": id })), json!({ "ok": true }));
        assert_eq!(ask(plugin, &json!({ "call": "sweep", "limit": 9 })), json!({ "ok": 0 }));
    });
}

#[test]
fn a_dead_id_and_what_cannot_be_done() {
    let plugin = &*stored(&Clock::new());
    assert_eq!(ask(plugin, &json!({ "call": "load", "id": "x" })), json!({ "ok": null }));
    assert_eq!(
        ask(plugin, &json!({ "call": "update", "id": "x", "data_json": "1" })),
        json!({ "error": { "kind": "not_found" } })
    );
    let missing = SessionError::NotFound.to_string();
    assert_eq!(missing, "there is no such session");
    let wrong = ask(plugin, &json!({ "call": "create", "options": { "data_json": "{" } }));
    let message = wrong["error"]["message"].as_str().expect("a message");
    assert!(message.starts_with("the data are no JSON: "), "{message}");
    assert_eq!(SessionError::Invalid(message.to_owned()).to_string(), message);
    ask(plugin, &json!({ "call": "create", "options": { "user_id": "ada" } }));
    assert_eq!(
        ask(plugin, &json!({ "call": "destroy_all", "user_id": "ada" })),
        json!({ "ok": 1 })
    );
}

// promise: I6
#[test]
fn junk_is_answered_and_never_quoted() {
    let plugin = &*stored(&Clock::new());
    let junk = [
        "",
        "null",
        "{",
        r#"{"call":"s3cret"}"#,
        r#"{"call":"load"}"#,
        r#"{"call":"load","id":5}"#,
        r#"{"call":"load","id":"x","s3cret":1}"#,
        r#"{"call":"create","options":{"s3cret":1}}"#,
        r#"{"call":"sweep","limit":-1}"#,
        r#"{"call":"load","id":"x"} trailing"#,
    ];
    for junk in junk {
        let answer: Value = serde_json::from_str(&block_on(call(plugin, junk))).expect("JSON");
        assert_eq!(answer["error"]["kind"], "invalid", "{junk}");
        assert!(!answer.to_string().contains("s3cret"), "{answer}");
    }
}
