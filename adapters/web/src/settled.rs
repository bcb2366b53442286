//! What a closed exchange comes to: headers on the answer, or another answer.

use core::fmt;

use sansession::{Outcome, Reply, VARY};

use crate::host::Host;
use crate::page::Refusal;
use crate::slots::Lease;

/// What goes with the answer of a closed exchange, or in its place.
#[must_use = "the answer goes with these headers, or is not sent at all"]
#[non_exhaustive]
pub struct Settled<H: Host> {
    /// Set if the handler's answer must not be sent; this one is.
    pub refusal: Option<Refusal>,
    /// `Vary`, `Cache-Control` and the host's own header, as far as there are any. They are added to those of the answer.
    pub headers: [Option<(&'static str, &'static str)>; 3],
    /// The value of the `Set-Cookie`, if one is sent.
    pub set_cookie: Option<Cookie<H>>,
}

impl<H: Host> Settled<H> {
    /// Of an exchange that nobody asked for.
    pub(crate) fn unasked(host: &H) -> Self {
        Self { refusal: None, headers: [None, None, host.header(None)], set_cookie: None }
    }

    /// Of one that was asked for, without a cookie.
    pub(crate) fn refused(host: &H, refusal: Option<Refusal>, outcome: Outcome) -> Self {
        let headers = [Some(("Vary", VARY)), None, host.header(Some(outcome))];
        Self { refusal, headers, set_cookie: None }
    }

    pub(crate) fn with_reply(mut self, host: &'static H, reply: Reply<Lease>) -> Self {
        self.headers[1] = reply.cache_control().map(|advice| ("Cache-Control", advice));
        let sends = reply.set_cookie(host.sessions()).is_some();
        self.set_cookie = sends.then_some(Cookie { host, reply });
        self
    }
}

/// The value of a `Set-Cookie`: `Display` writes it, the same text each time.
///
/// It holds the slot: drop it when it has been written.
pub struct Cookie<H: Host> {
    host: &'static H,
    reply: Reply<Lease>,
}

impl<H: Host> fmt::Display for Cookie<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reply.set_cookie(self.host.sessions()) {
            Some(cookie) => cookie.fmt(f),
            None => Ok(()),
        }
    }
}

/// Leaves the value out.
impl<H: Host> fmt::Debug for Cookie<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reply.set_cookie(self.host.sessions()).fmt(f)
    }
}

/// Leaves the cookie's value out.
impl<H: Host> fmt::Debug for Settled<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { refusal, headers, set_cookie } = self;
        f.debug_struct("Settled")
            .field("refusal", refusal)
            .field("headers", headers)
            .field("set_cookie", set_cookie)
            .finish()
    }
}
