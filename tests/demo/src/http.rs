//! Sends one HTTP request to the browser's driver and reads the answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Sends `body` as JSON and gives the status with the answer's JSON.
///
/// Just enough HTTP for a driver on this machine: one request for each
/// connection, and a length on every answer.
pub(crate) fn call(port: u16, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the driver listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout can be set");
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("the driver reads");
    let mut answer = BufReader::new(stream);
    let status = status(&line(&mut answer));
    let mut length = 0;
    loop {
        let header = line(&mut answer).to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length is a number");
        }
    }
    let mut json = vec![0; length];
    answer.read_exact(&mut json).expect("the driver answers in full");
    (status, serde_json::from_slice(&json).expect("the driver answers in JSON"))
}

fn line(answer: &mut impl BufRead) -> String {
    let mut line = String::new();
    answer.read_line(&mut line).expect("the driver answers");
    line.trim_end().to_owned()
}

fn status(line: &str) -> u16 {
    line.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("an HTTP status")
}
