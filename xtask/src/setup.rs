//! Installs what the tests need and this machine lacks.
//!
//! Programs come from apt, parts of the Rust toolchain from rustup, what extends cargo from its registry. What is
//! there already is left alone, so on a prepared machine nothing is fetched.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::failure::Failure;
use crate::run;

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const DRIVERS: [&str; 2] = ["chromedriver", "chromium.chromedriver"];

/// Says what could not be had; the step that needs it is skipped, loudly.
pub(crate) struct Missing(pub(crate) String);

/// Installs curl and Python, and the browser with its driver if they are wanted.
///
/// Without them the tests of the demo cannot run, so this is an error.
pub(crate) fn programs(browser: bool) -> Result<(), Failure> {
    let wanted = missing_packages(browser);
    if wanted.is_empty() {
        return Ok(());
    }
    apt_install(&wanted)?;
    match missing_packages(browser) {
        still if still.is_empty() => Ok(()),
        still => Err(Failure::Step(format!("installed, but does not start: {}", still.join(", ")))),
    }
}

/// Installs a component of the active toolchain, told by its cargo command.
pub(crate) fn component(name: &str, subcommand: &str) -> Result<(), Missing> {
    obtain(
        || run::cargo(&[subcommand, "--version"]).output().is_ok_and(|it| it.status.success()),
        "rustup",
        &["component", "add", name],
    )
}

/// Installs core for a target of the active toolchain.
pub(crate) fn target(triple: &str) -> Result<(), Missing> {
    obtain(
        || {
            run::answer("rustc", &["--print", "target-libdir", "--target", triple])
                .is_some_and(|folder| Path::new(&folder).is_dir())
        },
        "rustup",
        &["target", "add", triple],
    )
}

/// Installs another toolchain, without its documentation.
pub(crate) fn toolchain(version: &str) -> Result<(), Missing> {
    obtain(
        || run::succeeds("rustup", &["run", version, "cargo", "--version"]),
        "rustup",
        &["toolchain", "install", version, "--profile", "minimal"],
    )
}

/// Installs cargo-fuzz, and the C++ compiler that libFuzzer is built with.
pub(crate) fn fuzzer() -> Result<(), Missing> {
    if !run::succeeds("c++", &["--version"]) {
        apt_install(&["g++"]).map_err(|why| Missing(why.to_string()))?;
    }
    obtain(
        || run::succeeds("cargo", &["fuzz", "--version"]),
        "cargo",
        // Unoptimised: it only starts other programs.
        &["install", "cargo-fuzz", "--locked", "--debug"],
    )
}

/// Asks, installs, and asks again.
fn obtain(there: impl Fn() -> bool, program: &str, args: &[&str]) -> Result<(), Missing> {
    if there() {
        return Ok(());
    }
    let mut command = Command::new(program);
    command.args(args);
    match run::run(command) {
        Ok(()) if there() => Ok(()),
        _ => Err(Missing(format!("`{program} {}` did not succeed", args.join(" ")))),
    }
}

fn missing_packages(browser: bool) -> Vec<&'static str> {
    let starts = |program: &&str| run::succeeds(program, &["--version"]);
    // Ubuntu has other names for the same two packages.
    let ubuntu = fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"));
    let (chromium, driver) = if ubuntu {
        ("chromium-browser", "chromium-chromedriver")
    } else {
        ("chromium", "chromium-driver")
    };
    let mut packages = Vec::new();
    for program in ["curl", "python3"] {
        if !starts(&program) {
            packages.push(program);
        }
    }
    if browser && !BROWSERS.iter().any(starts) {
        packages.push(chromium);
    }
    if browser && !DRIVERS.iter().any(starts) {
        packages.push(driver);
    }
    packages
}

pub(crate) fn apt_install(packages: &[&str]) -> Result<(), Failure> {
    // An update that fails (no network) may still leave a usable package list.
    let _ = apt_get(&["update"]).and_then(run::run);
    let mut args = vec!["install", "--yes", "--no-install-recommends"];
    args.extend(packages);
    apt_get(&args).and_then(run::run).map_err(|why| {
        let names = packages.join(" ");
        Failure::Step(format!("cannot install {names} ({why}); install them by hand"))
    })
}

/// Builds a call of apt-get that asks no questions, as root or through sudo.
fn apt_get(args: &[&str]) -> Result<Command, Failure> {
    if !run::succeeds("apt-get", &["--version"]) {
        return Err(Failure::Step("there is no apt-get here".into()));
    }
    let mut command = if run::answer("id", &["-u"]).as_deref() == Some("0") {
        Command::new("env")
    } else if run::succeeds("sudo", &["-n", "true"]) {
        let mut command = Command::new("sudo");
        command.args(["-n", "env"]);
        command
    } else {
        return Err(Failure::Step("neither root nor sudo without a password".into()));
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(args);
    Ok(command)
}
