//! What keeps the sessions: a store, or the cookies themselves.
//!
//! In: an id, or an exchange that is done. Out: the open exchange, or the id that the host is to write. All other files
//! know neither stores nor transports.

use std::convert::Infallible;
use std::future::Future;

use getrandom::SysRng;
use sansession::{
    Active, Carried, Ending, Protection, Reply, Sessions, Slot, Stored, Timestamp, Transport,
};
use sansession_store::{Level, NoPause, SendStore, close, end_all, open};
use zeroize::Zeroizing;

use crate::contract::SessionId;
use crate::error::{SessionError, chain};

/// Either of [`InStore`] and [`InCookies`].
pub trait Backend: Keep {}

impl<B: Keep> Backend for B {}

/// Sealed: nobody else can be one.
#[expect(unnameable_types, reason = "what makes `Backend` a closed set")]
pub trait Keep: Send + Sync {
    /// Opens an exchange with the session that `id` names, if any.
    fn open(
        &self,
        id: Option<&SessionId>,
        now: Timestamp,
        slot: Box<Slot>,
    ) -> impl Future<Output = Result<Active<Box<Slot>>, SessionError>> + Send;

    /// Closes an exchange as the handler asked; gives the id to write, if it is another one.
    fn close(
        &self,
        active: Active<Box<Slot>>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<SessionId>, SessionError>> + Send;

    fn destroy_all(
        &self,
        user_id: &str,
        slot: Box<Slot>,
    ) -> impl Future<Output = Result<u64, SessionError>> + Send;

    fn sweep(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<u64, SessionError>> + Send;
}

/// Sessions in a store.
#[derive(Debug)]
pub struct InStore<S> {
    pub(crate) sessions: Sessions<Stored>,
    pub(crate) store: S,
}

/// Sessions in their ids.
#[derive(Debug)]
pub struct InCookies<P: Protection> {
    pub(crate) sessions: Sessions<Carried<P>>,
}

impl<S: SendStore> Keep for InStore<S> {
    async fn open(
        &self,
        id: Option<&SessionId>,
        now: Timestamp,
        slot: Box<Slot>,
    ) -> Result<Active<Box<Slot>>, SessionError> {
        let cookie = cookie(&self.sessions, id);
        let begin = self.sessions.begin(lines(cookie.as_ref()), now, slot);
        Ok(open(&self.sessions, &self.store, begin).await?)
    }

    async fn close(
        &self,
        active: Active<Box<Slot>>,
        now: Timestamp,
    ) -> Result<Option<SessionId>, SessionError> {
        let end = self.sessions.finish(active, Ending::Answered, now, &mut SysRng);
        let end = end.map_err(|error| SessionError::Backend(chain(&error)))?;
        let finished = close(&self.sessions, &self.store, &NoPause, end).await;
        if finished.reply.outcome().is_refusal() {
            return Err(SessionError::of_refusal(
                finished.reply.outcome(),
                finished.cause.as_ref(),
            ));
        }
        Ok(new_id(&self.sessions, &finished.reply))
    }

    async fn destroy_all(&self, user_id: &str, slot: Box<Slot>) -> Result<u64, SessionError> {
        if <S as SendStore>::LEVEL == Level::Basic {
            let text = "the store keeps no index of whose sessions it has";
            return Err(SessionError::Unsupported(text.to_owned()));
        }
        let mut buffer = vec![0; slot.record_capacity()];
        let ended = end_all(&self.store, user_id, None, &mut buffer).await;
        match ended {
            Ok(ended) => Ok(u64::try_from(ended).unwrap_or(u64::MAX)),
            Err(error) => Err(SessionError::of_store(&error)),
        }
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<u64, SessionError> {
        match SendStore::sweep(&self.store, now, limit).await {
            Ok(swept) => Ok(u64::try_from(swept).unwrap_or(u64::MAX)),
            Err(error) => Err(SessionError::of_store(&error)),
        }
    }
}

impl<P> Keep for InCookies<P>
where
    P: Protection,
    Sessions<Carried<P>>: Send + Sync,
{
    async fn open(
        &self,
        id: Option<&SessionId>,
        now: Timestamp,
        slot: Box<Slot>,
    ) -> Result<Active<Box<Slot>>, SessionError> {
        let cookie = cookie(&self.sessions, id);
        Ok(self.sessions.begin(lines(cookie.as_ref()), now, slot))
    }

    async fn close(
        &self,
        active: Active<Box<Slot>>,
        now: Timestamp,
    ) -> Result<Option<SessionId>, SessionError> {
        let reply = self.sessions.finish(active, Ending::Answered, now, &mut SysRng);
        let reply = reply.map_err(|error| SessionError::Backend(chain(&error)))?;
        match reply.outcome() {
            refusal if refusal.is_refusal() => {
                Err(SessionError::of_refusal(refusal, None::<&Infallible>))
            }
            _ => Ok(new_id(&self.sessions, &reply)),
        }
    }

    async fn destroy_all(&self, _: &str, _: Box<Slot>) -> Result<u64, SessionError> {
        Err(SessionError::Unsupported("no store knows whose sessions are in cookies".to_owned()))
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<u64, SessionError> {
        Ok(0)
    }
}

/// The `Cookie` header that would have brought `id`; none for what no cookie value of ours can be (promises I5, T3): a
/// `;` or a space would mean something in a header.
fn cookie<T: Transport>(
    sessions: &Sessions<T>,
    id: Option<&SessionId>,
) -> Option<Zeroizing<String>> {
    let id = id?.as_str();
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    id.bytes().all(base64url).then(|| Zeroizing::new(format!("{}={id}", sessions.cookie_name())))
}

fn lines(cookie: Option<&Zeroizing<String>>) -> impl Iterator<Item = &[u8]> {
    cookie.into_iter().map(|cookie| cookie.as_bytes())
}

/// The value that the reply's cookie is set to; none if it is not set.
fn new_id<T: Transport>(sessions: &Sessions<T>, reply: &Reply<Box<Slot>>) -> Option<SessionId> {
    let cookie = reply.set_cookie(sessions).filter(|cookie| !cookie.is_removal())?;
    Some(cookie.value().to_string().into())
}
