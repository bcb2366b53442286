//! The capability over either backend: each call is one exchange.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sansession::{Active, Carried, Protection, Sessions, Signed, Slot, Stored, Timestamp};
use sansession_store::SendStore;

use crate::backend::{Backend, InCookies, InStore};
use crate::contract::{Answer, CreateOptions, SessionId, SessionPlugin, SessionRecord};
use crate::error::SessionError;
use crate::json;

/// Where a session's JSON text is.
const DATA: &str = "json";

/// A [`SessionPlugin`] over a store ([`Plugin::stored`]) or over cookies ([`Plugin::carried`], `Plugin::sealed`).
pub struct Plugin<B> {
    backend: B,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    slots: fn() -> Box<Slot>,
}

impl<S: SendStore> Plugin<InStore<S>> {
    /// Sessions in `store`, with room for 8 KiB each.
    #[must_use]
    pub fn stored(sessions: Sessions<Stored>, store: S) -> Self {
        Self::over(InStore { sessions, store }, || Box::new(Slot::<[u8; 16384]>::new()))
    }
}

impl Plugin<InCookies<Signed>> {
    /// Sessions in signed cookies: the browser can read what is in them.
    #[must_use]
    pub fn carried(sessions: Sessions<Carried<Signed>>) -> Self {
        Self::in_cookies(sessions)
    }
}

#[cfg(feature = "sealed")]
impl Plugin<InCookies<sansession::Sealed>> {
    /// Sessions in sealed cookies: the browser cannot read what is in them.
    #[must_use]
    pub fn sealed(sessions: Sessions<Carried<sansession::Sealed>>) -> Self {
        Self::in_cookies(sessions)
    }
}

impl<P: Protection> Plugin<InCookies<P>> {
    /// With 6 KiB slots: a whole cookie, and what it grows by.
    fn in_cookies(sessions: Sessions<Carried<P>>) -> Self {
        Self::over(InCookies { sessions }, || Box::new(Slot::<[u8; 6144]>::new()))
    }
}

impl<B> Plugin<B> {
    fn over(backend: B, slots: fn() -> Box<Slot>) -> Self {
        Self { backend, clock: Box::new(system_time), slots }
    }

    /// Takes the time from `clock` instead of the system.
    #[must_use]
    pub fn clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { clock: Box::new(clock), ..self }
    }

    /// Uses slots of another size. Of a stored session's, half is for the record.
    #[must_use]
    pub fn slots(self, make: fn() -> Box<Slot>) -> Self {
        Self { slots: make, ..self }
    }
}

fn system_time() -> Timestamp {
    Timestamp::ZERO.after(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

impl<B: Backend> Plugin<B> {
    /// An exchange without a session, for a new one.
    async fn begin(&self) -> Result<Active<Box<Slot>>, SessionError> {
        self.backend.open(None, (self.clock)(), (self.slots)()).await
    }

    /// An exchange with the session that `id` names; none if it names none.
    async fn open(&self, id: &SessionId) -> Result<Option<Active<Box<Slot>>>, SessionError> {
        let active = self.backend.open(Some(id), (self.clock)(), (self.slots)()).await?;
        Ok(active.revision().is_some().then_some(active))
    }

    /// Closes an exchange; none if the id stays.
    async fn close(&self, active: Active<Box<Slot>>) -> Result<Option<SessionId>, SessionError> {
        self.backend.close(active, (self.clock)()).await
    }

    /// Opens the session, has `change` made, and gives the id from then on.
    async fn change(
        &self,
        id: &SessionId,
        change: impl FnOnce(&mut Active<Box<Slot>>) -> Result<(), SessionError> + Send,
    ) -> Result<SessionId, SessionError> {
        let mut active = self.open(id).await?.ok_or(SessionError::NotFound)?;
        change(&mut active)?;
        Ok(self.close(active).await?.unwrap_or_else(|| id.clone()))
    }
}

impl<B: Backend> SessionPlugin for Plugin<B> {
    fn create(&self, options: CreateOptions) -> Answer<'_, SessionId> {
        Answer::of(async move {
            json::check(&options.data_json)?;
            let mut active = self.begin().await?;
            if let Some(seconds) = options.lifetime {
                let lifetime = Duration::from_secs(seconds);
                active.set_lifetime(lifetime, lifetime)?;
            }
            active.insert_str(DATA, &options.data_json)?;
            if let Some(user_id) = &options.user_id {
                active.login(user_id)?;
            }
            let id = self.close(active).await?;
            id.ok_or_else(|| SessionError::Backend("the new session has no id".to_owned()))
        })
    }

    fn load<'a>(&'a self, id: &'a SessionId) -> Answer<'a, Option<SessionRecord>> {
        Answer::of(async move {
            let Some(active) = self.open(id).await? else {
                return Ok(None);
            };
            let mut record = SessionRecord {
                id: id.clone(),
                user_id: active.principal().map(str::to_owned),
                data_json: data(&active)?,
                created_at: active.created().unwrap_or_default().as_secs(),
                expires_at: active.deadline().unwrap_or_default().as_secs(),
            };
            if let Some(id) = self.close(active).await? {
                record.id = id;
            }
            Ok(Some(record))
        })
    }

    fn update<'a>(&'a self, id: &'a SessionId, data_json: &'a str) -> Answer<'a, SessionId> {
        Answer::of(async move {
            json::check(data_json)?;
            self.change(id, |active| Ok(active.insert_str(DATA, data_json)?)).await
        })
    }

    fn bind<'a>(&'a self, id: &'a SessionId, user_id: &'a str) -> Answer<'a, SessionId> {
        Answer::of(self.change(id, |active| Ok(active.login(user_id)?)))
    }

    fn regenerate<'a>(&'a self, id: &'a SessionId) -> Answer<'a, SessionId> {
        Answer::of(self.change(id, |active| {
            active.regenerate();
            Ok(())
        }))
    }

    fn destroy<'a>(&'a self, id: &'a SessionId) -> Answer<'a, bool> {
        Answer::of(async move {
            let Some(mut active) = self.open(id).await? else {
                return Ok(false);
            };
            active.invalidate();
            self.close(active).await?;
            Ok(true)
        })
    }

    fn destroy_all<'a>(&'a self, user_id: &'a str) -> Answer<'a, u64> {
        Answer::of(self.backend.destroy_all(user_id, (self.slots)()))
    }

    fn sweep(&self, limit: usize) -> Answer<'_, u64> {
        Answer::of(self.backend.sweep((self.clock)(), limit))
    }
}

/// The session's JSON text; that of no data for a session made by somebody else.
fn data(active: &Active<Box<Slot>>) -> Result<String, SessionError> {
    match active.get::<&str>(DATA) {
        Ok(Some(text)) => Ok(text.to_owned()),
        Ok(None) => Ok(json::empty_data_json()),
        Err(error) => Err(SessionError::Backend(error.to_string())),
    }
}

impl<B: fmt::Debug> fmt::Debug for Plugin<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("backend", &self.backend).finish_non_exhaustive()
    }
}
