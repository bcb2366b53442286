//! Sends requests that may be cut off: the client that curl cannot be, as no answer is an answer here.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use sansession_demo_tests::Reply;

/// A board that is silent for so long is broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// No whole answer came: whether the request was done, nobody knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lost;

/// Somebody who keeps no cookies, and opens a connection for each request.
#[derive(Clone, Copy, Debug)]
pub struct Wire(u16);

impl Wire {
    pub(crate) const fn to(port: u16) -> Self {
        Self(port)
    }

    /// Sends a request with a `name=value`, if there is one.
    ///
    /// # Errors
    /// [`Lost`]: the connection ended before the answer did.
    pub fn send(
        self,
        method: &str,
        path: &str,
        cookie: Option<&str>,
        body: &str,
    ) -> Result<Reply, Lost> {
        let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n{cookie}\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        // A connection that is reset has no more of an answer than one that ends.
        let mut answer = Vec::new();
        let _ = self.exchange(request.as_bytes(), &mut answer);
        if let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            let body = answer.split_off(end + 4);
            let length = Reply::parse(&answer)
                .header("content-length")
                .map_or(0, |length| length.parse().expect("a length is a number"));
            if body.len() >= length {
                answer.extend(body);
                return Ok(Reply::parse(&answer));
            }
        }
        Err(Lost)
    }

    /// Leaves all that came in `answer`, also when it did not end well.
    fn exchange(self, request: &[u8], answer: &mut Vec<u8>) -> io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.0))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request)?;
        stream.read_to_end(answer).map(drop)
    }
}
