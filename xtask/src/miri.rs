//! Runs core's unit tests under Miri: on this machine's kind of processor, and on a big-endian one.
//!
//! Apart from `cargo xtask test`, because it needs a nightly toolchain and takes minutes.

use std::process::Command;

use crate::failure::Failure;
use crate::run::run;

/// Those that hash or shuffle for long: an interpreter would take an hour.
const TOO_LONG: [&str; 7] = [
    "a_tag_costs",
    "a_packed_map",
    "any_other_character_anywhere",
    "another_implementation",
    "every_reason_is_told",
    "hashes_are_those_of_the_standard",
    "a_text_is_written_as_postcard",
];

/// Tests whose bytes must be the same on every processor.
const BIG_ENDIAN: &str = "s390x-unknown-linux-gnu";

/// Adds what Miri needs and interprets the tests.
pub(crate) fn miri() -> Result<(), Failure> {
    let mut add = Command::new("rustup");
    add.args(["component", "add", "miri", "rust-src", "--toolchain", "nightly"]);
    run(add)?;
    run(interpret(&[]))?;
    run(interpret(&["--target", BIG_ENDIAN]))
}

fn interpret(more: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo", "miri", "test", "-p", "sansession", "--lib"]);
    command.args(more).arg("--");
    for name in TOO_LONG {
        command.args(["--skip", name]);
    }
    // One test reads docs/PLAN.md.
    command.env("MIRIFLAGS", "-Zmiri-disable-isolation");
    command
}
