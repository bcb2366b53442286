//! The key file: made, kept, rotated, and refused when it is weak.

use std::fs;
use std::path::Path;

use sansession_demo_tests::{Client, Demo, Scratch, refusal};

fn with_session(demo: &Demo) -> Client {
    let client = demo.client();
    client.put("/api/session/data/a", "1").expect(204);
    client
}

/// Starts with this key file and gives what the demo says when it refuses it.
#[track_caller]
fn refused(content: &str) -> String {
    let scratch = Scratch::new();
    let file = scratch.write("keys", content);
    let refusal = refusal(&["--listen", "127.0.0.1:0", "--store", "memory", "--key-file", &file]);
    assert_eq!(refusal.code, 2, "{refusal:?}");
    assert!(refusal.message.to_lowercase().contains("key"), "{refusal:?}");
    assert_eq!(fs::read_to_string(file).ok().as_deref(), Some(content), "the file was changed");
    refusal.message
}

/// The key in a file that the demo made: `ID:HEX` on a line of its own.
fn key_in(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("made on the first start");
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let (_, key) = lines.find_map(|line| line.split_once(':')).expect("a key");
    key.to_owned()
}

fn new_key() -> String {
    key_in(&Demo::start().key_file())
}

// promise: Flags
#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_key_file_that_the_demo_made() {
    use std::os::unix::fs::PermissionsExt;
    let demo = Demo::start();
    let file = fs::metadata(demo.key_file()).expect("made on the first start");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

// promise: I1
#[test]
fn no_two_demos_make_the_same_keys() {
    assert_ne!(new_key(), new_key());
}

// promise: The page
#[test]
fn a_key_file_is_used_again() {
    let demo = Demo::in_memory();
    let client = with_session(&demo);
    let cookie = client.cookie().expect("a session was written");
    let before = fs::read(demo.key_file()).expect("made on the first start");
    let demo = demo.restart();
    assert_eq!(fs::read(demo.key_file()).expect("still there"), before);
    // The store was in memory; the cookie is still one of ours.
    assert_eq!(demo.replay(&cookie).verdict(), "unknown");
}

// promise: T7
#[test]
fn an_older_key_in_the_file_still_verifies() {
    let demo = Demo::on_disk();
    let cookie = with_session(&demo).cookie().expect("a session was written");
    let older = key_in(&demo.key_file());
    let newer = new_key();

    fs::write(demo.key_file(), format!("2:{newer}\n1:{older}\n")).expect("written");
    let demo = demo.restart();
    assert_eq!(demo.replay(&cookie).verdict(), "resumed");

    fs::write(demo.key_file(), format!("2:{newer}\n")).expect("written");
    let demo = demo.restart();
    assert_eq!(demo.replay(&cookie).verdict(), "forged", "retired, and still good");
}

// promise: T8
#[test]
fn a_short_key_is_refused_and_not_shown() {
    let key = new_key();
    let one_byte_less = &key[2..];
    for short in ["", "c0ffee", one_byte_less] {
        let message = refused(&format!("1:{short}\n"));
        assert!(short.is_empty() || !message.contains(short), "{message}");
    }
}

// promise: T8
#[test]
fn a_key_of_equal_bytes_is_refused() {
    for byte in ["00", "a7"] {
        refused(&format!("1:{}\n", byte.repeat(32)));
    }
}

// promise: T8
#[test]
fn one_weak_key_among_good_ones_is_refused() {
    refused(&format!("2:{}\n1:c0ffee\n", new_key()));
}

// promise: T7
#[test]
fn two_keys_with_one_id_are_refused() {
    refused(&format!("1:{}\n1:{}\n", new_key(), new_key()));
}

// promise: Flags
#[test]
fn an_empty_key_file_is_refused() {
    refused("");
}

// promise: Flags
#[test]
fn a_key_file_that_cannot_be_read_is_refused() {
    let scratch = Scratch::new();
    let folder = scratch.path().display().to_string();
    let below_a_file = format!("{}/keys", scratch.write("file", ""));
    for file in [folder, below_a_file] {
        let refusal = refusal(&["--listen", "127.0.0.1:0", "--key-file", &file]);
        assert_eq!(refusal.code, 2, "{refusal:?}");
        assert!(refusal.message.contains(&file), "{refusal:?}");
    }
}
