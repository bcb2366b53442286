//! Pipes whose other end is gone, and output that cannot be written.

use std::io;
use std::process::{Command, Stdio};

use crate::harness::{ID, NOW, SIGNED, Scratch, command};

/// The end of a pipe that nobody reads.
fn unread() -> Stdio {
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

fn code(mut command: Command) -> (Option<i32>, String) {
    let output = command.output().expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let scratch = Scratch::new();
    let keys = scratch.keys();
    let inspect = ["inspect", "--keys", &keys, "--now", NOW];
    for (arguments, expected) in [
        ([&inspect[..], &[SIGNED]].concat(), 0),
        ([&inspect[..], &["--json", ID]].concat(), 0),
        ([&inspect[..], &[&ID[..80]]].concat(), 1),
        (vec!["inspect", ID], 4),
        (vec!["sign", "sealed", "--principal", "ada", "--keys", &keys], 0),
        (vec!["parse", "--name", "a", "a=1"], 0),
        (vec!["keygen"], 0),
        (vec!["completions", "bash"], 0),
        (vec!["--help"], 0),
    ] {
        let mut command = command(&arguments);
        command.stdout(unread());
        assert_eq!(code(command), (Some(expected), String::new()), "{arguments:?}");
    }
}

#[test]
fn nobody_has_to_hear_a_complaint() {
    for arguments in [&["--junk"][..], &["parse", "x"], &["sign", "signed", "--keys", "/nowhere"]] {
        let mut command = command(arguments);
        command.stdout(unread()).stderr(unread());
        let code = command.status().expect("it runs").code();
        assert_eq!(code, Some(if arguments[0] == "parse" { 1 } else { 2 }), "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_the_systems_failure() {
    for arguments in
        [&["keygen"][..], &["keygen", "--json"], &["completions", "fish"], &["--version"]]
    {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
        let mut command = command(arguments);
        command.stdout(full);
        let (code, said) = code(command);
        assert_eq!(code, Some(5), "{arguments:?} {said}");
        assert!(said.starts_with("error: cannot write the output: ") && said.lines().count() == 1);
    }
}
