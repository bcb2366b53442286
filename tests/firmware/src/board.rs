//! An emulated board that runs the firmware, and ends with the test.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use sansession_demo_tests::{Client, Site};
use sansession_test_servers::free_port;

use crate::built;
use crate::flash::Flash;
use crate::wire::Wire;

/// A board that has not answered by then is broken.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often another port is tried: somebody else may have taken the first.
const PORTS: usize = 5;

/// A running board on a free port.
#[derive(Debug)]
pub struct Board {
    process: Mutex<Child>,
    port: u16,
    base: String,
    log: PathBuf,
}

impl Board {
    /// Switches a board on, and waits until it answers. `args` go to the firmware: `cut=N` cuts the power after N flash
    /// operations.
    #[must_use]
    pub fn start(flash: &Flash, args: &str) -> Self {
        match Self::try_start(flash, args) {
            Ok(board) => board,
            Err(code) => panic!("the board ended with {code} before it answered"),
        }
    }

    /// Switches a board on whose power may go before it answers.
    ///
    /// # Errors
    /// The exit code, if it ended.
    pub fn try_start(flash: &Flash, args: &str) -> Result<Self, i32> {
        for _ in 0..PORTS {
            let port = free_port();
            let board = Self::switch_on(flash, args, port);
            match board.answers() {
                // The emulator's own way to say that it does not start, as when the port was taken.
                Err(1) if board.log().is_empty() => {}
                Err(code) => return Err(code),
                Ok(()) => return Ok(board),
            }
        }
        panic!("the emulator does not start")
    }

    fn switch_on(flash: &Flash, args: &str, port: u16) -> Self {
        let log = flash.log();
        // The last board's is not this one's.
        let _ = fs::remove_file(&log);
        let process = Command::new("qemu-system-arm")
            .args(["-M", "emcraft-sf2", "-display", "none", "-monitor", "stdio"])
            .args(["-serial", &format!("file:{}", log.display())])
            .args([
                "-drive",
                &format!("if=mtd,format=raw,cache=unsafe,file={}", flash.file().display()),
            ])
            .args([
                "-nic",
                &format!("user,restrict=on,model=msf2-emac,hostfwd=tcp:127.0.0.1:{port}-:80"),
            ])
            .arg("-semihosting-config")
            .arg(format!("enable=on,target=native,arg=firmware,arg={args}"))
            .arg("-kernel")
            .arg(built::program())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the emulator is installed (`cargo xtask test` installs it)");
        Self { process: Mutex::new(process), port, base: format!("http://127.0.0.1:{port}"), log }
    }

    /// Waits until it answers, or gives the exit code with which it ended.
    fn answers(&self) -> Result<(), i32> {
        let start = Instant::now();
        loop {
            if let Some(code) = self.exit_code(Duration::ZERO) {
                return Err(code);
            }
            if self.wire().send("GET", "/ping", None, "").is_ok() {
                return Ok(());
            }
            assert!(start.elapsed() < PATIENCE, "the board does not answer: {}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Cuts the power: the processor stops wherever it is, and the emulator is killed, as `kill -9` does.
    ///
    /// The emulated flash says that it has written when its file is not written yet. A real one does not: so between the
    /// two the file gets what the flash has taken.
    pub fn kill(&self) {
        let mut process = self.process.lock().expect("no other thread has failed");
        // It may have ended by itself: then there is nothing to stop and nothing to kill.
        let _ = stop(&mut process);
        let _ = process.kill();
        let _ = process.wait();
    }

    /// Waits for the board to end by itself: its exit code, 99 after a cut, or none if it still runs when the time is over.
    #[must_use]
    pub fn exit_code(&self, within: Duration) -> Option<i32> {
        let start = Instant::now();
        loop {
            let mut process = self.process.lock().expect("no other thread has failed");
            if let Some(status) = process.try_wait().expect("the process can be waited for") {
                return Some(status.code().expect("it ends by itself"));
            }
            drop(process);
            if start.elapsed() >= within {
                return None;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// What the board has written to its serial line.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Gives the address of a page: `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Gives somebody whose requests the power may cut off.
    #[must_use]
    pub fn wire(&self) -> Wire {
        Wire::to(self.port)
    }

    /// Gives a browser that has never been here: curl with an empty jar.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::with_jar(&self.base)
    }

    /// Gives somebody who sends this `name=value` with every request and keeps no cookie.
    #[must_use]
    pub fn replay(&self, cookie: &str) -> Client {
        Client::with_cookies(&self.base, &[cookie])
    }
}

impl Site for Board {
    fn base(&self) -> &str {
        &self.base
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!("the board's log:\n{}", self.log());
        }
    }
}

/// Stops the processor, and waits until the file is written.
fn stop(process: &mut Child) -> io::Result<()> {
    let (Some(monitor), Some(answers)) = (&mut process.stdin, &mut process.stdout) else {
        return Ok(());
    };
    monitor.write_all(b"stop\ninfo status\n")?;
    // It answers the second command when it is done with the first.
    let mut answers = BufReader::new(answers).lines();
    answers.find(|line| line.as_ref().is_ok_and(|line| line.contains("VM status: paused")));
    Ok(())
}
