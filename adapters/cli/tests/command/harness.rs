//! Runs the command, and keeps what it needs in a directory of its own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use serde_json::Value;

/// The secret of key 3, which all golden tokens are made with.
pub(crate) const SECRET: &[u8; 32] = b"the newest of our secret keys 32";
pub(crate) const SELECTOR: &[u8; 16] = b"selector........";
pub(crate) const VERIFIER: &[u8; 16] = b"verifier--------";
/// The golden tokens of the core, which tests/formats.py made.
pub(crate) const ID: &str = "EQNzZWxlY3Rvci4uLi4uLi4udmVyaWZpZXItLS0tLS0tLQBo5c-LAQCuqPOLAdVQmehpaCZFCnsVIthoDncAQdnOXKjJZXkn7pmzPNQK";
pub(crate) const SIGNED: &str = concat!(
    "EwMAAgAAAAEAAABzZWxlY3Rvci4uLi4uLi4uAGjlz4sBAK6o84sBgO42AAAAYFLmz4sBAQADAGFkYQIBAQBuB5YpoH",
    "4KpUCZCUlT_Q3ZPVx4fxdKxQpDip9J3_UUIi6q"
);
pub(crate) const SEALED: &str = concat!(
    "FANMhfbwSWVB70TUmsO6KbbJWA1qitAVpxIGkXJtYBpzcPSq6I14TO147rft5rZJjG5eZ7jFqwHKJ1upbzJ6NgABAg",
    "MEBQYHCAkKCwwNDg8QERITFBUWF6fMO6MXq7Tcquqf9thMVWE"
);
/// A second and a minute after the golden tokens were issued.
pub(crate) const NOW: &str = "1700000061";

/// What the command said, and its exit code.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Requires an exit code, and that a failure says one line.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        if code == 2 || code == 5 {
            assert!(self.err.starts_with("error: ") && self.out.is_empty(), "{self:?}");
            assert_eq!(self.err.lines().count(), 1, "{self:?}");
        }
        self
    }

    /// The one JSON object that it printed on one line.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.out.matches('\n').count(), 1, "{self:?}");
        serde_json::from_str(&self.out).expect("JSON")
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sansession"));
    command.args(arguments).stdin(Stdio::null());
    command
}

pub(crate) fn sansession(arguments: &[&str]) -> Said {
    fed(arguments, b"")
}

/// Runs it with this on standard input.
pub(crate) fn fed(arguments: &[&str], input: &[u8]) -> Said {
    let mut command = command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    // It may end without reading all of it.
    let feeder = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    feeder.join().expect("fed");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A directory that is gone when the test is over.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cli-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("UTF-8").to_owned()
    }

    /// Writes a file that only its owner can read, and gives its path.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, content).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its own");
        }
        path
    }

    /// A key file with the golden key.
    pub(crate) fn keys(&self) -> String {
        self.file("keys", format!("3:{}\n", hex(SECRET)).as_bytes())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The `--keys` and `--now` of the golden tokens, with a command before them and more behind.
pub(crate) fn inspect(keys: &str, more: &[&str]) -> Said {
    let mut arguments = vec!["inspect", "--json", "--keys", keys];
    if !more.contains(&"--now") {
        arguments.extend(["--now", NOW]);
    }
    arguments.extend(more);
    sansession(&arguments)
}

/// A record as the crate docs of the core describe it: verifiers, a principal, a value and a flash message.
pub(crate) fn record() -> Vec<u8> {
    let time = |millis: u64| millis.to_le_bytes()[..6].to_vec();
    [
        vec![1, 3, 7, 0, 0, 0],
        time(1_700_000_000_000),
        time(1_700_600_000_000),
        time(3_600_000),
        time(1_700_000_010_000),
        time(1_700_000_070_000),
        b"current-verifierprevious-verifie".to_vec(),
        b"\x01\0\x03\0ada\x02\x05\x05\0theme\x04dark".to_vec(),
        b"\x03\x04\x0b\0note\x09\0\0\0\0\0\0\0\x02hi".to_vec(),
    ]
    .concat()
}
