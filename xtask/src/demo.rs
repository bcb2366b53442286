//! Builds the demo and becomes it.

use std::ffi::OsString;
use std::fs;

use crate::failure::Failure;
use crate::run;

/// Runs the demo with `flags`, and with an address, a key file and a store
/// if the flags name none, so that a fresh clone needs no flag at all.
pub(crate) fn demo(flags: &[OsString]) -> Result<(), Failure> {
    let mut command = run::cargo(&["run", "--release", "--package", "sansession-demo", "--"]);
    if !names(flags, "--listen") {
        command.args(["--listen", "127.0.0.1:8080"]);
    }
    // Beside the sources, not where the command was typed: the same keys and
    // records must be found again, or every session is lost.
    let folder = run::root().join(".demo");
    if !names(flags, "--key-file") {
        fs::create_dir_all(&folder).map_err(|error| {
            Failure::Step(format!("cannot create {}: {error}", folder.display()))
        })?;
        command.arg("--key-file").arg(folder.join("keys"));
    }
    if !names(flags, "--store") {
        let mut store = OsString::from("sqlite:");
        store.push(folder.join("sessions.db"));
        command.arg("--store").arg(store);
    }
    command.args(flags);
    Err(run::become_command(command))
}

/// Tells whether `flags` give `name`, as `--name value` or as `--name=value`.
fn names(flags: &[OsString], name: &str) -> bool {
    flags.iter().any(|flag| {
        let flag = flag.to_string_lossy();
        flag.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_flag_is_found_in_both_spellings_and_not_by_its_beginning() {
        assert!(names(&["--listen".into(), "[::]:80".into()], "--listen"));
        assert!(names(&["--listen=[::]:80".into()], "--listen"));
        assert!(!names(&["--listener".into()], "--listen"));
        assert!(!names(&[], "--listen"));
    }
}
