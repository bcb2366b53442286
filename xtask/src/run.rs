//! Runs other programs, and shows each command line before it runs.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// Starts a command line with the cargo that runs this program.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// Finds the root of the workspace, wherever the command was typed.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    here.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Shows the command line, so that any step can be repeated by hand.
pub(crate) fn echo(command: &Command) {
    eprint!("$ ");
    for (name, value) in command.get_envs() {
        let value = value.unwrap_or_default();
        eprint!("{}={} ", name.display(), quoted(value));
    }
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    eprint!("{}", program.display());
    for arg in command.get_args() {
        eprint!(" {}", quoted(arg));
    }
    eprintln!();
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.contains([' ', '"', '\'']) { format!("'{word}'") } else { word.into_owned() }
}

/// Runs the command on this terminal and requires that it succeeds.
pub(crate) fn run(mut command: Command) -> Result<(), Failure> {
    echo(&command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::Step(status.to_string())),
        Err(error) => Err(cannot_start(&command, &error)),
    }
}

/// Asks whether the command succeeds, and shows nothing of it.
pub(crate) fn succeeds(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Gives the trimmed standard output of a command, if it succeeds.
pub(crate) fn answer(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Becomes the command: signals and the exit code are its own from here on.
///
/// Returns only if the command could not be started.
#[cfg(unix)]
pub(crate) fn become_command(mut command: Command) -> Failure {
    use std::os::unix::process::CommandExt;
    echo(&command);
    let error = command.exec();
    cannot_start(&command, &error)
}

/// Runs the command and leaves with its exit code: the nearest thing to
/// becoming it on a system that cannot replace a process.
#[cfg(not(unix))]
pub(crate) fn become_command(mut command: Command) -> Failure {
    echo(&command);
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => cannot_start(&command, &error),
    }
}

pub(crate) fn cannot_start(command: &Command, error: &io::Error) -> Failure {
    Failure::Step(format!("cannot start {}: {error}", command.get_program().display()))
}
