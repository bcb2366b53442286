//! Installs the servers that the stores' tests start for themselves.
//!
//! Debian's packages may start a server of their own, with its own data; no test ever speaks to that one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::run;
use crate::setup;

/// Where Debian keeps the programs of each PostgreSQL version, outside the path.
const POSTGRES: &str = "/usr/lib/postgresql";

/// Installs PostgreSQL and Redis, if they are not there.
pub(crate) fn install() -> Result<(), Failure> {
    let missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    setup::apt_install(&missing)?;
    match missing_packages() {
        still if still.is_empty() => Ok(()),
        still => Err(Failure::Step(format!("installed, but not found: {}", still.join(", ")))),
    }
}

fn missing_packages() -> Vec<&'static str> {
    let mut packages = Vec::new();
    if !has_postgres() {
        packages.push("postgresql");
    }
    if !["redis-server", "valkey-server"].iter().any(|it| run::succeeds(it, &["--version"])) {
        packages.push("redis-server");
    }
    packages
}

/// Whether `initdb` is there, in the path or where Debian has it.
fn has_postgres() -> bool {
    run::succeeds("initdb", &["--version"])
        || versions().any(|folder| folder.join("bin/initdb").is_file())
}

fn versions() -> impl Iterator<Item = PathBuf> {
    fs::read_dir(Path::new(POSTGRES)).into_iter().flatten().flatten().map(|entry| entry.path())
}
