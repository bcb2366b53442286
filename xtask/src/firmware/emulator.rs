//! The emulated board.
//!
//! This program becomes the emulator, so whoever stops the command stops the board. What waits for the board to answer is
//! therefore a process of its own, which ends with either.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use super::ANSWERS;
use super::board::Board;
use crate::failure::Failure;
use crate::{run, setup};

const EMULATOR: &str = "qemu-system-arm";
/// Bytes of the board's flash.
const FLASH: usize = 16 * 1024 * 1024;
/// A board that does not answer for so long is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// Installs the emulator, if it is not there.
pub(crate) fn install() -> Result<(), Failure> {
    let there = || run::succeeds(EMULATOR, &["--version"]);
    if there() {
        return Ok(());
    }
    setup::apt_install(&[EMULATOR])?;
    if there() {
        Ok(())
    } else {
        Err(Failure::Step(format!("installed, but does not start: {EMULATOR}")))
    }
}

/// Runs the firmware until it is stopped. The file is what the flash holds, on a board that has one; without one it is
/// blank.
pub(crate) fn run(
    board: &Board,
    elf: &Path,
    flash: &Path,
    port: u16,
    args: &str,
) -> Result<(), Failure> {
    if board.has_network && !flash.exists() {
        blank(flash).map_err(|error| {
            Failure::Step(format!("cannot create {}: {error}", flash.display()))
        })?;
    }
    let this = std::env::current_exe()
        .map_err(|error| Failure::Step(format!("this program cannot be found: {error}")))?;
    let mut waiting = Command::new(this);
    waiting.args([ANSWERS, &port.to_string()]);
    waiting.spawn().map_err(|error| run::cannot_start(&waiting, &error))?;
    Err(run::become_command(emulator(board, elf, flash, port, args)))
}

/// The emulator as a board with this firmware.
pub(crate) fn emulator(board: &Board, elf: &Path, flash: &Path, port: u16, args: &str) -> Command {
    let mut emulator = if board.has_network { network(flash, port, args) } else { serial(port) };
    emulator.args(["-M", board.name, "-display", "none", "-monitor", "none", "-kernel"]).arg(elf);
    emulator
}

/// A board whose serial line is a port: a connection is a cable that is plugged in.
fn serial(port: u16) -> Command {
    let mut command = Command::new(EMULATOR);
    command
        .args(["-serial", &format!("tcp:127.0.0.1:{port},server=on,wait=off")])
        // The log comes out here.
        .args(["-semihosting-config", "enable=on,target=native"]);
    command
}

/// A board with a network, and with flash that is a file. Commas separate the emulator's options, so in a value they are doubled.
fn network(flash: &Path, port: u16, args: &str) -> Command {
    let flash = flash.to_string_lossy().replace(',', ",,");
    let args = args.replace(',', ",,");
    let mut command = Command::new(EMULATOR);
    command
        .args(["-serial", "stdio"])
        .args(["-drive", &format!("if=mtd,format=raw,file={flash}")])
        .args([
            "-nic",
            &format!("user,restrict=on,model=msf2-emac,hostfwd=tcp:127.0.0.1:{port}-:80"),
        ])
        .arg("-semihosting-config")
        .arg(format!("enable=on,target=native,arg=firmware,arg={args}"));
    command
}

pub(crate) fn blank(flash: &Path) -> std::io::Result<()> {
    if let Some(folder) = flash.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(flash)?.write_all(&vec![0xff; FLASH])
}

/// Waits until the board answers, and says where. It ends without a word when the emulator has ended.
pub(crate) fn answers(port: u16) -> Result<(), Failure> {
    let start = Instant::now();
    let emulator = parent();
    while parent() == emulator {
        if ping(port).is_ok() {
            println!("listening on http://127.0.0.1:{port}");
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            return Err(Failure::Step(format!("the board does not answer on port {port}")));
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// A serial line is not closed by the board, so this does not wait for that.
pub(crate) fn ping(port: u16) -> std::io::Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    stream.write_all(b"GET /ping HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n")?;
    let (mut answer, mut byte) = (Vec::new(), [0]);
    while !answer.ends_with(b"pong") {
        stream.read_exact(&mut byte)?;
        answer.extend(byte);
    }
    Ok(())
}

/// Sends a request, and gives all that comes back.
pub(crate) fn send(port: u16, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}
