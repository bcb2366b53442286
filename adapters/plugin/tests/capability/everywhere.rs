//! What every plugin does.

use pollster::block_on;
use sansession_plugin::{CreateOptions, SessionError, SessionId, empty_data_json, encode_data_map};

use crate::common::{each, of_user, with};

// promise: L1
#[test]
fn a_session_is_created_loaded_updated_and_destroyed() {
    each(|kind, plugin, clock| {
        let id = block_on(plugin.create(with(r#"{"n": 1}"#))).expect(kind);
        let record = block_on(plugin.load(&id)).expect(kind).expect(kind);
        assert_eq!(record.data_json, r#"{"n": 1}"#, "{kind}: byte by byte");
        assert_eq!(record.user_id, None, "{kind}");
        assert_eq!(record.created_at, clock.now().as_secs(), "{kind}");
        assert_eq!(record.expires_at, clock.now().as_secs() + 86_400, "{kind}");
        let id = block_on(plugin.update(&record.id, "[2, null]")).expect(kind);
        let record = block_on(plugin.load(&id)).expect(kind).expect(kind);
        assert_eq!(record.data_json, "[2, null]", "{kind}: any JSON");
        assert_eq!(block_on(plugin.destroy(&record.id)), Ok(true), "{kind}");
    });
}

#[test]
fn a_guest_who_logs_in_keeps_the_data_under_another_id() {
    each(|kind, plugin, _| {
        let guest = block_on(plugin.create(with(r#"{"cart":"7"}"#))).expect(kind);
        let id = block_on(plugin.bind(&guest, "ada")).expect(kind);
        assert!(id != guest, "{kind}");
        let record = block_on(plugin.load(&id)).expect(kind).expect(kind);
        assert_eq!(record.user_id.as_deref(), Some("ada"), "{kind}");
        assert_eq!(record.data_json, r#"{"cart":"7"}"#, "{kind}");
        let other = block_on(plugin.bind(&id, "bob")).expect(kind);
        let record = block_on(plugin.load(&other)).expect(kind).expect(kind);
        assert_eq!(record.user_id.as_deref(), Some("bob"), "{kind}");
        assert_eq!(record.data_json, empty_data_json(), "{kind}: it was ada's cart");
    });
}

// promise: I3
#[test]
fn what_is_no_id_is_answered_like_a_dead_one() {
    each(|kind, plugin, _| {
        let id = block_on(plugin.create(CreateOptions::default())).expect(kind);
        let good = id.as_str();
        let wrong = [
            String::new(),
            "x".to_owned(),
            format!("{good}A"),
            format!(" {good}"),
            format!("{good} "),
            format!("\t{good}"),
            format!("x; __Host-session={good}"),
            format!("{good}; x=y"),
            format!("{good}="),
            good.replacen(|_: char| true, "\u{e9}", 1),
            "A".repeat(100_000),
        ];
        for wrong in wrong.map(SessionId::from) {
            assert_eq!(block_on(plugin.load(&wrong)), Ok(None), "{kind}");
            assert_eq!(
                block_on(plugin.update(&wrong, "{}")),
                Err(SessionError::NotFound),
                "{kind}"
            );
            assert_eq!(block_on(plugin.bind(&wrong, "ada")), Err(SessionError::NotFound), "{kind}");
            assert_eq!(block_on(plugin.regenerate(&wrong)), Err(SessionError::NotFound), "{kind}");
            assert_eq!(block_on(plugin.destroy(&wrong)), Ok(false), "{kind}");
        }
        assert!(block_on(plugin.load(&id)).expect(kind).is_some(), "{kind}: the right one is good");
    });
}

#[test]
fn what_is_wrong_changes_nothing() {
    each(|kind, plugin, _| {
        for wrong in ["", "{", "{}{}", "nothing", "{\"a\":1,}", "\u{feff}{}"] {
            let created = block_on(plugin.create(with(wrong)));
            assert!(matches!(created, Err(SessionError::Invalid(_))), "{kind}: {wrong}");
        }
        let id = block_on(plugin.create(with("1"))).expect(kind);
        let large = format!("\"{}\"", "x".repeat(10_000));
        let refused = block_on(plugin.update(&id, &large));
        assert!(matches!(refused, Err(SessionError::TooLarge(_))), "{kind}: {refused:?}");
        assert!(
            matches!(block_on(plugin.update(&id, "{")), Err(SessionError::Invalid(_))),
            "{kind}"
        );
        assert!(matches!(block_on(plugin.bind(&id, "")), Err(SessionError::Invalid(_))), "{kind}");
        let name = "u".repeat(256);
        assert!(
            matches!(block_on(plugin.bind(&id, &name)), Err(SessionError::Invalid(_))),
            "{kind}"
        );
        let none = CreateOptions { lifetime: Some(0), ..CreateOptions::default() };
        assert!(matches!(block_on(plugin.create(none)), Err(SessionError::Invalid(_))), "{kind}");
        let record = block_on(plugin.load(&id)).expect(kind).expect(kind);
        assert_eq!((record.data_json.as_str(), record.user_id), ("1", None), "{kind}");
    });
}

// promise: L7
#[test]
fn a_session_ends_with_its_own_lifetime_or_the_configured_ones() {
    each(|kind, plugin, clock| {
        let brief = CreateOptions { lifetime: Some(10), ..of_user("ada") };
        let brief = block_on(plugin.create(brief)).expect(kind);
        let usual = block_on(plugin.create(of_user("ada"))).expect(kind);
        clock.advance(9);
        assert!(block_on(plugin.load(&brief)).expect(kind).is_some(), "{kind}");
        clock.advance(1);
        assert_eq!(block_on(plugin.load(&brief)), Ok(None), "{kind}");
        assert_eq!(block_on(plugin.update(&brief, "{}")), Err(SessionError::NotFound), "{kind}");
        clock.advance(3589);
        assert!(block_on(plugin.load(&usual)).expect(kind).is_some(), "{kind}");
    });
}

/// Each load gives the id to write, so that a session in use goes on; one that is not used ends.
// promise: L9
#[test]
fn the_id_of_the_last_answer_goes_on_while_the_session_is_used() {
    each(|kind, plugin, clock| {
        let mut id = block_on(plugin.create(with("1"))).expect(kind);
        for _ in 0..10 {
            clock.advance(3000);
            let record = block_on(plugin.load(&id)).expect(kind);
            id = record.unwrap_or_else(|| panic!("{kind}: it was used")).id;
        }
        clock.advance(3600);
        assert_eq!(block_on(plugin.load(&id)), Ok(None), "{kind}");
    });
}

// promise: I6
#[test]
fn nothing_shows_an_id_or_the_data() {
    each(|kind, plugin, clock| {
        let options = with(r#"{"pin":"4711"}"#);
        let id = block_on(plugin.create(options.clone())).expect(kind);
        let record = block_on(plugin.load(&id)).expect(kind).expect(kind);
        let now = clock.now().as_secs();
        assert_eq!(
            format!("{options:?}\n{id:?}\n{record:?}\n{:?}", plugin.load(&id)),
            format!(
                "CreateOptions {{ user_id: None, lifetime: None, .. }}\n\
                 SessionId(..)\n\
                 SessionRecord {{ user_id: None, created_at: {now}, expires_at: {}, .. }}\n\
                 Answer {{ .. }}",
                now + 86_400
            ),
            "{kind}"
        );
    });
}

#[test]
fn data_of_a_map_are_an_object() {
    assert_eq!(encode_data_map::<&str, &str>([]), empty_data_json());
    let map = std::collections::HashMap::from([("a\"b".to_owned(), "c\\\n".to_owned())]);
    assert_eq!(encode_data_map(map), r#"{"a\"b":"c\\\n"}"#);
}
