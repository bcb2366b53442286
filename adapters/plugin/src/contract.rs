//! The capability: what a host may ask, in types that know neither stores nor cookies.

use std::fmt;
use std::future::{self, Future};
use std::pin::Pin;
use std::task::{Context, Poll};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::SessionError;
use crate::json::empty_data_json;

/// Keeps sessions, whatever it keeps them in. See the [crate docs](crate).
///
/// What a failed call asked for was not done, but for [`SessionError::Unavailable`]: that is not known.
pub trait SessionPlugin: Send + Sync {
    /// Makes a session and gives its id.
    fn create(&self, options: CreateOptions) -> Answer<'_, SessionId>;

    /// Gives the session; none for an id that is not good.
    fn load<'a>(&'a self, id: &'a SessionId) -> Answer<'a, Option<SessionRecord>>;

    /// Replaces the data; [`SessionError::NotFound`] if there is no session, and none is made.
    fn update<'a>(&'a self, id: &'a SessionId, data_json: &'a str) -> Answer<'a, SessionId>;

    /// Binds the session to a user, under another id: at a login. The data stay, unless it was another user's.
    fn bind<'a>(&'a self, id: &'a SessionId, user_id: &'a str) -> Answer<'a, SessionId>;

    /// Gives the session another id: at a change of privileges.
    fn regenerate<'a>(&'a self, id: &'a SessionId) -> Answer<'a, SessionId>;

    /// Ends the session; false if there was none. The host removes the cookie either way.
    fn destroy<'a>(&'a self, id: &'a SessionId) -> Answer<'a, bool>;

    /// Ends all sessions of a user, and says how many.
    fn destroy_all<'a>(&'a self, user_id: &'a str) -> Answer<'a, u64>;

    /// Takes away up to `limit` sessions that are over, and says how many. Never needed for a right answer.
    fn sweep(&self, limit: usize) -> Answer<'_, u64>;
}

/// The answer to a call, when it is there: a future without a type of its own, so that [`SessionPlugin`] can be a
/// trait object.
#[must_use = "nothing happens before it is awaited"]
pub struct Answer<'a, T>(Pin<Box<dyn Future<Output = Result<T, SessionError>> + Send + 'a>>);

impl<'a, T> Answer<'a, T> {
    /// The answer that `work` gives.
    pub fn of(work: impl Future<Output = Result<T, SessionError>> + Send + 'a) -> Self {
        Self(Box::pin(work))
    }

    /// An answer that is known already.
    pub fn now(result: Result<T, SessionError>) -> Self
    where
        T: Send + 'a,
    {
        Self::of(future::ready(result))
    }
}

impl<T> Future for Answer<'_, T> {
    type Output = Result<T, SessionError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Answer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").finish_non_exhaustive()
    }
}

/// What goes into the session cookie, as its value. Letters, digits, `-` and `_`.
///
/// It is a secret: `Debug` leaves it out, and it is overwritten when it is dropped.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct SessionId(Zeroizing<String>);

impl SessionId {
    /// The text, for the cookie.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SessionId {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for SessionId {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Serialize for SessionId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// A session as its host sees it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionRecord {
    /// What goes into the cookie from now on.
    pub id: SessionId,
    /// Whom it is bound to; nobody for a guest's.
    pub user_id: Option<String>,
    /// What the host keeps in it.
    pub data_json: String,
    /// When it, or its last login, began: seconds since the epoch of the plugin's clock.
    pub created_at: u64,
    /// When it ends at the latest, on the same clock; the idle time-out may end it earlier.
    pub expires_at: u64,
}

impl fmt::Debug for SessionRecord {
    /// Without the id and the data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRecord")
            .field("user_id", &self.user_id)
            .field("created_at", &self.created_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// How a session begins.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreateOptions {
    /// Whom it is bound to; nobody for a guest's.
    pub user_id: Option<String>,
    /// What the host keeps in it: any JSON.
    pub data_json: String,
    /// Seconds until it ends, used or not; none for the configuration's time-outs.
    pub lifetime: Option<u64>,
}

impl Default for CreateOptions {
    /// A guest's, with [`empty_data_json`].
    fn default() -> Self {
        Self { user_id: None, data_json: empty_data_json(), lifetime: None }
    }
}

impl fmt::Debug for CreateOptions {
    /// Without the data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateOptions")
            .field("user_id", &self.user_id)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
