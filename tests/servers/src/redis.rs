//! Starts a private Redis, or Valkey, on a free port.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::{Scratch, free_port, wanted};

/// Tried in this order.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// How long a server may take to do what it was told.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Ports tried: another program may take a free one first.
const TRIES: usize = 5;

/// A server of one test's own. It appends every write to its log, and syncs that, before it answers.
pub struct Redis {
    process: Option<Child>,
    port: u16,
    arguments: Vec<String>,
    scratch: Scratch,
}

impl Redis {
    /// Starts a server; `None` if no test is to start one.
    #[must_use]
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// Starts a server with more arguments, as in `["--maxmemory", "4mb"]`; `None` if no test is to start one.
    #[must_use]
    pub fn start_with(arguments: &[&str]) -> Option<Self> {
        Self::start_by(|| arguments.iter().map(ToString::to_string).collect())
    }

    /// The same with other arguments for each try, because they have ports in them.
    pub(crate) fn start_by(arguments: impl Fn() -> Vec<String>) -> Option<Self> {
        if !wanted() {
            return None;
        }
        for _ in 0..TRIES {
            let mut server = Self {
                process: None,
                port: free_port(),
                arguments: arguments(),
                scratch: Scratch::new(),
            };
            if server.try_start() {
                return Some(server);
            }
        }
        panic!("no Redis came up in {TRIES} tries");
    }

    /// Where it listens, as a URL without a password.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}:{}/", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it at once, without a chance to write anything down.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // It may be stopped, or gone already.
            let _ = process.kill();
            process.wait().expect("a child can be waited for");
        }
    }

    /// Starts it again on the same port and the same files.
    pub fn restart(&mut self) {
        self.kill();
        assert!(self.try_start(), "Redis did not come up again on port {}", self.port);
    }

    /// Stops it where it is: connections stay, and nothing is answered.
    pub fn pause(&self) {
        self.signal(Signal::SIGSTOP);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        let process = self.process.as_ref().expect("it runs");
        let id = process.id().try_into().expect("a process id");
        kill(Pid::from_raw(id), signal).expect("a child can be signalled");
    }

    /// Sends one command as a line of text and gives what is answered.
    ///
    /// # Errors
    /// The connection's; an error that the server answers is an answer.
    pub fn ask(&self, command: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "{command}\r\n")?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some(length) = line.strip_prefix('$') else { return Ok(line.trim_end().into()) };
        let length = length.trim_end().parse().map_err(io::Error::other)?;
        let mut text = vec![0; length];
        reader.read_exact(&mut text)?;
        String::from_utf8(text).map_err(io::Error::other)
    }

    /// Waits until an answer to `command` is as it should be; fails the test if it never is.
    pub fn wait_for(&self, command: &str, good: impl Fn(&str) -> bool) {
        let start = Instant::now();
        let mut last = String::new();
        while start.elapsed() < PATIENCE {
            last = self.ask(command).unwrap_or_else(|error| error.to_string());
            if good(&last) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("{command} was answered in the end with {last}");
    }

    /// Starts it and waits until it answers; false if it ended instead.
    fn try_start(&mut self) -> bool {
        let log = log(&self.scratch);
        let mut process = PROGRAMS
            .iter()
            .find_map(|program| self.command(program, &log).spawn().ok())
            .unwrap_or_else(|| {
                panic!("neither {} is installed; `cargo xtask test` does", PROGRAMS.join(" nor "))
            });
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            // A port that another program took ends the new server, and the other may answer.
            if process.try_wait().expect("a child can be asked").is_some() {
                return false;
            }
            if self
                .ask("PING")
                .is_ok_and(|answer| answer == "+PONG" || answer.starts_with("-NOAUTH"))
            {
                self.process = Some(process);
                return true;
            }
            thread::sleep(Duration::from_millis(10));
        }
        // Dropped without being waited for, it would stay.
        let _ = process.kill();
        let _ = process.wait();
        false
    }

    fn command(&self, program: &str, log: &File) -> Command {
        let mut command = Command::new(program);
        command
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--appendonly", "yes", "--appendfsync", "always", "--save", ""])
            .args(["--repl-diskless-sync-delay", "0"])
            .args(&self.arguments)
            .current_dir(self.scratch.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file can be opened twice"))
            .stderr(Stdio::null());
        command
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What the server says, for who looks into the folder of a failed test.
fn log(scratch: &Scratch) -> File {
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(scratch.file("log"))
        .expect("the temporary folder can be written")
}
