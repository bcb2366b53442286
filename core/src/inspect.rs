//! Says what cookies, tokens and records hold: for tools, tests and people who look into what a browser or a store has.
//!
//! In: the bytes that an exchange would get. Out: what they say, or why they say nothing. It reads them by the functions that
//! exchanges use, and refuses to judge: it opens no session, and an expired token says what it says. No id, verifier or key
//! comes out of it.
//!
//! ```
//! use sansession::inspect::{Claim, Form, Rejection};
//! use sansession::{Config, Key, KeyRing, Sessions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let cookie = b"EQNzZWxlY3Rvci4uLi4uLi4udmVyaWZpZXItLS0tLS0tLQBo5c-LAQCuqPOLAdVQmehpaCZFCnsVIthoDncAQdnOXKjJZXkn7pmzPNQK";
//! let mut scratch = [0; 128];
//! let claim = Claim::read(cookie, &mut scratch)?;
//! assert_eq!((claim.form, claim.key_id), (Form::SessionId, 3));
//!
//! let keys = KeyRing::new(Key::new(3, b"the newest of our secret keys 32")?);
//! let sessions = Sessions::stored(Config::new(), &keys)?;
//! assert_eq!(sessions.inspect(cookie)?.issued.as_secs(), 1_700_000_000);
//!
//! // The tag of another cookie is not the tag of this one.
//! let other = Sessions::stored(Config::new().cookie_name("__Host-other"), &keys)?;
//! assert_eq!(other.inspect(cookie).err(), Some(Rejection::Tag));
//! # Ok(()) }
//! ```

use crate::header::Budget;

mod claim;
mod contents;
mod rejection;
mod token;

pub use claim::Claim;
pub use contents::{Contents, Entry, NameSpace, Previous, Record};
pub use rejection::Rejection;
pub use token::{Form, Inspection};

/// Cookies of one name that an exchange authenticates; more are ignored.
pub const MAX_CANDIDATES: usize = crate::sessions::CANDIDATES;

/// The `Cookie` headers of one request, read as an exchange reads them: 32 KiB and 256 pairs of all its lines.
pub struct CookieHeaders(Budget);

impl CookieHeaders {
    /// Those of a request of which no line has been read.
    #[must_use]
    pub const fn new() -> Self {
        Self(Budget::new())
    }

    /// The values of the cookies called `name` in the next line, in order.
    ///
    /// They are whatever the client sent. An exchange tries the first [`MAX_CANDIDATES`] of all lines.
    pub fn values<'h>(&mut self, line: &'h [u8], name: &str) -> impl Iterator<Item = &'h [u8]> {
        self.0.values(line, name)
    }
}

impl Default for CookieHeaders {
    fn default() -> Self {
        Self::new()
    }
}

impl core::fmt::Debug for CookieHeaders {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("CookieHeaders").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
