//! Builds the firmware, once for all tests of this run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Gives the program for the board with a network, built from the sources that are here now, with the compiler that
/// `cargo xtask firmware` finds.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("emcraft-sf2"))
}

/// Gives the program for the board with a serial line.
pub(crate) fn serial_program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build("microbit"))
}

fn build(board: &str) -> PathBuf {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "firmware",
            "--build",
            "--board",
            board,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "the firmware builds");
    let text = String::from_utf8(output.stdout).expect("a path is text");
    // Its last line is where the program is.
    PathBuf::from(text.lines().last().expect("xtask says where it is"))
}
