//! Starts the demo, and ends it with the test.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::built;
use crate::curl::Client;
use crate::site::Site;
use sansession_test_servers::Scratch;

/// Names the store of each demo that is not told of one by its flags.
pub const STORE: &str = "SANSESSION_DEMO_STORE";

/// On disk, in the demo's own folder.
const ON_DISK: &str = "sqlite:sessions.db";

/// A running demo on a free port, with a new key file unless told otherwise.
pub struct Demo {
    process: Mutex<Child>,
    base: String,
    flags: Vec<String>,
    scratch: Scratch,
}

impl Demo {
    /// Starts with the default timeouts and an empty store: on disk, or what
    /// [`STORE`] says in the environment.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Starts with an empty store in memory, which a restart empties again.
    pub fn in_memory() -> Self {
        Self::with(&["--store", "memory"])
    }

    /// Starts with an empty store on disk, which outlives a restart.
    pub fn on_disk() -> Self {
        Self::with(&["--store", ON_DISK])
    }

    /// Starts with these flags; each replaces the default of the same name.
    pub fn with(flags: &[&str]) -> Self {
        let scratch = Scratch::new();
        let key_file = scratch.file("keys").display().to_string();
        let mut all: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let store = env::var(STORE).unwrap_or_else(|_| ON_DISK.to_owned());
        // On a server that demos share, each has its own sessions.
        let site = site();
        let defaults = [
            ("--listen", "127.0.0.1:0"),
            ("--key-file", &key_file),
            ("--store", &store),
            ("--site", &site),
        ];
        for (name, value) in defaults {
            if !flags.contains(&name) {
                all.extend([name.to_owned(), value.to_owned()]);
            }
        }
        Self::launch(scratch, all)
    }

    /// Kills the process and starts it again, with the same flags and files
    /// and, as always, on another port.
    #[must_use]
    pub fn restart(mut self) -> Self {
        self.kill();
        let scratch = std::mem::take(&mut self.scratch);
        let flags = std::mem::take(&mut self.flags);
        Self::launch(scratch, flags)
    }

    /// Kills the process, without a warning, as `kill -9` does.
    pub fn kill(&self) {
        let mut process = self.process.lock().expect("no other thread has failed");
        // It may have ended by itself: then there is nothing to kill.
        let _ = process.kill();
        let _ = process.wait();
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
        let process = Mutex::new(process);
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
}

impl Site for Demo {
    fn base(&self) -> &str {
        &self.base
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            let log = fs::read_to_string(self.scratch.file("log")).unwrap_or_default();
            eprintln!("the demo's log:\n{log}");
        }
    }
}

/// A name that no other demo of this run has.
fn site() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("demo_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
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
