//! Starts the demo, and ends it with the test.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::built;
use crate::curl::Client;
use crate::scratch::Scratch;

/// A running demo on a free port, with a new key file unless told otherwise.
pub struct Demo {
    process: Child,
    base: String,
    flags: Vec<String>,
    scratch: Scratch,
}

impl Demo {
    /// Starts with the default timeouts and an empty store in memory.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts with these flags; each replaces the default of the same name.
    pub fn with(flags: &[&str]) -> Self {
        let scratch = Scratch::new();
        let key_file = scratch.file("keys").display().to_string();
        let mut all: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let defaults =
            [("--listen", "127.0.0.1:0"), ("--key-file", &key_file), ("--store", "memory")];
        for (name, value) in defaults {
            if !flags.contains(&name) {
                all.extend([name.to_owned(), value.to_owned()]);
            }
        }
        Self::launch(scratch, all)
    }

    /// Ends the process without a warning and starts it again, with the same
    /// flags and files and, as always, on another port.
    #[must_use]
    pub fn restart(mut self) -> Self {
        self.end();
        let scratch = std::mem::take(&mut self.scratch);
        let flags = std::mem::take(&mut self.flags);
        Self::launch(scratch, flags)
    }

    fn launch(scratch: Scratch, flags: Vec<String>) -> Self {
        let log = File::create(scratch.file("log")).expect("the log can be written");
        let mut process = Command::new(built::program())
            .args(&flags)
            .current_dir(scratch.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the demo starts");
        let mut lines = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let base = listening_on(&mut lines);
        // Read on, or a demo that prints more would wait for us for ever.
        thread::spawn(move || io::copy(&mut lines, &mut io::sink()));
        let demo = Self { process, base: base.unwrap_or_default(), flags, scratch };
        assert!(!demo.base.is_empty(), "the demo ended before it listened");
        demo
    }

    /// Gives the address of a page: `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Names the key file of a demo that was started without `--key-file`.
    pub fn key_file(&self) -> PathBuf {
        self.scratch.file("keys")
    }

    /// Gives a browser that has never been here: curl with an empty jar.
    pub fn client(&self) -> Client {
        Client::with_jar(&self.base)
    }

    /// Gives somebody who sends this `name=value` with every request and
    /// keeps no cookie: a thief, a slow request, or a second connection.
    pub fn replay(&self, cookie: &str) -> Client {
        Client::with_cookies(&self.base, &[cookie])
    }

    /// Like [`Demo::replay`], with one `Cookie` header for each of `cookies`.
    pub fn replay_each(&self, cookies: &[&str]) -> Client {
        Client::with_cookies(&self.base, cookies)
    }

    fn end(&mut self) {
        // It may have ended by itself: then there is nothing to kill.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.end();
        if thread::panicking() {
            let log = fs::read_to_string(self.scratch.file("log")).unwrap_or_default();
            eprintln!("the demo's log:\n{log}");
        }
    }
}

fn listening_on(lines: &mut impl BufRead) -> Option<String> {
    lines.lines().map_while(Result::ok).find_map(|line| {
        line.split_once("listening on ").map(|(_, url)| url.trim().trim_end_matches('/').to_owned())
    })
}

/// How the demo refused to start: its exit code and what it said.
#[derive(Debug)]
pub struct Refusal {
    /// The exit code.
    pub code: i32,
    /// All that it wrote to standard error.
    pub message: String,
}

/// Starts the demo with flags that it has to refuse, in an empty folder.
///
/// Panics if it is still running after ten seconds: it took the flags.
pub fn refusal(flags: &[&str]) -> Refusal {
    let scratch = Scratch::new();
    let log = scratch.file("log");
    let mut process = Command::new(built::program())
        .args(flags)
        .current_dir(scratch.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log).expect("the log can be written"))
        .spawn()
        .expect("the demo starts");
    let Some(code) = exit_within(&mut process, Duration::from_secs(10)) else {
        let _ = process.kill();
        let _ = process.wait();
        panic!("the demo took these flags: {flags:?}");
    };
    Refusal { code, message: read(&log) }
}

fn exit_within(process: &mut Child, limit: Duration) -> Option<i32> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = process.try_wait().expect("the process can be waited for") {
            return Some(status.code().expect("it ends by itself"));
        }
        thread::sleep(Duration::from_millis(10));
    }
    None
}

fn read(log: &Path) -> String {
    fs::read_to_string(log).expect("the log is text")
}
