//! The page that a refused request is answered with.

use crate::refused::Refused;

/// A whole answer without a heap: what a refused request is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Page {
    /// Its status.
    pub status: u16,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its body.
    pub body: &'static str,
}

impl Page {
    /// A line of text with the status of the refusal.
    pub fn plain<E>(refused: &Refused<E>) -> Self {
        Self {
            status: refused.status(),
            content_type: "text/plain; charset=utf-8",
            body: refused.message(),
        }
    }
}

/// What goes to a browser in the place of the handler's answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The answer, as the host shaped it.
    pub page: Page,
    /// The `Retry-After` that goes with it, in seconds.
    pub retry_after: Option<&'static str>,
}

impl Refusal {
    pub(crate) const fn new(page: Page, retry_after: Option<&'static str>) -> Self {
        Self { page, retry_after }
    }
}
