//! Finds a compiler for the board's processor.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::run;
use crate::setup::{self, Missing};

/// Where Debian puts its own compiler, and the sources of core that belong to it.
const DEBIAN: &str = "/usr/bin";
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld"];

/// Gives a cargo that builds for `target`: the one at hand, with its target from rustup; otherwise Debian's, which builds
/// core from source.
///
/// # Errors
/// There is none, and what to install.
pub(crate) fn cargo(target: &str) -> Result<Command, Failure> {
    let Err(Missing(rustup)) = setup::target(target) else {
        return Ok(run::cargo(&[]));
    };
    eprintln!("{rustup}: trying Debian's compiler");
    debian().map_err(|debian| {
        let packages = PACKAGES.join(" ");
        Failure::Step(format!(
            "no compiler for {target}: {rustup}, and {debian}. Install one by `rustup target add {target}`, or the \
             packages {packages}"
        ))
    })
}

fn debian() -> Result<Command, Failure> {
    let cargo = Path::new(DEBIAN).join("cargo");
    if !cargo.is_file() || !has_linker() {
        setup::apt_install(&PACKAGES)?;
    }
    if !cargo.is_file() {
        return Err(Failure::Step(format!("{} is not there", cargo.display())));
    }
    let mut command = Command::new(&cargo);
    command
        // Not those of the compiler that built this program.
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env("PATH", path(&linker()?)?)
        // Building core is no stable feature; nothing else that is unstable is used.
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["-Z", "build-std=core"]);
    Ok(command)
}

fn has_linker() -> bool {
    run::succeeds("ld.lld", &["--version"])
}

/// Debian's programs first, and its linker under the name that the compiler asks for.
fn path(linker: &Path) -> Result<OsString, Failure> {
    let rest = env::var_os("PATH").unwrap_or_default();
    let folders = [PathBuf::from(DEBIAN), linker.to_path_buf()];
    env::join_paths(folders.into_iter().chain(env::split_paths(&rest)))
        .map_err(|error| Failure::Step(format!("PATH cannot be extended: {error}")))
}

/// A folder in which Debian's linker is called as rustc calls it.
#[cfg(unix)]
fn linker() -> Result<PathBuf, Failure> {
    let folder = super::folder().join("linker");
    let link = folder.join("rust-lld");
    if link.symlink_metadata().is_err() {
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::os::unix::fs::symlink(Path::new(DEBIAN).join("lld"), &link))
            .map_err(|error| Failure::Step(format!("cannot create {}: {error}", link.display())))?;
    }
    Ok(folder)
}

#[cfg(not(unix))]
fn linker() -> Result<PathBuf, Failure> {
    Err(Failure::Step("this is no Debian".into()))
}
