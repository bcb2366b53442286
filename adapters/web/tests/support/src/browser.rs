//! A browser with one cookie that speaks raw HTTP/1.1.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// One browser.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Where the site is.
    pub site: SocketAddr,
    /// `name=value` of the cookie that it has.
    pub cookie: Option<String>,
}

/// An answer, as text.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Name and value of its headers, in order.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

impl Answer {
    /// All values of a header, joined as they would be read.
    pub fn header(&self, name: &str) -> String {
        let same = |(this, _): &&(String, String)| this.eq_ignore_ascii_case(name);
        let values: Vec<_> =
            self.headers.iter().filter(same).map(|(_, value)| value.as_str()).collect();
        values.join(", ")
    }

    /// Status and body.
    pub fn page(&self) -> (u16, &str) {
        (self.status, &self.body)
    }

    /// What the board told of the exchange.
    pub fn outcome(&self) -> String {
        self.header("x-demo-outcome")
    }
}

impl Browser {
    /// A browser that has never been anywhere.
    pub fn at(site: SocketAddr) -> Self {
        Self { site, cookie: None }
    }

    /// The text of a request with the cookie.
    pub fn text(&self, line: &str, body: &str) -> String {
        let cookie =
            self.cookie.as_ref().map(|pair| format!("Cookie: {pair}\r\n")).unwrap_or_default();
        format!(
            "{line} HTTP/1.1\r\nHost: board\r\n{cookie}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// Sends a request over a connection of its own, and keeps the cookie.
    pub async fn send(&mut self, line: &str) -> Answer {
        let mut connection = self.connect().await;
        self.send_over(&mut connection, line).await
    }

    /// Connects.
    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.site).await.expect("the site listens")
    }

    /// Sends a request over this connection, and keeps the cookie.
    pub async fn send_over(&mut self, connection: &mut TcpStream, line: &str) -> Answer {
        let answer = exchange(connection, &self.text(line, "")).await;
        self.keep(&answer);
        answer
    }

    /// Keeps the session cookie of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        let cookies = answer.headers.iter().filter(|(name, _)| name == "Set-Cookie");
        let mut pairs = cookies.filter_map(|(_, line)| line.split(';').next());
        if let Some(pair) = pairs.rfind(|pair| pair.starts_with("session=")) {
            self.cookie = (!pair.ends_with('=')).then(|| pair.to_owned());
        }
    }
}

/// Sends the text of a request, and reads one answer with a `Content-Length`, or chunks.
pub async fn exchange(connection: &mut TcpStream, request: &str) -> Answer {
    connection.write_all(request.as_bytes()).await.expect("the site reads");
    timeout(PATIENCE, answer(connection)).await.expect("the site answers")
}

async fn answer(connection: &mut TcpStream) -> Answer {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.expect("a whole head"));
    }
    let head = String::from_utf8(head).expect("a head is text");
    let mut lines = head.trim_end().split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut answer = Answer {
        status: status.and_then(|status| status.parse().ok()).expect("a status"),
        headers,
        body: String::new(),
    };
    let mut body = vec![0; answer.header("content-length").parse().unwrap_or_default()];
    connection.read_exact(&mut body).await.expect("a whole body");
    answer.body = String::from_utf8(body).expect("a body is text");
    answer
}
