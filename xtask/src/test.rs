//! Checks everything: the static checks first, the tests last.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::firmware;
use crate::footprint;
use crate::fuzz;
use crate::probe::probe;
use crate::run::{cannot_start, cargo, echo, run};
use crate::services;
use crate::setup::{self, Missing};
use crate::tally::Tally;

/// The smallest processor that must do: no compare-and-swap, no std. What core has to do with promise: D4.
const DEVICE: &str = "thumbv6m-none-eabi";

/// What must build for it.
const DEVICE_PACKAGES: [&str; 8] = [
    "sansession",
    "sansession-ram",
    "sansession-nor",
    "sansession-spi-nor",
    "sansession-device",
    "sansession-web",
    "sansession-picoserve",
    "sansession-edge-http",
];

/// The oldest toolchain that must do, from the workspace's `rust-version`.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Installs what is missing and runs every step, until the first that fails.
pub(crate) fn test(args: &[OsString]) -> Result<(), Failure> {
    let mut options = Options::parse(args)?;
    eprintln!("== install what is missing");
    setup::programs(options.browser)?;
    if options.services {
        services::install()?;
    }
    let rustfmt = setup::component("rustfmt", "fmt");
    let clippy = setup::component("clippy", "clippy");
    let device = setup::target(DEVICE);
    let oldest = setup::toolchain(OLDEST);
    let fuzzer = setup::fuzzer();
    let board = if options.board { firmware::install() } else { Err(Missing("--no-board".into())) };

    let mut steps = Steps::default();
    steps.run_if(rustfmt, "fmt", || run(cargo(&["fmt", "--all", "--check"])))?;
    steps.run_if(clippy, "clippy", || {
        run(cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    })?;
    step("doc", || {
        let mut doc = cargo(&["doc", "--no-deps", "--workspace"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        run(doc)
    })?;
    steps.run_if(elf(), "link probe", probe)?;
    steps.run_if(device, "device target", || {
        let mut build = cargo(&["build", "--target", DEVICE, "--release"]);
        for package in DEVICE_PACKAGES {
            build.args(["-p", package]);
        }
        run(build)
    })?;
    steps.run_if(oldest, "oldest toolchain", || {
        let mut check = Command::new("rustup");
        check.args(["run", OLDEST, "cargo", "check", "--workspace", "--all-targets"]);
        // The peers of the benchmarks, and picoserve, ask for toolchains of their own; so do guides that show them.
        for newer in [
            "sansession-bench",
            "sansession-bench-nor",
            "sansession-guides",
            "sansession-picoserve",
        ] {
            check.args(["--exclude", newer]);
        }
        run(check)
    })?;
    steps.run_if(fuzzer, "fuzz", fuzz::brief)?;
    options.board = board.is_ok();
    steps.run_if(board, "firmware", || firmware::check().and_then(|()| footprint::footprint()))?;
    if !options.browser {
        steps.skip("browser tests", "--no-browser");
    }
    if !options.services {
        steps.skip("tests against PostgreSQL and Redis", "--no-services");
    }
    let mut tally = Tally::default();
    let tested = step("test", || cargo_test(&options, &mut tally));
    if tally.ignored > 0 {
        steps.skipped.push(format!("{} ignored tests", tally.ignored));
    }
    for skipped in &steps.skipped {
        println!("SKIPPED: {skipped}");
    }
    println!("{tally}");
    tested
}

struct Options {
    browser: bool,
    services: bool,
    board: bool,
    filter: Option<String>,
}

impl Options {
    fn parse(args: &[OsString]) -> Result<Self, Failure> {
        let mut options = Self { browser: true, services: true, board: true, filter: None };
        for arg in args {
            match arg.to_str() {
                Some("--no-browser") => options.browser = false,
                Some("--no-services") => options.services = false,
                Some("--no-board") => options.board = false,
                Some(filter) if !filter.starts_with('-') && options.filter.is_none() => {
                    options.filter = Some(filter.to_owned());
                }
                _ => return Err(Failure::Usage(format!("test: not expected: {}", arg.display()))),
            }
        }
        Ok(options)
    }
}

/// Names the work, before it and when it fails.
fn step(name: &str, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    eprintln!("== {name}");
    work().map_err(|failure| Failure::Step(format!("step `{name}` failed: {failure}")))
}

/// The steps that may be left out, and what was.
#[derive(Default)]
struct Steps {
    skipped: Vec<String>,
}

impl Steps {
    fn run_if(
        &mut self,
        ready: Result<(), Missing>,
        name: &str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match ready {
            Ok(()) => step(name, work),
            Err(Missing(reason)) => {
                self.skip(name, &reason);
                Ok(())
            }
        }
    }

    /// Said now, and once more at the end, where it is read.
    fn skip(&mut self, name: &str, reason: &str) {
        let skipped = format!("{name} ({reason})");
        eprintln!("== SKIPPED: {skipped}");
        self.skipped.push(skipped);
    }
}

/// The probe's linker flags are those of ELF linkers.
fn elf() -> Result<(), Missing> {
    if cfg!(target_os = "linux") { Ok(()) } else { Err(Missing("only on Linux".into())) }
}

/// Runs all tests, also after one has failed, shows their output line by line
/// and counts it. No test at all is a failure: a wrong filter is no success.
fn cargo_test(options: &Options, tally: &mut Tally) -> Result<(), Failure> {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.args(&options.filter);
    if !options.browser {
        command.env("SANSESSION_NO_BROWSER", "1");
    }
    if !options.services {
        command.env("SANSESSION_NO_SERVICES", "1");
    }
    if !options.board {
        command.env("SANSESSION_NO_BOARD", "1");
    }
    echo(&command);
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| cannot_start(&command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.add(&line);
        }
    }
    let status = child.wait().map_err(|error| cannot_start(&command, &error))?;
    match tally {
        _ if !status.success() => Err(Failure::Step(status.to_string())),
        Tally { failed: 1.., .. } => Err(Failure::Step("a test failed".into())),
        Tally { passed: 0, .. } => Err(Failure::Step("no test ran".into())),
        Tally { .. } => Ok(()),
    }
}
