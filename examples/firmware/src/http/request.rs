//! A request, read from a line.

use core::fmt;

use httparse::{EMPTY_HEADER, Header, Status};

/// Headers of a request. A browser sends half as many.
const HEADERS: usize = 24;

/// A request, in the memory that it was read into.
pub struct Request<'b> {
    /// The method, as it was sent.
    pub method: &'b str,
    /// The path without its query, as it was sent.
    pub path: &'b str,
    /// The body; empty if there is none.
    pub body: &'b [u8],
    headers: [Header<'b>; HEADERS],
}

impl<'b> Request<'b> {
    /// The values of all `Cookie` headers, in order (promise H2).
    pub fn cookies(&self) -> impl Iterator<Item = &'b [u8]> {
        values(&self.headers, "Cookie")
    }
}

/// Shows neither cookies nor body.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).finish_non_exhaustive()
    }
}

/// Why bytes are no request that can be answered. What follows them on the line is not known to be the next request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Unread {
    /// The line was silent before the request was whole.
    Silent,
    /// These bytes are no request.
    Malformed,
    /// The length of the body is told in a way that is not understood here, such as `Transfer-Encoding`.
    Framing,
    /// The head is longer than the memory, or has too many headers.
    LongHead,
    /// The body does not fit behind the head.
    LongBody {
        /// Bytes of the body.
        len: u64,
        /// Bytes that there are.
        room: usize,
    },
}

impl Unread {
    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Silent => 408,
            Self::Malformed => 400,
            Self::Framing => 501,
            Self::LongHead => 431,
            Self::LongBody { .. } => 413,
        }
    }

    /// What is wrong, as a line of text.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Silent => "the request did not end",
            Self::Malformed => "this is no request",
            Self::Framing => "a body needs a Content-Length",
            Self::LongHead => "the head of the request is too long",
            Self::LongBody { .. } => "the body of the request is too long",
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Unread {}

/// Reads one request, and no byte behind it. `next` gives the next byte of the line; none when the line has been silent
/// for too long.
///
/// # Errors
/// [`Unread`]: then the line is to be read until it is silent, before anything is answered.
pub fn read(
    memory: &mut [u8],
    mut next: impl FnMut() -> Option<u8>,
) -> Result<Request<'_>, Unread> {
    let mut len = 0;
    while !memory.get(..len).is_some_and(|head| head.ends_with(b"\r\n\r\n")) {
        let place = memory.get_mut(len).ok_or(Unread::LongHead)?;
        *place = next().ok_or(Unread::Silent)?;
        len += 1;
    }
    let (head, rest) = memory.split_at_mut_checked(len).ok_or(Unread::LongHead)?;
    let head: &[u8] = head;
    let mut headers = [EMPTY_HEADER; HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(head) {
        Ok(Status::Complete(whole)) if whole == head.len() => {}
        Err(httparse::Error::TooManyHeaders) => return Err(Unread::LongHead),
        Ok(_) | Err(_) => return Err(Unread::Malformed),
    }
    let (Some(method), Some(target)) = (parsed.method, parsed.path) else {
        return Err(Unread::Malformed);
    };
    let len = body_len(&headers)?;
    let room = rest.len();
    let fits = usize::try_from(len).ok().and_then(|len| rest.get_mut(..len));
    let body = fits.ok_or(Unread::LongBody { len, room })?;
    for place in &mut *body {
        *place = next().ok_or(Unread::Silent)?;
    }
    let path = target.split('?').next().unwrap_or_default();
    Ok(Request { method, path, body, headers })
}

/// The length of the body. RFC 9112, section 6.3: a message with an invalid `Content-Length` has invalid framing, and "the
/// recipient MUST treat it as an unrecoverable error"; so here is one that is told twice.
fn body_len(headers: &[Header<'_>]) -> Result<u64, Unread> {
    if values(headers, "Transfer-Encoding").next().is_some() {
        return Err(Unread::Framing);
    }
    let mut lengths = values(headers, "Content-Length");
    match (lengths.next(), lengths.next()) {
        (None, _) => Ok(0),
        // Digits only: no sign, and no list.
        (Some(digits), None) if digits.iter().all(u8::is_ascii_digit) => {
            let number = core::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
            number.ok_or(Unread::Malformed)
        }
        _ => Err(Unread::Malformed),
    }
}

fn values<'b>(headers: &[Header<'b>], name: &str) -> impl Iterator<Item = &'b [u8]> {
    let found = headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value)
}
