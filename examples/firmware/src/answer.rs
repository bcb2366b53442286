//! An answer: what a web server puts around the body that was written.

use core::ops::DerefMut;
use core::time::Duration;

use sansession::{Active, Slot};

use crate::failure::Failure;
use crate::host::Host;
use crate::route::Route;
use crate::text::Text;
use crate::{api, page};

/// Status and headers of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Where the body is.
    pub body: Body,
    /// What the body is.
    pub content: Content,
    /// Back to the page, by `Location`.
    pub see_home: bool,
    /// Seconds of `Retry-After`.
    pub retry_after: Option<u64>,
}

/// Where a body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Body {
    /// In the buffer that was handed in.
    Written,
    /// Always the same.
    Fixed(&'static str),
}

/// What a body is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    /// `text/plain`
    Plain,
    /// `application/json`
    Json,
    /// `text/html`, with the headers of a page.
    Html,
    /// `text/css`
    Css,
}

impl Content {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Plain => "text/plain; charset=utf-8",
            Self::Json => "application/json",
            Self::Html => "text/html; charset=utf-8",
            Self::Css => "text/css; charset=utf-8",
        }
    }

    /// What has this media type; plain text if nothing here has.
    pub fn of(media_type: &str) -> Self {
        let all = [Self::Json, Self::Html, Self::Css];
        let found = all.into_iter().find(|content| content.media_type() == media_type);
        found.unwrap_or(Self::Plain)
    }

    /// `Content-Security-Policy` of what a browser shows: no script, no foreign content, no framing.
    pub const fn policy(self) -> Option<&'static str> {
        match self {
            Self::Html => Some(
                "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            ),
            _ => None,
        }
    }

    /// `Cache-Control`, unless the session says another: what one user saw is not to be seen after the log-out.
    pub const fn caching(self) -> Option<&'static str> {
        match self {
            Self::Html => Some("no-store"),
            Self::Css => Some("no-cache"),
            Self::Plain | Self::Json => None,
        }
    }
}

impl Answer {
    /// An answer that is always the same.
    pub const fn fixed(status: u16, content: Content, body: &'static str) -> Self {
        Self { body: Body::Fixed(body), ..Self::of(status, content) }
    }

    /// Headers that are always the same, beside the type of the body. `is_cookie_set`: the session has one, and what it says
    /// of caches takes the place of this (promise H6).
    pub const fn headers(&self, is_cookie_set: bool) -> [Option<(&'static str, &'static str)>; 5] {
        let policy = self.content.policy();
        let is_page = policy.is_some();
        let caching = if is_cookie_set { None } else { self.content.caching() };
        [
            header("Content-Security-Policy", policy),
            if is_page { Some(("X-Content-Type-Options", "nosniff")) } else { None },
            if is_page { Some(("Referrer-Policy", "no-referrer")) } else { None },
            header("Cache-Control", caching),
            if self.see_home { Some(("Location", "/")) } else { None },
        ]
    }

    pub(crate) const fn of(status: u16, content: Content) -> Self {
        Self { status, body: Body::Written, content, see_home: false, retry_after: None }
    }

    /// 204, without a body.
    pub(crate) const DONE: Self = Self::of(204, Content::Plain);

    /// 303, back to the page.
    pub(crate) const HOME: Self = Self { see_home: true, ..Self::of(303, Content::Plain) };
}

/// Answers what needs no session: see [`Route::opens_session`].
pub fn plain(route: &Route<'_>, text: &mut Text<'_>) -> Answer {
    match route {
        Route::Ping => Answer::fixed(200, Content::Plain, "pong"),
        Route::Style => Answer::fixed(200, Content::Css, page::STYLE),
        Route::Wrong { path: true, .. } => refuse(route, Failure::Method, text),
        _ => refuse(route, Failure::NotFound, text),
    }
}

/// Answers a request over its open session, into an empty `text`. `source` is where it comes from, for the throttle.
pub fn serve<H, B>(
    host: &H,
    session: &mut Active<B>,
    route: &Route<'_>,
    body: &[u8],
    source: &[u8],
    text: &mut Text<'_>,
) -> Answer
where
    H: Host,
    B: DerefMut<Target = Slot>,
{
    let answer = match route {
        Route::Api(call) => api::call(host, session, call, body, text),
        Route::Home => page::home(host, session, text),
        Route::Form(action) => page::act(host, session, *action, body, source),
        Route::Ping | Route::Style | Route::Wrong { .. } => Err(Failure::NotFound),
    };
    answer.unwrap_or_else(|failure| refuse(route, failure, text))
}

/// Says why a request was not done, instead of whatever was written before.
pub fn refuse(route: &Route<'_>, failure: Failure, text: &mut Text<'_>) -> Answer {
    text.clear();
    let (written, content) = if route.is_api() {
        (failure.json(text), Content::Json)
    } else {
        (page::problem(failure, text), Content::Html)
    };
    if written.is_err() {
        // The buffer is shorter than any failure: the status must do.
        text.clear();
    }
    let retry_after = match failure {
        Failure::Wait(wait) => Some(round_up(wait)),
        _ => None,
    };
    Answer { retry_after, ..Answer::of(failure.status(), content) }
}

const fn header(
    name: &'static str,
    value: Option<&'static str>,
) -> Option<(&'static str, &'static str)> {
    match value {
        Some(value) => Some((name, value)),
        None => None,
    }
}

fn round_up(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
