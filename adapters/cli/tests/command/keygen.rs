//! Keys: made once, for their owner only.

use std::fs;

use crate::harness::{Scratch, sansession};

/// promise: I1, T8
#[test]
fn a_key_is_a_line_that_signs() {
    let scratch = Scratch::new();
    let line = sansession(&["keygen", "--id", "7"]).expect(0).out;
    let (id, digits) = line.trim_end().split_once(':').expect("ID:HEX");
    assert_eq!((id, digits.len()), ("7", 64));
    assert_ne!(line, sansession(&["keygen", "--id", "7"]).expect(0).out);

    let keys = scratch.file("keys", line.as_bytes());
    let cookie =
        sansession(&["sign", "signed", "--principal", "ada", "--keys", &keys]).expect(0).out;
    let said = sansession(&["inspect", "--json", "--keys", &keys, cookie.trim()]).expect(0);
    assert_eq!(said.json()["tokens"][0]["key"]["id"], 7);
}

/// promise: I6
#[test]
fn a_key_file_is_for_its_owner_and_never_overwritten() {
    let scratch = Scratch::new();
    let path = scratch.path("keys");
    let said = sansession(&["keygen", "--out", &path]).expect(0);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        assert_eq!(fs::metadata(&path).expect("made").mode() & 0o777, 0o600);
    }
    let made = fs::read(&path).expect("made");
    let refused = sansession(&["keygen", "--out", &path]).expect(2);
    assert!(refused.err.contains(&path), "{refused:?}");
    assert_eq!(fs::read(&path).expect("still there"), made);
    sansession(&["sign", "stored", "--principal", "ada", "--keys", &path]).expect(0);
}

/// promise: T7
#[test]
fn a_next_key_verifies_and_signs_once_its_plus_is_gone() {
    let scratch = Scratch::new();
    let old = sansession(&["keygen", "--id", "1"]).expect(0).out;
    let next = sansession(&["keygen", "--id", "2", "--next"]).expect(0).out;
    let new = next.strip_prefix('+').expect("+ID:HEX");
    let learning = scratch.file("learning", format!("{next}{old}").as_bytes());
    let changed = scratch.file("changed", format!("{new}{old}").as_bytes());
    for (signer, reader, id) in [(&learning, &changed, 1), (&changed, &learning, 2)] {
        let sign = ["sign", "signed", "--principal", "ada", "--keys", signer];
        let cookie = sansession(&sign).expect(0).out;
        let said = sansession(&["inspect", "--json", "--keys", reader, cookie.trim()]).expect(0);
        assert_eq!(said.json()["tokens"][0]["key"]["id"], id);
    }
    let alone = scratch.file("alone", next.as_bytes());
    let refused = sansession(&["sign", "signed", "--principal", "ada", "--keys", &alone]).expect(2);
    assert!(refused.err.contains("no key that signs"), "{refused:?}");
    assert!(!refused.err.contains(new.trim()), "{refused:?}");
    sansession(&["keygen", "--next", "--out", &scratch.path("keys")]).expect(2);
}

#[test]
fn json_tells_the_line_or_the_path() {
    let scratch = Scratch::new();
    let said = sansession(&["keygen", "--json"]).expect(0).json();
    assert_eq!(said["id"], 1);
    assert!(said["line"].as_str().expect("a line").starts_with("1:"));
    let path = scratch.path("keys");
    let said = sansession(&["keygen", "--json", "--id", "255", "--out", &path]).expect(0).json();
    assert_eq!(said, serde_json::json!({ "id": 255, "path": path }));
}

/// promise: I6
#[cfg(unix)]
#[test]
fn a_key_file_that_others_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let keys = scratch.keys();
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o644)).expect("its own");
    let said = sansession(&["sign", "signed", "--principal", "ada", "--keys", &keys]).expect(0);
    assert!(said.err.starts_with("warning: ") && said.err.contains("644"), "{said:?}");
    assert_eq!(said.err.lines().count(), 1);
}
