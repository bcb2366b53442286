//! Speaks to the demo with real curl, and splits what it answers.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{fs, thread};

use serde_json::Value;

use sansession_test_servers::Scratch;

/// Somebody who sends requests and is known by the cookies that it sends.
pub struct Client {
    base: String,
    cookies: Cookies,
}

enum Cookies {
    /// Kept by curl between requests, as a browser does.
    Jar(Scratch),
    /// The same `Cookie` headers every time, whatever is answered.
    Fixed(Vec<String>),
}

impl Client {
    /// A browser of its own on a server, whose address is `base`: curl with an empty jar.
    #[must_use]
    pub fn with_jar(base: &str) -> Self {
        Self { base: base.to_owned(), cookies: Cookies::Jar(Scratch::new()) }
    }

    /// Somebody who sends these `name=value`, each in a header of its own, and keeps no cookie.
    #[must_use]
    pub fn with_cookies(base: &str, cookies: &[&str]) -> Self {
        let headers = cookies.iter().map(|cookie| format!("Cookie: {cookie}")).collect();
        Self { base: base.to_owned(), cookies: Cookies::Fixed(headers) }
    }

    /// Sends a GET.
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None, &[])
    }

    /// Sends a DELETE.
    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, None, &[])
    }

    /// Sends a PUT.
    pub fn put(&self, path: &str, body: &str) -> Reply {
        self.send("PUT", path, Some(body.as_bytes()), &[])
    }

    /// Sends a POST.
    pub fn post(&self, path: &str, body: &str) -> Reply {
        self.send("POST", path, Some(body.as_bytes()), &[])
    }

    /// Reads the session as the JSON interface shows it.
    pub fn session(&self) -> Value {
        let reply = self.get("/api/session");
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    /// Reads the verdict on the cookies that this client sends.
    pub fn verdict(&self) -> String {
        self.session()["verdict"].as_str().expect("the verdict is a string").to_owned()
    }

    /// Gives the session cookie in the jar as `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let Cookies::Jar(_) = &self.cookies else { panic!("this client keeps no cookies") };
        let text = fs::read_to_string(self.jar()?).ok()?;
        // Netscape's format: domain, subdomains, path, secure, expiry, name, value.
        text.lines().find_map(|line| match line.split('\t').collect::<Vec<_>>()[..] {
            [_, _, _, _, _, name, value] => Some(format!("{name}={value}")),
            _ => None,
        })
    }

    fn jar(&self) -> Option<PathBuf> {
        match &self.cookies {
            Cookies::Jar(scratch) => Some(scratch.file("jar")),
            Cookies::Fixed(_) => None,
        }
    }

    /// Sends any request: any bytes as the body, any further header lines.
    pub fn send(&self, method: &str, path: &str, body: Option<&[u8]>, headers: &[&str]) -> Reply {
        let mut curl = Command::new("curl");
        // -q first: no settings of whoever runs the tests. An empty Expect:
        // no interim answer before the real one.
        curl.args(["-q", "--silent", "--show-error", "--include", "--max-time", "60"]).args([
            "--noproxy",
            "*",
            "--header",
            "Expect:",
            "--request",
            method,
        ]);
        for header in headers {
            curl.args(["--header", header]);
        }
        if let Some(jar) = self.jar() {
            curl.arg("--cookie").arg(&jar).arg("--cookie-jar").arg(&jar);
        }
        if let Cookies::Fixed(cookies) = &self.cookies {
            for header in cookies {
                curl.args(["--header", header]);
            }
        }
        if body.is_some() {
            curl.args(["--data-binary", "@-"]);
        }
        curl.arg(format!("{}{path}", self.base));
        Reply::parse(&run(&mut curl, body.unwrap_or_default()))
    }
}

fn run(curl: &mut Command, input: &[u8]) -> Vec<u8> {
    let mut child = curl
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("curl is installed (`cargo xtask test` installs it)");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let output = thread::scope(|scope| {
        // A server that answers before it has read everything closes the
        // pipe early: that is for the reply to tell.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output().expect("curl ends")
    });
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "curl: {} {complaint}", output.status);
    output.stdout
}

/// One answer, with its headers in the order in which they came.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Names and values; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Reply {
    /// Reads an answer: its head, an empty line, and all that follows as the body.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer has an empty line");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
        let status = status.parse().expect("an answer begins with its status");
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { status, headers, body: body.to_owned() }
    }

    /// Gives the values of all headers with this name, in lower case.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(is, _)| is == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Gives the header that must be there once or not at all.
    pub fn header(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() <= 1, "several {name} headers: {all:?}");
        all.first().copied()
    }

    /// Gives the one `Set-Cookie` line, if there is one.
    pub fn set_cookie(&self) -> Option<&str> {
        self.header("set-cookie")
    }

    /// Gives an attribute of the `Set-Cookie` line: `""` if it has no value.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.set_cookie()?.split("; ").skip(1).find_map(|part| {
            let (is, value) = part.split_once('=').unwrap_or((part, ""));
            is.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// Tells whether the reply sets a cookie that a browser keeps.
    pub fn sets_cookie(&self) -> bool {
        self.set_cookie().is_some() && self.attribute("Max-Age") != Some("0")
    }

    /// Tells whether the reply takes the cookie away.
    pub fn removes_cookie(&self) -> bool {
        self.set_cookie().is_some() && self.attribute("Max-Age") == Some("0")
    }

    /// Tells whether caches are told that the answer depends on the cookie.
    pub fn varies_by_cookie(&self) -> bool {
        self.all("vary")
            .iter()
            .flat_map(|value| value.split(','))
            .any(|name| name.trim().eq_ignore_ascii_case("cookie"))
    }

    /// Gives the finished outcome.
    pub fn outcome(&self) -> &str {
        self.header("x-demo-outcome").unwrap_or_default()
    }

    /// Reads the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// Gives the kind of an error answer.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// Requires this status, and gives the reply back.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "often the status says it all")]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}
