//! An answer, as bytes.

use core::fmt::{self, Display, Write};

use crate::answer::{Answer, Body};

/// All that is sent in answer to a request.
#[derive(Clone, Copy)]
pub struct Reply<'a> {
    /// Status, headers, and where the body is.
    pub answer: Answer,
    /// The body, if it was written.
    pub written: &'a str,
    /// Headers of the session.
    pub headers: &'a [Option<(&'static str, &'static str)>],
    /// The value of its `Set-Cookie`.
    pub set_cookie: Option<&'a dyn Display>,
    /// Whether the request was `HEAD`, whose answer has no body.
    pub is_head: bool,
}

impl Reply<'_> {
    /// Writes it down, head and body.
    ///
    /// # Errors
    /// Those of `line`.
    pub fn send(&self, line: &mut impl Write) -> fmt::Result {
        let Self { answer, written, headers, set_cookie, is_head } = *self;
        // A reason says nothing that the number does not.
        write!(line, "HTTP/1.1 {} \r\n", answer.status)?;
        for (name, value) in answer.headers(set_cookie.is_some()).iter().chain(headers).flatten() {
            write!(line, "{name}: {value}\r\n")?;
        }
        if let Some(seconds) = answer.retry_after {
            write!(line, "Retry-After: {seconds}\r\n")?;
        }
        if let Some(cookie) = set_cookie {
            write!(line, "Set-Cookie: {cookie}\r\n")?;
        }
        let body = match answer.body {
            Body::Written => written,
            Body::Fixed(body) => body,
        };
        if answer.status == 204 {
            // RFC 9110, section 8.6: "A server MUST NOT send a Content-Length header field in any response with a status
            // code of 1xx (Informational) or 204 (No Content)."
            return line.write_str("\r\n");
        }
        write!(
            line,
            "Content-Type: {}\r\nContent-Length: {}\r\n\r\n",
            answer.content.media_type(),
            body.len()
        )?;
        if is_head { Ok(()) } else { line.write_str(body) }
    }
}

/// Leaves out the cookie, and what was written.
impl fmt::Debug for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (answer, headers) = (&self.answer, &self.headers);
        f.debug_struct("Reply")
            .field("answer", answer)
            .field("headers", headers)
            .finish_non_exhaustive()
    }
}
