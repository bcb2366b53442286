//! Starts chromedriver on a free port, and ends it with the test.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::{Value, json};

use crate::http;
use sansession_test_servers::Scratch;

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const DRIVERS: [&str; 2] = ["chromedriver", "chromium.chromedriver"];

/// For a test machine: no window, no sandbox (root and most containers have
/// none), no QUIC, and no talk with anybody but the demo.
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A running driver with one browser, whose profile is new.
pub(super) struct Driver {
    process: Child,
    port: u16,
    session: String,
    _profile: Scratch,
}

impl Driver {
    /// Starts a browser in which pages may run scripts or may not.
    pub(super) fn start(scripts: bool) -> Self {
        let (process, port) = launch();
        let profile = Scratch::new();
        let mut args: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
        args.push(format!("--user-data-dir={}", profile.path().display()));
        // Chromium's content setting: 1 allows, 2 blocks.
        let setting = if scripts { 1 } else { 2 };
        let wanted = json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": {
            "binary": path(first_that_starts(&BROWSERS)),
            "args": args,
            "prefs": {"profile.default_content_setting_values.javascript": setting},
        }}}});
        let mut driver = Self { process, port, session: String::new(), _profile: profile };
        let (status, answer) = http::call(port, "POST", "/session", Some(&wanted));
        assert_eq!(status, 200, "the browser does not start: {answer}");
        let session = answer["value"]["sessionId"].as_str().expect("a session has an id");
        session.clone_into(&mut driver.session);
        driver
    }

    /// Calls a command of the session, and gives its value or its error.
    pub(super) fn call(
        &self,
        method: &str,
        command: &str,
        body: Option<&Value>,
    ) -> Result<Value, Value> {
        let path = format!("/session/{}{command}", self.session);
        let (status, mut answer) = http::call(self.port, method, &path, body);
        let value = answer["value"].take();
        if status == 200 { Ok(value) } else { Err(value) }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The driver closes its browser; killed before that, it leaves it.
        if !self.session.is_empty() {
            http::call(self.port, "DELETE", &format!("/session/{}", self.session), None);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn launch() -> (Child, u16) {
    let mut process = Command::new(first_that_starts(&DRIVERS))
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the driver starts");
    let mut lines = BufReader::new(process.stdout.take().expect("stdout is piped"));
    let port = lines
        .by_ref()
        .lines()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        })
        .expect("the driver says its port");
    thread::spawn(move || io::copy(&mut lines, &mut io::sink()));
    (process, port)
}

fn first_that_starts(programs: &[&'static str]) -> &'static str {
    let starts = |program: &&&str| {
        Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    programs.iter().find(starts).unwrap_or_else(|| {
        panic!("none of {} is there: `cargo xtask test` installs it", programs.join(", "))
    })
}

/// The driver does not search PATH for the browser.
fn path(program: &str) -> String {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .expect("a program that starts is in PATH")
        .display()
        .to_string()
}
