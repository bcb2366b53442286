//! The session, as a handler has it.
//!
//! In: calls. Out: owned values, since a borrow cannot leave the lock. The rules are the core's; here is only the way
//! there.

use std::fmt;
use std::sync::{Arc, LazyLock};

use axum_core::extract::FromRequestParts;
use http::request::Parts;
use sansession::{Active, Begin, Config, Key, KeyRing, Sessions, Slot, Stored, Timestamp};

use crate::error::Closed;
use crate::handle::{Handle, Lazy};
use crate::keeper::Kind;
use crate::refused::Refused;

mod data;
mod flash;
mod lifecycle;

/// The session of a request: an axum extractor, and a cheap clone of it.
///
/// It is opened when a handler first asks for it, once per request; all clones are the same exchange. What is written
/// is stored after the handler has answered and before the head of the response is sent. From then on every clone
/// answers [`Closed`]: a streamed body can keep what it has read, and cannot write.
#[derive(Clone)]
pub struct Session(Option<Arc<Handle>>);

impl Session {
    /// A session that is nowhere: reads are empty, and writes are checked and then forgotten.
    ///
    /// For code that wants a session where there is no request, at start-up for instance.
    pub const fn empty() -> Self {
        Self(None)
    }

    /// Opens the session of the request with these extensions, where there is no extractor to do it.
    ///
    /// # Errors
    /// [`Refused`]; the same for all who ask in this request.
    pub async fn open(extensions: &http::Extensions) -> Result<Self, Refused> {
        let Lazy(handle) = extensions.get().ok_or(Refused::NoLayer)?;
        handle.open().await?;
        Ok(Self(Some(Arc::clone(handle))))
    }

    /// Works on the exchange itself, several operations in one go or with values borrowed from it.
    ///
    /// The session is locked meanwhile: using it, or a clone, inside of `work` is a deadlock.
    ///
    /// # Errors
    /// [`Closed`] after the commit; `work` is not called.
    pub fn with<R>(&self, work: impl FnOnce(&mut Active<Box<Slot>>) -> R) -> Result<R, Closed> {
        self.with_sessions(|active, _| work(active))
    }

    fn with_sessions<R>(
        &self,
        work: impl FnOnce(&mut Active<Box<Slot>>, &dyn Kind) -> R,
    ) -> Result<R, Closed> {
        match &self.0 {
            Some(handle) => handle.with(work),
            None => match nowhere().begin(
                [],
                Timestamp::ZERO,
                Box::new(Slot::<[u8; 16384]>::new()) as Box<Slot>,
            ) {
                Begin::Ready(mut active) => Ok(work(&mut active, nowhere())),
                // No cookie, nothing to load.
                Begin::Load(_) => Err(Closed),
            },
        }
    }
}

/// Sessions that no cookie is ever signed for; the key is no secret.
fn nowhere() -> &'static Sessions<Stored> {
    static NOWHERE: LazyLock<Sessions<Stored>> = LazyLock::new(|| {
        let key = Key::new(0, b"not a secret: no cookie is signed with it");
        let sessions = key.and_then(|key| Sessions::stored(Config::new(), &KeyRing::new(key)));
        sessions.expect("the key is long enough and the configuration is the default")
    });
    &NOWHERE
}

impl<St: Send + Sync> FromRequestParts<St> for Session {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &St) -> Result<Self, Refused> {
        Self::open(&parts.extensions).await
    }
}

/// Shows nothing of the session.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("empty", &self.0.is_none()).finish_non_exhaustive()
    }
}
