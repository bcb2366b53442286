//! Does what the list says, and tells what can be compared of the answers.

use std::collections::HashMap;

use sansession_firmware_tests::{Client, Reply, Site, html};
use serde_json::Value;

/// A demo that can be switched off and on.
pub(super) trait Host: Site {
    fn restart(&mut self);
}

/// Some browsers, and the demo that they look at.
pub(super) struct Player<H> {
    host: H,
    /// The cookie of each, as `name=value`.
    cookies: HashMap<String, String>,
    requests: usize,
}

impl<H: Host> Player<H> {
    pub(super) fn new(host: H) -> Self {
        Self { host, cookies: HashMap::new(), requests: 0 }
    }

    /// Requests of the list so far.
    pub(super) const fn requests(&self) -> usize {
        self.requests
    }

    /// Does what a line says. An answer comes of a request only.
    pub(super) fn play(&mut self, line: &str) -> Option<String> {
        let mut words = line.splitn(4, ' ');
        match [words.next(), words.next(), words.next(), words.next()] {
            [Some("restart"), None, ..] => self.host.restart(),
            [Some(new), Some("has"), Some(whose), None] => self.give(new, whose),
            [Some(who), Some(method), Some(path), body] => {
                self.requests += 1;
                return Some(told(&self.request(who, method, path, body)));
            }
            _ => panic!("not understood: {line}"),
        }
        None
    }

    /// From now on somebody has the cookie that somebody else has now; `forged` if it ends otherwise.
    fn give(&mut self, new: &str, whose: &str) {
        let mut cookie = self.cookies[whose].clone();
        if new == "forged" {
            let last = cookie.pop().expect("a cookie");
            cookie.push(if last == 'A' { 'B' } else { 'A' });
        }
        self.cookies.insert(new.to_owned(), cookie);
    }

    fn request(&mut self, who: &str, method: &str, path: &str, body: Option<&str>) -> Reply {
        let (path, body) = (self.filled(path), body.map(|body| self.filled(body)));
        if method != "FORM" {
            return self.send(who, method, &path, body.as_deref());
        }
        let page = self.send(who, "GET", "/", None).expect(200).body;
        let token = html::hidden(&page, "csrf_token").expect("forms have a token");
        let fields = body.map(|body| format!("&{body}")).unwrap_or_default();
        self.send(who, "POST", &path, Some(&format!("csrf_token={token}{fields}")))
    }

    /// Puts in the handle of somebody's session for `{somebody}`, and long text for `{a number}`.
    fn filled(&mut self, text: &str) -> String {
        let Some((before, rest)) = text.split_once('{') else { return text.to_owned() };
        let (name, after) = rest.split_once('}').expect("a name ends");
        let put = name.parse().map_or_else(|_| self.handle(name), |length| "x".repeat(length));
        format!("{before}{put}{after}")
    }

    fn handle(&mut self, who: &str) -> String {
        let listed = self.send(who, "GET", "/api/session/list", None).expect(200).json();
        let own = listed.as_array().expect("a list").iter().find(|row| row["current"] == true);
        own.expect("its own")["handle"].as_str().expect("text").to_owned()
    }

    /// Sends it with the cookie that a browser would send, and keeps the one that comes.
    fn send(&mut self, who: &str, method: &str, path: &str, body: Option<&str>) -> Reply {
        let cookies: Vec<_> = self.cookies.get(who).map(String::as_str).into_iter().collect();
        let form = (method == "POST" && !path.starts_with("/api/"))
            .then_some("Content-Type: application/x-www-form-urlencoded");
        let client = Client::with_cookies(self.host.base(), &cookies);
        let reply = client.send(method, path, body.map(str::as_bytes), form.as_slice());
        if reply.removes_cookie() {
            self.cookies.remove(who);
        } else if let Some(set) = reply.set_cookie() {
            let cookie = set.split(';').next().unwrap_or_default();
            self.cookies.insert(who.to_owned(), cookie.to_owned());
        }
        reply
    }
}

/// What can be compared of an answer: not ids, not times.
fn told(reply: &Reply) -> String {
    let mut parts = vec![format!("{} {}", reply.status, reply.outcome())];
    let json = reply.header("content-type").is_some_and(|it| it.starts_with("application/json"));
    match json.then(|| reply.json()) {
        Some(Value::Array(rows)) => parts.push(format!("{} sessions", rows.len())),
        Some(error) if error["error"].is_string() => parts.push(error["error"].to_string()),
        Some(session) => parts.push(format!(
            "{} {} data {} flash {}",
            session["verdict"], session["principal"], session["data"], session["flash"],
        )),
        None if reply.body == "pong" => parts.push(reply.body.clone()),
        None => {}
    }
    parts.extend(reply.header("location").map(|place| format!("to {place}")));
    let said = [
        (reply.sets_cookie(), "sets the cookie"),
        (reply.removes_cookie(), "removes the cookie"),
        (reply.varies_by_cookie(), "varies"),
    ];
    parts.extend(said.into_iter().filter(|(is, _)| *is).map(|(_, what)| what.to_owned()));
    parts.join(", ")
}
