//! Proves that core needs no allocator and that no panic is reachable in it.
//!
//! The package `sansession-probe` calls the whole public interface from a
//! library without std, whose panic handler calls a function that nobody
//! defines. With `-z defs` the linker refuses such a library unless the
//! optimizer found every path to that handler dead. A proof that cannot fail
//! proves nothing: with a planted panic, and with a planted allocation, the
//! same command has to be refused.

use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::run::{cannot_start, cargo, echo, run};

/// What the panic handler of the probe calls.
const PANICKED: &str = "sansession_probe_panicked";

/// Each as cargo's configuration spells it: for speed, and for size.
const OPT_LEVELS: [&str; 2] = ["3", "\"s\""];

/// Links the probe at each level, and sees each planted fault refused.
pub(crate) fn probe() -> Result<(), Failure> {
    for level in OPT_LEVELS {
        run(link(level, "proof"))?;
        refused(link(level, "proof,with-panic"), &["undefined", PANICKED])?;
        refused(link(level, "proof,with-alloc"), &["no global memory allocator"])?;
    }
    Ok(())
}

fn link(opt_level: &str, features: &str) -> Command {
    let mut command = cargo(&["rustc", "-p", "sansession-probe", "--profile", "probe"]);
    command.arg("--config").arg(format!("profile.probe.opt-level={opt_level}"));
    command.args(["--features", features, "--lib", "--crate-type", "cdylib", "--"]);
    // The vector code of Poly1305 for x86 checks what it is given; devices, and the proof, have the portable one.
    command.env("RUSTFLAGS", "--cfg poly1305_backend=\"soft\"");
    for argument in ["-Wl,-z,defs", "-nostartfiles", "-lc"] {
        command.arg("-C").arg(format!("link-arg={argument}"));
    }
    command
}

/// Requires that the command fails, and that one line of its complaint has
/// all of `words`: a failure for another reason is not the proof.
fn refused(mut command: Command, words: &[&str]) -> Result<(), Failure> {
    echo(&command);
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| cannot_start(&command, &error))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        return Err(Failure::Step("the planted fault was linked".into()));
    }
    let named = complaint.lines().find(|line| words.iter().all(|word| line.contains(word)));
    let Some(line) = named else {
        eprintln!("{complaint}");
        return Err(Failure::Step("the planted fault was refused for another reason".into()));
    };
    eprintln!("refused, as it must be: {}", line.trim());
    Ok(())
}
