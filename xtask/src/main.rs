//! Runs the demo, the tests and the link probe of this repository.
//!
//! In: a command name and its flags. Out: the commands that a person would
//! have typed, each echoed before it runs, and an exit code: 0 done, 1 a step
//! failed, 2 wrong usage. It knows nothing of sessions.

mod demo;
mod failure;
mod firmware;
mod footprint;
mod fuzz;
mod miri;
mod probe;
mod run;
mod services;
mod setup;
mod stores;
mod tally;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;

use failure::Failure;

const HELP: &str = "\
Usage: cargo xtask <command>

  demo [flags]                 builds the demo and runs it; flags go to the demo
  firmware [flags]             the same on an emulated board, its flash in a file;
                               --board NAME, --port N, --flash FILE,
                               --args TEXT, --build
  test [flags] [filter]        installs what is missing, then checks everything;
                               --no-browser, --no-services and --no-board leave
                               tests out
  probe                        links core without an allocator or a panic
  fuzz [target] [seconds]      looks for inputs that break an invariant, 60 s each
  miri                         interprets core's tests, also as big-endian
  bench                        prints what an exchange costs
  footprint                    prints what one costs a microcontroller
  stores                       prints what the stores cost, on servers of its own
  help                         this page
";

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<OsString> = args.collect();
    let done = match command.to_str() {
        Some("demo") => demo::demo(&rest),
        Some("firmware") => firmware::firmware(&rest),
        Some("footprint") => footprint::footprint(),
        Some(firmware::ANSWERS) => firmware::answers(&rest),
        Some("test") => test::test(&rest),
        Some("probe") => probe::probe(),
        Some("fuzz") => fuzz::fuzz(&rest),
        Some("miri") => miri::miri(),
        Some("bench") => run::run(run::cargo(&["run", "--release", "-p", "sansession-bench"])),
        Some("stores") => stores::stores(),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(())
        }
        Some("") => Err(Failure::Usage(format!("a command is missing\n\n{HELP}"))),
        _ => Err(Failure::Usage(format!("unknown command {}\n\n{HELP}", command.display()))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            failure.code()
        }
    }
}
