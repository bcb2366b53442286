//! A private PostgreSQL, in a folder of its own.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::{Scratch, free_port, wanted};

/// Where Debian keeps the programs of each version, outside the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The password of the user `postgres`.
pub const PASSWORD: &str = "a-secret-password";

/// How long a server may take to start, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that is stopped when it is dropped.
#[derive(Debug)]
pub struct Postgres {
    folder: Scratch,
    programs: PathBuf,
    flags: Vec<String>,
    port: u16,
    process: Option<Child>,
}

impl Postgres {
    /// Starts a new server; none if tests start no servers.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same with more flags, such as `-c fsync=off`.
    #[must_use]
    pub fn start_with(flags: &[&str]) -> Option<Self> {
        wanted().then(|| {
            let flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
            let (folder, programs) = (Scratch::new(), programs());
            let mut server = Self { folder, programs, flags, port: 0, process: None };
            server.initialise();
            server.run_on_free_port();
            server
        })
    }

    /// One server for all tests that run at the same time, and do it no harm.
    #[must_use]
    pub fn shared() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Some(server);
        }
        let server = Arc::new(Self::start()?);
        *shared = Arc::downgrade(&server);
        Some(server)
    }

    /// Where it listens, with the password.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_by(self.port)
    }

    /// The same by another port, of a [`Proxy`](crate::Proxy).
    #[must_use]
    pub fn url_by(&self, port: u16) -> String {
        format!("postgres://postgres:{PASSWORD}@127.0.0.1:{port}/postgres")
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Kills the server, all its processes at once, as a power cut would.
    pub fn kill(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let children = children(process.id());
        // Its first process starts no others once it is gone.
        let _ = process.kill();
        let _ = process.wait();
        for child in &children {
            let mut kill = Command::new("kill");
            let _ = kill.args(["-9", &child.to_string()]).stderr(Stdio::null()).status();
        }
        // As long as one of them is there, it keeps the port and the memory.
        let deadline = Instant::now() + PATIENCE;
        while children.iter().any(|child| is_alive(*child)) {
            assert!(Instant::now() < deadline, "it does not end");
            sleep(Duration::from_millis(5));
        }
    }

    /// Starts the server again on what it left, where it was.
    pub fn restart(&mut self) {
        self.kill();
        let deadline = Instant::now() + PATIENCE;
        // What is left of the old one may hold on to its memory or port for a moment.
        while !self.run() {
            assert!(Instant::now() < deadline, "it does not start: {}", self.log());
            sleep(Duration::from_millis(100));
        }
    }

    fn initialise(&self) {
        let data = self.data();
        fs::create_dir(&data).expect("the folder can be written");
        let password = self.folder.write("password", PASSWORD);
        if let Some(user) = other_user() {
            for path in [data.as_path(), Path::new(&password)] {
                chown(path, Some(user), None).expect("root can");
            }
        }
        let output = self
            .command("initdb")
            .args(["--no-sync", "--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"])
            .args(["--locale=C", &format!("--pwfile={password}"), "--pgdata"])
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn run_on_free_port(&mut self) {
        for _ in 0..10 {
            self.port = free_port();
            if self.run() {
                return;
            }
        }
        panic!("it does not start: {}", self.log());
    }

    /// Starts the server, and waits until it is ready; false if it ended.
    fn run(&mut self) -> bool {
        let log = fs::File::create(self.folder.file("log")).expect("the folder can be written");
        let data = self.data();
        let mut process = self
            .command("postgres")
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&data)
            .args([
                "-p",
                &self.port.to_string(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "max_connections=200",
            ])
            .args(&self.flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("postgres runs");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if is_ready(&data, process.id()) {
                self.process = Some(process);
                return true;
            }
            if process.try_wait().expect("it is ours").is_some() {
                return false;
            }
            assert!(Instant::now() < deadline, "it is not ready: {}", self.log());
            sleep(Duration::from_millis(20));
        }
    }

    /// A program of the server, as a user that it accepts: it refuses to run as root.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir("/");
        if let Some(user) = other_user() {
            command.uid(user).gid(user);
        }
        command
    }

    /// The folder with its data.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.file("data")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.file("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whether the server that is this process says so in its own file.
fn is_ready(data: &Path, process: u32) -> bool {
    let Ok(told) = fs::read_to_string(data.join("postmaster.pid")) else { return false };
    let mut lines = told.lines();
    lines.next() == Some(&process.to_string()) && lines.any(|line| line.trim() == "ready")
}

/// The folder with the programs: one in the path, or the newest of Debian's.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).find(|folder| has_programs(folder));
    let in_debian = || {
        let versions = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
        let programs = versions.map(|version| version.path().join("bin"));
        programs.filter(|folder| has_programs(folder)).max()
    };
    let found = in_path.or_else(in_debian);
    let found = found.expect("PostgreSQL is not installed: `cargo xtask test` does it");
    // A link in the path leads to where the rest is.
    fs::canonicalize(found.join("initdb"))
        .ok()
        .and_then(|program| Some(program.parent()?.into()))
        .unwrap_or(found)
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}

/// The user to run as, where this process is root's: nobody.
fn other_user() -> Option<u32> {
    const NOBODY: u32 = 65_534;
    let own = fs::metadata("/proc/self").map_or(NOBODY, |process| process.uid());
    (own == 0).then_some(NOBODY)
}

/// The processes that a process has started.
fn children(process: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|child| state(*child).is_some_and(|(_, parent)| parent == process))
        .collect()
}

fn is_alive(process: u32) -> bool {
    // One that has ended can wait for somebody to ask how.
    state(process).is_some_and(|(state, _)| state != "Z")
}

/// What a process is doing, and who started it.
fn state(process: u32) -> Option<(String, u32)> {
    let told = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may contain anything.
    let mut rest = told.rsplit(')').next()?.split_whitespace();
    Some((rest.next()?.to_owned(), rest.next()?.parse().ok()?))
}
