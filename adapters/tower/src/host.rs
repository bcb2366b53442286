//! The host: what the machine does not have. A store, a clock, randomness, memory, and time to wait.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header};
use sansession::{Active, Begin, End, Ending, Sessions, Slot, Stored, Timestamp};
use sansession_store::{Finished, OpenError, SendStore, StoreError, close, open};

use crate::handle::Lazy;
use crate::lease::Lease;
use crate::pause::Wait;
use crate::pool::Pool;
use crate::refused::Refused;
use crate::rng::SysRng;
use crate::settled::Style;

/// Expired records taken away after a sampled request.
const SWEEP: usize = 256;

pub(crate) struct Host<S> {
    pub(crate) sessions: Arc<Sessions<Stored>>,
    pub(crate) store: Arc<S>,
    pub(crate) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) slots: fn() -> Box<Slot>,
    pub(crate) style: Style,
    pub(crate) pool: Arc<Pool>,
}

/// What a handle needs of its host, whatever the store.
pub(crate) trait Opener: Send + Sync {
    fn sessions(&self) -> &Sessions<Stored>;
    fn now(&self) -> Timestamp;
    fn slot(&self) -> Box<Slot>;
    #[allow(clippy::type_complexity, reason = "a boxed future is one, and it is spelled twice")]
    fn load(
        &self,
        begin: Begin<Box<Slot>>,
    ) -> Pin<Box<dyn Future<Output = Result<Active<Box<Slot>>, Refused>> + Send + '_>>;
}

impl<S: SendStore + 'static> Opener for Host<S> {
    fn sessions(&self) -> &Sessions<Stored> {
        &self.sessions
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn slot(&self) -> Box<Slot> {
        (self.slots)()
    }

    fn load(
        &self,
        begin: Begin<Box<Slot>>,
    ) -> Pin<Box<dyn Future<Output = Result<Active<Box<Slot>>, Refused>> + Send + '_>> {
        Box::pin(async move {
            open(&*self.store, begin).await.map_err(|error| match error {
                OpenError::Store(error) => {
                    Refused::Load { kind: error.kind(), cause: Arc::new(error) }
                }
                OpenError::Record(error) => Refused::Record(error),
                error => Refused::Load {
                    kind: sansession_store::ErrorKind::Other,
                    cause: Arc::new(error),
                },
            })
        })
    }
}

impl<S: SendStore + 'static> Host<S> {
    pub(crate) fn new(sessions: Sessions<Stored>, store: S) -> Self {
        Self {
            sessions: Arc::new(sessions),
            store: Arc::new(store),
            clock: Arc::new(unix_time),
            slots: || Box::new(Slot::<[u8; 16384]>::new()),
            style: Style::default(),
            pool: Arc::default(),
        }
    }

    /// A lazy session for a request with these headers, and the layer's hold on it.
    pub(crate) fn lease(self: &Arc<Self>, headers: &HeaderMap) -> (Lazy, Lease<S>) {
        let mut handle = self.pool.take();
        if let Some(handle) = Arc::get_mut(&mut handle) {
            let opener = Arc::clone(self);
            handle.prepare(opener, headers.get_all(header::COOKIE).iter().cloned());
        }
        (Lazy(Arc::clone(&handle)), Lease::new(Arc::clone(self), handle))
    }

    /// Plans what is to be stored.
    pub(crate) fn finish(
        &self,
        active: Active<Box<Slot>>,
        ending: Ending,
    ) -> Result<End<Box<Slot>>, Refused> {
        let finished = self.sessions.finish(active, ending, self.now(), &mut SysRng);
        finished.map_err(|error| Refused::Rng(Arc::new(error)))
    }

    /// Carries the plan out.
    pub(crate) async fn close(&self, end: End<Box<Slot>>) -> Finished<Box<Slot>, S::Error> {
        close(&self.sessions, &*self.store, &Wait, end).await
    }

    /// Takes expired records away in a task of its own, where there is a runtime. A failure is told, and that is all.
    pub(crate) fn sweep(&self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (store, now) = (Arc::clone(&self.store), self.now());
        runtime.spawn(async move {
            if let Err(error) = SendStore::sweep(&*store, now, SWEEP).await {
                tracing::warn!(
                    cause = &error as &(dyn std::error::Error + 'static),
                    "session sweep failed"
                );
            }
        });
    }
}

impl<S> Clone for Host<S> {
    fn clone(&self) -> Self {
        Self {
            sessions: Arc::clone(&self.sessions),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            slots: self.slots,
            style: self.style.clone(),
            pool: Arc::clone(&self.pool),
        }
    }
}

fn unix_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::ZERO.after(since)
}
