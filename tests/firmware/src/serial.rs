//! The emulated board that has a serial line and no network. The line is a port: whoever connects has plugged the cable
//! in, and there is one cable.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sansession_demo_tests::{Client, Scratch};
use sansession_test_servers::free_port;

use crate::built;

/// A board that has not answered by then is broken.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often another port is tried: somebody else may have taken the first.
const PORTS: usize = 5;

/// A running board. Without power it keeps nothing.
#[derive(Debug)]
pub struct SerialBoard {
    process: Child,
    port: u16,
    folder: Scratch,
}

impl SerialBoard {
    /// Switches a board on, and waits until it answers.
    #[must_use]
    pub fn start() -> Self {
        (0..PORTS).find_map(|_| Self::switch_on(free_port())).expect("the emulator starts")
    }

    /// None if the emulator ended, as when the port was taken.
    fn switch_on(port: u16) -> Option<Self> {
        let folder = Scratch::new();
        let log = folder.file("log");
        let process = Command::new("qemu-system-arm")
            .args(["-M", "microbit", "-display", "none", "-monitor", "none"])
            .args(["-serial", &format!("tcp:127.0.0.1:{port},server=on,wait=off")])
            .args(["-chardev", &format!("file,id=log,path={}", log.display())])
            .args(["-semihosting-config", "enable=on,target=native,chardev=log"])
            .arg("-kernel")
            .arg(built::serial_program())
            .stdin(Stdio::null())
            .spawn()
            .expect("the emulator is installed (`cargo xtask test` installs it)");
        let mut board = Self { process, port, folder };
        let start = Instant::now();
        while board.process.try_wait().expect("the process can be waited for").is_none() {
            if board.log().contains("ready") {
                return Some(board);
            }
            assert!(start.elapsed() < PATIENCE, "the board does not start: {}", board.log());
            thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// Cuts the power, and gives it back.
    #[must_use]
    pub fn restart(self) -> Self {
        drop(self);
        Self::start()
    }

    /// What the board has written to its log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.file("log")).unwrap_or_default()
    }

    /// Bytes of the stack that were ever used, and those that there are, each time that the board said so.
    #[must_use]
    pub fn stack(&self) -> Vec<(usize, usize)> {
        let log = self.log();
        let lines = log.lines().filter_map(|line| line.strip_prefix("stack: "));
        lines
            .map(|line| {
                let (used, rest) = line.split_once(" of ").expect("used of so many");
                let total = rest.split(' ').next().unwrap_or_default();
                (used.parse().expect("a number"), total.parse().expect("a number"))
            })
            .collect()
    }

    /// Gives a browser that has never been here: curl with an empty jar.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::with_jar(&self.base())
    }

    /// Gives somebody who sends this `name=value` with every request and keeps no cookie.
    #[must_use]
    pub fn replay(&self, cookie: &str) -> Client {
        Client::with_cookies(&self.base(), &[cookie])
    }

    fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Plugs the cable in. Until it is dropped, everybody else waits.
    #[must_use]
    pub fn plug(&self) -> Cable {
        let cable =
            TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).expect("the emulator listens");
        cable.set_read_timeout(Some(PATIENCE)).expect("it can be set");
        Cable(cable)
    }
}

impl Drop for SerialBoard {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if thread::panicking() {
            eprintln!("the board's log:\n{}", self.log());
        }
    }
}

/// The line, byte by byte.
#[derive(Debug)]
pub struct Cable(TcpStream);

impl Cable {
    /// Sends bytes, whatever they are.
    pub fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("the board reads");
    }

    /// Reads the next answer, and no byte behind it: its status and its body.
    #[must_use]
    pub fn answer(&mut self) -> (u16, String) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(self.read(1));
        }
        let head = String::from_utf8(head).expect("a head is text");
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.split(' ').next());
        let status = status.and_then(|text| text.parse().ok()).expect("a status line");
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
        let length = length.map_or(0, |text| text.parse().expect("a number"));
        (status, String::from_utf8(self.read(length)).expect("a body is text"))
    }

    fn read(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.0.read_exact(&mut bytes).expect("the board answers");
        bytes
    }
}
