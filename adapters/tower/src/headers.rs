//! What an exchange adds to the headers of a response (promise H6).

use std::fmt::{self, Write};

use http::{HeaderMap, HeaderValue, header};
use sansession::SetCookie;

/// Adds to the `Vary` that is there, unless it names the same already.
pub(crate) fn vary(headers: &mut HeaderMap, on: &'static str) {
    let names_it = |value: &HeaderValue| {
        let mut names = value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        names.any(|name| name == b"*" || name.eq_ignore_ascii_case(on.as_bytes()))
    };
    if !headers.get_all(header::VARY).iter().any(names_it) {
        headers.append(header::VARY, HeaderValue::from_static(on));
    }
}

/// Adds the cookie beside the application's own.
pub(crate) fn set_cookie(headers: &mut HeaderMap, cookie: HeaderValue) {
    headers.append(header::SET_COOKIE, cookie);
}

/// Takes the place of all advice to caches.
pub(crate) fn cache_control(headers: &mut HeaderMap, advice: &'static str) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(advice));
}

/// Writes the cookie into one allocation of its length. `Debug` of the value is redacted, and HTTP/2 does not index it.
pub(crate) fn render(cookie: &SetCookie<'_>) -> Option<HeaderValue> {
    let mut length = Length(0);
    write!(length, "{cookie}").ok()?;
    let mut text = String::with_capacity(length.0);
    write!(text, "{cookie}").ok()?;
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

struct Length(usize);

impl fmt::Write for Length {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}
