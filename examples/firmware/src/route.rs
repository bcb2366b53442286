//! Which request asks for what.
//!
//! In: a method and a path as it was sent. Out: a [`Route`], whose parts of the path are still encoded.

use core::time::Duration;

use crate::failure::Failure;

/// What a request asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Route<'r> {
    /// `GET /ping`
    Ping,
    /// `GET /style.css`
    Style,
    /// `GET /`
    Home,
    /// A form of the page.
    Form(Action),
    /// The JSON interface.
    Api(Call<'r>),
    /// There is no such path, or it does not take the method.
    Wrong {
        /// Whether JSON is expected.
        api: bool,
        /// Whether the path is there.
        path: bool,
    },
}

/// What the forms of the page do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "they are called as the paths are")]
pub enum Action {
    Login,
    Logout,
    AddNote,
    DeleteNote,
    Rotate,
    EndOne,
    EndAll,
}

/// A call of the JSON interface, with the parts of its path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "they are called as the paths are")]
pub enum Call<'r> {
    Show,
    Write(&'r str),
    Remove(&'r str),
    Flash(&'r str),
    FlashNow(&'r str),
    Keep(&'r str),
    Reflash,
    Login,
    Regenerate,
    Invalidate,
    List,
    EndOne(&'r str),
    EndAll,
    Slow(&'r str, &'r str),
}

/// The longest wait of a slow request.
const SLOWEST: Duration = Duration::from_secs(60);

impl<'r> Route<'r> {
    /// Finds what is asked for.
    pub fn find(method: &str, path: &'r str) -> Self {
        let (wanted, route) = match path {
            "/ping" => ("GET", Self::Ping),
            "/style.css" => ("GET", Self::Style),
            "/" => ("GET", Self::Home),
            "/login" => ("POST", Self::Form(Action::Login)),
            "/logout" => ("POST", Self::Form(Action::Logout)),
            "/notes" => ("POST", Self::Form(Action::AddNote)),
            "/notes/delete" => ("POST", Self::Form(Action::DeleteNote)),
            "/rotate" => ("POST", Self::Form(Action::Rotate)),
            "/sessions/end" => ("POST", Self::Form(Action::EndOne)),
            "/logout-everywhere" => ("POST", Self::Form(Action::EndAll)),
            _ => {
                let Some(below) = path.strip_prefix("/api/") else {
                    return Self::Wrong { api: false, path: false };
                };
                return Self::api(method, below);
            }
        };
        if method == wanted { route } else { Self::Wrong { api: false, path: true } }
    }

    fn api(method: &str, below: &'r str) -> Self {
        let mut parts = below.split('/');
        let parts = [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()];
        let (wanted, call) = match parts {
            [Some("session"), None, ..] => ("GET", Call::Show),
            [Some("session"), Some(what), None, ..] => match what {
                "reflash" => ("POST", Call::Reflash),
                "login" => ("POST", Call::Login),
                "regenerate" => ("POST", Call::Regenerate),
                "invalidate" => ("POST", Call::Invalidate),
                "logout-everywhere" => ("POST", Call::EndAll),
                "list" => ("GET", Call::List),
                _ => return Self::Wrong { api: true, path: false },
            },
            [Some("session"), Some(what), Some(key), None, _] if !key.is_empty() => match what {
                "data" if method == "DELETE" => ("DELETE", Call::Remove(key)),
                "data" => ("PUT", Call::Write(key)),
                "flash" => ("POST", Call::Flash(key)),
                "flash-now" => ("POST", Call::FlashNow(key)),
                "keep" => ("POST", Call::Keep(key)),
                "list" => ("DELETE", Call::EndOne(key)),
                _ => return Self::Wrong { api: true, path: false },
            },
            [Some("slow"), Some(millis), Some("data"), Some(key), None] if !key.is_empty() => {
                ("POST", Call::Slow(millis, key))
            }
            _ => return Self::Wrong { api: true, path: false },
        };
        if method == wanted { Self::Api(call) } else { Self::Wrong { api: true, path: true } }
    }

    /// Whether the answer is made with a session. All others are made by [`plain`](crate::plain).
    pub const fn opens_session(&self) -> bool {
        matches!(self, Self::Home | Self::Form(_) | Self::Api(_))
    }

    /// How long the request waits between opening its session and its work.
    ///
    /// # Errors
    /// [`Failure::Millis`]: no number, or more than a minute.
    pub fn wait(&self) -> Result<Duration, Failure> {
        let Self::Api(Call::Slow(millis, _)) = self else {
            return Ok(Duration::ZERO);
        };
        match millis.parse().map(Duration::from_millis) {
            Ok(wait) if wait <= SLOWEST => Ok(wait),
            _ => Err(Failure::Millis),
        }
    }

    /// Whether errors are JSON.
    pub(crate) const fn is_api(&self) -> bool {
        matches!(self, Self::Api(_) | Self::Wrong { api: true, .. })
    }
}
