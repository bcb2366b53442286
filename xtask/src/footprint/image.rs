//! Builds the images, and the plugin of the emulator.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::firmware::{compiler, size};
use crate::run;

/// Where the images and the plugin are.
const WORKSPACE: &str = "tests/footprint";

/// Bytes of code and constants of the image with these features.
pub(crate) fn text(target: &str, features: &str) -> Result<u64, Failure> {
    size::of(&image(target, features)?).map(|sizes| sizes.flash)
}

/// The image with these features that measures itself.
pub(crate) fn measured(target: &str, features: &str) -> Result<PathBuf, Failure> {
    image(target, &format!("{features},measured"))
}

fn image(target: &str, features: &str) -> Result<PathBuf, Failure> {
    let folder = folder();
    let mut cargo = compiler::cargo(target)?;
    cargo.args(["build", "--quiet", "--release", "--locked", "--target", target]);
    cargo.args(["--features", features, "--target-dir"]).arg(&folder);
    cargo.current_dir(run::root().join(WORKSPACE).join("image"));
    run::run(cargo)?;
    Ok(folder.join(target).join("release/footprint"))
}

/// What counts instructions.
pub(crate) fn plugin() -> Result<PathBuf, Failure> {
    let folder = folder();
    let mut cargo = run::cargo(&["build", "--quiet", "--release", "--locked"]);
    cargo.args(["-p", "sansession-footprint-plugin", "--target-dir"]).arg(&folder);
    cargo.current_dir(run::root().join(WORKSPACE));
    run::run(cargo)?;
    Ok(folder.join("release/libsansession_footprint_plugin.so"))
}

/// A folder of its own, as its dependencies have other features than those of the workspace.
fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    run::root().join(target.as_deref().unwrap_or(Path::new("target"))).join("footprint")
}
