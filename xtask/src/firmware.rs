//! Builds the firmware, says how large it is, and runs it on an emulated board.

pub(crate) mod compiler;
pub(crate) mod emulator;
pub(crate) mod size;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{run, setup};

/// The hidden command that waits for the board; see [`emulator`].
pub(crate) const ANSWERS: &str = "firmware-answers";

/// The processor of the board: a Cortex-M3.
const TARGET: &str = "thumbv7m-none-eabi";
const BOARD: &str = "emcraft-sf2";

/// Builds it and becomes the emulator.
pub(crate) fn firmware(args: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(args)?;
    let elf = build()?;
    let sizes = size::of(&elf)?;
    eprintln!("{sizes}");
    if options.build {
        println!("{}", elf.display());
        return Ok(());
    }
    emulator::install()?;
    let flash = options.flash.unwrap_or_else(|| folder().join("flash.bin"));
    emulator::run(&elf, &flash, options.port, &options.args)
}

/// Waits until the board answers, and says where.
pub(crate) fn answers(args: &[OsString]) -> Result<(), Failure> {
    match args {
        [port] => emulator::answers(parse_port(port)?),
        _ => Err(Failure::Usage(format!("{ANSWERS}: a port is missing"))),
    }
}

pub(crate) fn build() -> Result<PathBuf, Failure> {
    let mut cargo = compiler::cargo(TARGET)?;
    let target = folder();
    cargo
        .args([
            "build",
            "--release",
            "--locked",
            "--target",
            TARGET,
            "--features",
            BOARD,
            "--target-dir",
        ])
        .arg(&target)
        // Where the package's settings for devices are found.
        .current_dir(run::root().join("examples/firmware"));
    run::run(cargo)?;
    Ok(target.join(TARGET).join("release/firmware"))
}

/// A folder of its own, as its dependencies have other features than those of the workspace.
pub(crate) fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| "target".into());
    run::root().join(target).join("firmware")
}

#[derive(Debug)]
struct Options {
    port: u16,
    flash: Option<PathBuf>,
    args: String,
    build: bool,
}

impl Options {
    fn parse(args: &[OsString]) -> Result<Self, Failure> {
        let mut options = Self { port: 8080, flash: None, args: String::new(), build: false };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || {
                let name = arg.display();
                args.next().ok_or_else(|| Failure::Usage(format!("firmware: {name} has no value")))
            };
            match arg.to_str() {
                Some("--port") => options.port = parse_port(value()?)?,
                // As it was typed, not seen from where the emulator runs.
                Some("--flash") => options.flash = Some(PathBuf::from(value()?)),
                Some("--args") => options.args = value()?.to_string_lossy().into_owned(),
                Some("--build") => options.build = true,
                _ => {
                    return Err(Failure::Usage(format!(
                        "firmware: not expected: {}",
                        arg.display()
                    )));
                }
            }
        }
        Ok(options)
    }
}

fn parse_port(text: &OsString) -> Result<u16, Failure> {
    let port = text.to_str().and_then(|text| text.parse().ok()).filter(|port| *port != 0);
    port.ok_or_else(|| Failure::Usage(format!("not a port: {}", text.display())))
}

/// Checks the firmware's own workspace: its form, its lints on the board, and its application on this machine.
pub(crate) fn check() -> Result<(), Failure> {
    let here = run::root().join("examples/firmware");
    let target = folder();
    run::run(in_folder(run::cargo(&["fmt", "--check"]), &here))?;
    let mut clippy = run::cargo(&["clippy", "--locked", "--all-targets", "--target-dir"]);
    clippy.arg(&target).args(["--", "-D", "warnings"]);
    run::run(in_folder(clippy, &here))?;
    let mut board = run::cargo(&["clippy", "--locked", "--release", "--target", TARGET]);
    board.args(["--features", BOARD, "--target-dir"]).arg(&target).args(["--", "-D", "warnings"]);
    run::run(in_folder(board, &here))?;
    let mut test = run::cargo(&["test", "--locked", "--target-dir"]);
    test.arg(&target);
    run::run(in_folder(test, &here))
}

fn in_folder(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder);
    command
}

/// Installs what the tests on the board need: the emulator, and the compiler's target.
pub(crate) fn install() -> Result<(), setup::Missing> {
    emulator::install().map_err(|why| setup::Missing(why.to_string()))?;
    compiler::cargo(TARGET).map(drop).map_err(|why| setup::Missing(why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Options, Failure> {
        let args: Vec<_> = args.iter().map(OsString::from).collect();
        Options::parse(&args)
    }

    #[test]
    fn the_flags_are_read_and_wrong_ones_refused() {
        let options = parse(&["--port", "99", "--flash", "f", "--args", "cut=3 x"]).ok();
        let options = options.expect("they are right");
        assert_eq!((options.port, options.args.as_str()), (99, "cut=3 x"));
        assert_eq!(options.flash, Some(PathBuf::from("f")));
        assert_eq!(parse(&[]).ok().map(|options| options.port), Some(8080));
        for wrong in [&["--port"][..], &["--port", "0"], &["--port", "x"], &["--what"], &["f"]] {
            assert!(matches!(parse(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
    }
}
