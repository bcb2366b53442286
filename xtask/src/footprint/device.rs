//! What the whole firmware takes of the board, its stack included: a short run on the emulator tells how deep that got.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::firmware::board::EMCRAFT_SF2 as BOARD;
use crate::firmware::{self, emulator, size};
use crate::run;

/// The most that it may take, in bytes.
const FLASH: u64 = 137_700;
const RAM: u64 = 40_600;
const STACK: u64 = 8_900;

/// A board that has not answered by then is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// Prints what it takes, beside the aims, and gives what is more than it may be.
pub(super) fn measure() -> Result<Vec<String>, Failure> {
    let elf = firmware::build(&BOARD)?;
    let sizes = size::of(&elf)?;
    let stack = stack(&elf)?;
    println!("\nThe firmware, the demo on the board, in bytes:\n");
    println!("| | takes | aim |\n|---|---:|---:|");
    println!("| flash | {} | {} |", sizes.flash, BOARD.flash);
    println!("| variables | {} | |", sizes.ram);
    println!("| stack, at its deepest | {stack} | |");
    println!("| RAM | {} | {} |", sizes.ram + stack, BOARD.ram);
    let all = [("flash", sizes.flash, FLASH), ("RAM", sizes.ram, RAM), ("stack", stack, STACK)];
    let over = all.iter().filter(|(_, bytes, most)| bytes > most);
    Ok(over.map(|(what, bytes, _)| format!("the firmware: {bytes} bytes of {what}")).collect())
}

/// Runs it on a blank flash, as somebody who logs in, writes, looks and logs out.
fn stack(elf: &std::path::Path) -> Result<u64, Failure> {
    let broken = |why: &dyn std::fmt::Display| Failure::Step(format!("the firmware: {why}"));
    let flash = firmware::folder().join("footprint.bin");
    // What an earlier run left is not to be measured.
    let _ = std::fs::remove_file(&flash);
    emulator::blank(&flash).map_err(|error| broken(&error))?;
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|port| port.local_addr());
    let port = free.map_err(|error| broken(&error))?.port();
    let mut command = emulator::emulator(&BOARD, elf, &flash, port, "");
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    run::echo(&command);
    let mut board = command.spawn().map_err(|error| run::cannot_start(&command, &error))?;
    let used = use_it(&mut board, port);
    // It may have ended by itself: then there is nothing to stop.
    let _ = board.kill();
    let output = board.wait_with_output().map_err(|error| broken(&error))?;
    let log = String::from_utf8_lossy(&output.stdout);
    used.map_err(|why| broken(&format!("{why}: {log}")))?;
    deepest(&log).ok_or_else(|| broken(&"its log does not tell its stack"))
}

fn use_it(board: &mut Child, port: u16) -> Result<(), String> {
    let start = Instant::now();
    while emulator::ping(port).is_err() {
        let ended = board.try_wait().map_err(|error| error.to_string())?;
        if ended.is_some() || start.elapsed() > PATIENCE {
            return Err("it does not answer".into());
        }
        thread::sleep(Duration::from_millis(100));
    }
    let mut cookie = String::new();
    for (method, path, body) in [
        ("GET", "/", ""),
        ("PUT", "/api/session/data/a", "a visitor's"),
        ("POST", "/api/session/login", "ada"),
        ("PUT", "/api/session/data/a", "a user's"),
        ("POST", "/api/session/flash/notice", "once"),
        ("GET", "/", ""),
        ("GET", "/api/session", ""),
        ("GET", "/api/session/list", ""),
        ("POST", "/api/session/regenerate", ""),
        ("POST", "/api/session/login", "bob"),
        ("GET", "/style.css", ""),
        ("POST", "/notes", ""),
        ("POST", "/api/session/invalidate", ""),
    ] {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: board\r\nConnection: close\r\nCookie: {cookie}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        let answer =
            emulator::send(port, &request).map_err(|error| format!("{method} {path}: {error}"))?;
        // A form without a token is refused, and that is measured, too.
        if !answer.starts_with("HTTP/1.1 2") && path != "/notes" {
            return Err(format!("{method} {path}: {answer}"));
        }
        if let Some(set) = answer.lines().find_map(|line| line.strip_prefix("Set-Cookie: ")) {
            set.split(';').next().unwrap_or_default().clone_into(&mut cookie);
        }
    }
    Ok(())
}

/// The last that the firmware wrote of it: `stack: N of M bytes`.
fn deepest(log: &str) -> Option<u64> {
    let mut told = log.lines().filter_map(|line| line.strip_prefix("stack: "));
    told.next_back()?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_stack_is_the_last_one_told() {
        assert_eq!(deepest("ready\r\nstack: 5 of 9 bytes\r\nstack: 7 of 9 bytes\r\n"), Some(7));
        assert_eq!(deepest("ready\r\n"), None);
        assert_eq!(deepest("stack: deep\r\n"), None);
    }
}
