//! How it ends: every exit code, and what it says then.

use crate::harness::{ID, NOW, SECRET, Scratch, fed, hex, sansession};

#[test]
fn every_exit_code_is_documented_in_the_help() {
    let help = sansession(&["--help"]).expect(0).out;
    let (_, codes) = help.split_once("Exit codes:\n").expect("the codes");
    for code in 0..=5 {
        assert!(
            codes.lines().any(|line| line.starts_with(&format!("  {code}  "))),
            "{code} in {codes}"
        );
    }
    for command in ["keygen", "sign", "inspect", "parse", "completions"] {
        let help = sansession(&[command, "--help"]).expect(0).out;
        assert!(help.contains("Examples:\n  ") && help.contains("--json"), "{help}");
    }
    assert!(sansession(&["--version"]).expect(0).out.starts_with("sansession "));
}

/// The codes 0, 1, 3 and 4 of one token; 2 and 5 are below and among the pipes.
#[test]
fn the_same_token_ends_in_every_way() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    sansession(&["inspect", "--keys", &keys, "--now", NOW, ID]).expect(0);
    sansession(&["inspect", "--keys", &keys, "--now", NOW, &ID[1..]]).expect(1);
    sansession(&["inspect", "--keys", &keys, "--now", "1700600000", ID]).expect(3);
    sansession(&["inspect", "--now", NOW, ID]).expect(4);
}

#[test]
fn wrong_usage_is_one_line_that_helps() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let weak = scratch.file("weak", b"1:00\n");
    let empty = scratch.file("empty", b"# nothing\n");
    let binary = scratch.file("binary", b"\xff\xfe");
    let absent = scratch.path("absent");
    let long = format!("--name={}", "x".repeat(65));
    for (arguments, word) in [
        (&["--kyes"][..], "--kyes"),
        (&["inspect", "--kyes=1", ID], "--kyes "),
        (&["inspect", ID, "two"], "too many"),
        (&["unheard-of"], "no such command"),
        (&["sign", "signed"], "--keys"),
        (&["sign", "--keys", &keys], "TRANSPORT"),
        (&["sign", "signed", "--keys", &keys], "--data"),
        (&["sign", "both", "--keys", &keys], "stored, signed, sealed"),
        (&["sign", "signed", "--keys", &keys, "--lifetime", "soon"], "30d"),
        (&["sign", "signed", "--keys", &keys, "--data", "x"], "KEY=VALUE"),
        (&["sign", "signed", "--keys", &keys, "--csrf-only", "--data", "a=b"], "exclude"),
        (&["sign", "signed", "--keys", &keys, "--principal", "a", "--name", "a b"], "cookie name"),
        (&["sign", "signed", "--keys", &keys, "--principal", "a", "--insecure-http"], "__Host-"),
        (&["sign", "signed", "--keys", &keys, "--principal", ""], "1 to 255"),
        (&["inspect", "--keys", &keys, &long, ID], "cookie name"),
        (&["inspect", "--keys", &absent, ID], "absent: "),
        (&["inspect", "--keys", &weak, ID], "line 1"),
        (&["inspect", "--keys", &empty, ID], "no key"),
        (&["inspect", "--keys", &binary, ID], "UTF-8"),
        (&["inspect", "--file", &absent], "absent: "),
        (&["inspect", "--file", &absent, ID], "exclude"),
        (&["inspect", "--now", "yesterday", ID], "2026-11-05T10:00:00Z"),
        (&["keygen", "--id", "256"], "--id"),
        (&["completions"], "SHELL"),
        (&["completions", "csh"], "bash, elvish, fish"),
    ] {
        let said = sansession(arguments).expect(2);
        assert!(said.err.contains(word), "{word} in {said:?}");
    }
    let said = sansession(&[]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert_eq!(said.err, "error: a command is missing; try --help\n");
}

#[test]
fn an_input_without_end_is_refused() {
    let said = fed(&["inspect"], &vec![b'A'; 1024 * 1024 + 1]).expect(2);
    assert!(said.err.contains("1048576"), "{said:?}");
    fed(&["inspect"], &vec![b'A'; 1024 * 1024]).expect(1);
    fed(&["parse"], &vec![b'='; 1024 * 1024 + 1]).expect(2);
}

/// A key file can come through a pipe.
#[cfg(target_os = "linux")]
#[test]
fn keys_can_come_from_standard_input() {
    let line = format!("3:{}\n", hex(SECRET));
    let arguments = ["inspect", "--keys", "/dev/stdin", "--now", NOW, ID];
    let said = fed(&arguments, line.as_bytes()).expect(0);
    assert_eq!(said.err, "");
}
