//! Builds the firmware, says how large it is, and runs it on an emulated board.

pub(crate) mod board;
pub(crate) mod compiler;
pub(crate) mod emulator;
pub(crate) mod size;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Failure;
use crate::{run, setup};
use board::Board;

/// The hidden command that waits for the board; see [`emulator`].
pub(crate) const ANSWERS: &str = "firmware-answers";

/// Builds it and becomes the emulator.
pub(crate) fn firmware(args: &[OsString]) -> Result<(), Failure> {
    let options = Options::parse(args)?;
    let elf = build(options.board)?;
    eprintln!("{}", size::of(&elf)?.beside(options.board));
    if options.build {
        println!("{}", elf.display());
        return Ok(());
    }
    emulator::install()?;
    let flash = options.flash.unwrap_or_else(|| folder().join("flash.bin"));
    emulator::run(options.board, &elf, &flash, options.port, &options.args)
}

/// Waits until the board answers, and says where.
pub(crate) fn answers(args: &[OsString]) -> Result<(), Failure> {
    match args {
        [port] => emulator::answers(parse_port(port)?),
        _ => Err(Failure::Usage(format!("{ANSWERS}: a port is missing"))),
    }
}

pub(crate) fn build(board: &Board) -> Result<PathBuf, Failure> {
    let mut cargo = compiler::cargo(board.target)?;
    let target = folder();
    cargo
        .args([
            "build",
            "--release",
            "--locked",
            "--target",
            board.target,
            "--features",
            board.name,
            "--target-dir",
        ])
        .arg(&target)
        // Where the package's settings for devices are found.
        .current_dir(run::root().join("examples/firmware"));
    run::run(cargo)?;
    Ok(target.join(board.target).join("release").join(board.program))
}

/// A folder of its own, as its dependencies have other features than those of the workspace.
pub(crate) fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| "target".into());
    run::root().join(target).join("firmware")
}

#[derive(Debug)]
struct Options {
    board: &'static Board,
    port: u16,
    flash: Option<PathBuf>,
    args: String,
    build: bool,
}

impl Options {
    fn parse(args: &[OsString]) -> Result<Self, Failure> {
        let mut options = Self {
            board: &board::EMCRAFT_SF2,
            port: 8080,
            flash: None,
            args: String::new(),
            build: false,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || {
                let name = arg.display();
                args.next().ok_or_else(|| Failure::Usage(format!("firmware: {name} has no value")))
            };
            match arg.to_str() {
                Some("--board") => options.board = parse_board(value()?)?,
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
        if !options.board.has_network && (options.flash.is_some() || !options.args.is_empty()) {
            let name = options.board.name;
            return Err(Failure::Usage(format!(
                "firmware: {name} takes neither --flash nor --args"
            )));
        }
        Ok(options)
    }
}

fn parse_port(text: &OsString) -> Result<u16, Failure> {
    let port = text.to_str().and_then(|text| text.parse().ok()).filter(|port| *port != 0);
    port.ok_or_else(|| Failure::Usage(format!("not a port: {}", text.display())))
}

fn parse_board(name: &OsString) -> Result<&'static Board, Failure> {
    Board::named(name).ok_or_else(|| {
        let names = board::ALL.map(|board| board.name).join(" or ");
        Failure::Usage(format!("no such board: {}; there is {names}", name.display()))
    })
}

/// Checks the firmware's own workspace: its form, its lints on the boards, and its application on this machine.
pub(crate) fn check() -> Result<(), Failure> {
    let here = run::root().join("examples/firmware");
    let target = folder();
    run::run(in_folder(run::cargo(&["fmt", "--check"]), &here))?;
    let mut clippy = run::cargo(&["clippy", "--locked", "--all-targets", "--target-dir"]);
    clippy.arg(&target).args(["--", "-D", "warnings"]);
    run::run(in_folder(clippy, &here))?;
    for board in board::ALL {
        let mut clippy = run::cargo(&["clippy", "--locked", "--release", "--target", board.target]);
        clippy.args(["--features", board.name, "--target-dir"]).arg(&target);
        clippy.args(["--", "-D", "warnings"]);
        run::run(in_folder(clippy, &here))?;
    }
    let mut test = run::cargo(&["test", "--locked", "--target-dir"]);
    test.arg(&target);
    run::run(in_folder(test, &here))
}

fn in_folder(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder);
    command
}

/// Installs what the tests on the boards need: the emulator, and the compiler's targets.
pub(crate) fn install() -> Result<(), setup::Missing> {
    emulator::install().map_err(|why| setup::Missing(why.to_string()))?;
    for board in board::ALL {
        compiler::cargo(board.target).map_err(|why| setup::Missing(why.to_string()))?;
    }
    Ok(())
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
        let options = parse(&[]).ok().expect("they are right");
        assert_eq!((options.port, options.board), (8080, &board::EMCRAFT_SF2));
        let other = parse(&["--board", "microbit"]).ok().map(|options| options.board);
        assert_eq!(other, Some(&board::MICROBIT));
        for wrong in [
            &["--port"][..],
            &["--board", "x"],
            &["--board", "microbit", "--flash", "f"],
            &["--args", "cut=3", "--board", "microbit"],
            &["--port", "0"],
            &["--port", "x"],
            &["--what"],
            &["f"],
        ] {
            assert!(matches!(parse(wrong), Err(Failure::Usage(_))), "{wrong:?}");
        }
    }
}
