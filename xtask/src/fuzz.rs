//! Runs the fuzz targets, each on from the inputs that are kept in `fuzz/corpus`.
//!
//! They are built without a sanitizer: core is free of `unsafe`, so a stable compiler does and a run is several times as
//! fast. New inputs go to the target folder, never among those that git keeps.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::run::{cargo, root, run};
use crate::setup::{self, Missing};

/// How long each target runs if nobody says.
const SECONDS: u64 = 60;
/// How long each one runs among the other tests.
const BRIEF: u64 = 5;
/// A run begins anew this often: a configuration's texts live as long as the process, so it grows.
const ROUND: u64 = 120;

/// Fuzzes all targets, or the one named.
pub(crate) fn fuzz(args: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(args, &targets()?)?;
    if let Err(Missing(reason)) = setup::fuzzer() {
        return Err(Failure::Step(format!(
            "fuzzing needs cargo-fuzz and a C++ compiler: {reason}"
        )));
    }
    run(cargo_fuzz("build"))?;
    let found = target_folder().join("fuzz-corpus");
    for target in &options.targets {
        let mut left = options.seconds;
        while left > 0 {
            let round = left.min(ROUND);
            run(fuzzing(target, &found, round)?)?;
            left -= round;
        }
        let inputs = found.join(target);
        eprintln!("== {target} held; what else was tried is in {}", inputs.display());
    }
    Ok(())
}

/// Fuzzes each target for some seconds, always in the same way.
pub(crate) fn brief() -> Result<(), Failure> {
    run(cargo_fuzz("build"))?;
    let found = std::env::temp_dir().join(format!("sansession-fuzz-{}", std::process::id()));
    for target in targets()? {
        let mut command = fuzzing(&target, &found, BRIEF)?;
        command.args(["-seed=1", "-verbosity=0", "-print_final_stats=1"]);
        run(command)?;
    }
    fs::remove_dir_all(&found).map_err(|error| unreadable(&found, &error))
}

struct Options {
    targets: Vec<String>,
    seconds: u64,
}

impl Options {
    fn parse(args: &[OsString], known: &[String]) -> Result<Self, Failure> {
        let mut options = Self { targets: known.to_vec(), seconds: SECONDS };
        for arg in args {
            let arg = arg.to_string_lossy();
            if let Ok(seconds) = arg.parse() {
                options.seconds = seconds;
            } else if known.iter().any(|name| *name == arg) {
                options.targets = vec![arg.into_owned()];
            } else {
                let known = known.join(", ");
                return Err(Failure::Usage(format!(
                    "fuzz: {arg} is neither a number of seconds nor one of {known}"
                )));
            }
        }
        Ok(options)
    }
}

/// The names of the targets, which are those of their files.
fn targets() -> Result<Vec<String>, Failure> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

fn cargo_fuzz(subcommand: &str) -> Command {
    let mut command =
        cargo(&["fuzz", subcommand, "--features", "libfuzzer", "--sanitizer", "none"]);
    command.arg("--fuzz-dir").arg(root().join("fuzz"));
    // The instrumentation is made for one unit per crate; linking them all into one takes minutes.
    command.env("CARGO_PROFILE_RELEASE_LTO", "off");
    command
}

/// One run of a target. New inputs go into a folder of its name in `found`.
fn fuzzing(target: &str, found: &Path, seconds: u64) -> Result<Command, Failure> {
    let folder = root().join("fuzz");
    let inputs = found.join(target);
    fs::create_dir_all(&inputs).map_err(|error| unreadable(&inputs, &error))?;
    let mut command = cargo_fuzz("run");
    command.arg(target).arg(inputs).arg(folder.join("corpus").join(target));
    command.args(["--", "-timeout=10"]).arg(format!("-max_total_time={seconds}"));
    let mut words = OsString::from("-dict=");
    words.push(folder.join("dictionaries").join(format!("{target}.dict")));
    command.arg(words);
    Ok(command)
}

fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Step(format!("cannot use {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{Options, SECONDS};

    #[test]
    fn a_target_and_a_time_are_told_apart_and_anything_else_is_refused() {
        let known = ["record".to_owned(), "token".to_owned()];
        let parse = |args: &[&str]| {
            let args: Vec<_> = args.iter().map(Into::into).collect();
            Options::parse(&args, &known).map(|options| (options.targets, options.seconds)).ok()
        };
        assert_eq!(parse(&[]), Some((known.to_vec(), SECONDS)));
        assert_eq!(parse(&["token"]), Some((vec!["token".into()], SECONDS)));
        assert_eq!(parse(&["7"]), Some((known.to_vec(), 7)));
        assert_eq!(parse(&["record", "7"]), Some((vec!["record".into()], 7)));
        assert_eq!(parse(&["tokens"]), None);
        assert_eq!(parse(&["-7"]), None);
    }
}
