//! Measures the stores on real servers, beside other stores on the same.

use crate::failure::Failure;
use crate::run;
use crate::services;

/// The program that measures other libraries: a workspace of its own, because two kinds of SQLite cannot be in one.
const OTHERS: &str = "benches/stores/peers/Cargo.toml";

/// Installs the servers, builds both programs and prints what they measure.
pub(crate) fn stores() -> Result<(), Failure> {
    services::install()?;
    let target = run::root().join("target/store-peers");
    let mut build = run::cargo(&["build", "--release", "--locked", "--manifest-path"]);
    build.arg(run::root().join(OTHERS)).arg("--target-dir").arg(&target);
    run::run(build)?;
    let mut measure = run::cargo(&["run", "--release", "-p", "sansession-store-bench", "--"]);
    measure.arg(target.join("release/tower-sessions-store-bench"));
    run::run(measure)
}
