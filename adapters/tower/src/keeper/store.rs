//! Sessions that a store keeps.

use std::error::Error;
use std::sync::Arc;

use http::HeaderValue;
use sansession::{Active, Begin, End, Ending, Sessions, Slot, Stored, Timestamp};
use sansession_store::{ErrorKind, OpenError, SendStore, StoreError, close, open};

use crate::keeper::{Finished, Keeper, Kind, Work, without_randomness};
use crate::pause::Wait;
use crate::refused::Refused;
use crate::rng::SysRng;

/// Expired records taken away after a sampled request.
const SWEEP: usize = 256;

pub(crate) struct InStore<S> {
    pub(crate) sessions: Sessions<Stored>,
    pub(crate) store: S,
}

impl<S: SendStore + 'static> Keeper for InStore<S> {
    fn sessions(&self) -> &dyn Kind {
        &self.sessions
    }

    fn open(
        &self,
        cookies: &[HeaderValue],
        now: Timestamp,
        slot: Box<Slot>,
    ) -> Work<'_, Result<Active<Box<Slot>>, Refused>> {
        match self.sessions.begin(cookies.iter().map(HeaderValue::as_bytes), now, slot) {
            Begin::Ready(active) => Work::Done(Ok(active)),
            begin @ Begin::Load(_) => Work::Waits(Box::pin(async move {
                open(&self.sessions, &self.store, begin).await.map_err(|error| match error {
                    OpenError::Store(error) => {
                        Refused::Load { kind: error.kind(), cause: Arc::new(error) }
                    }
                    OpenError::Record(error) => Refused::Record(error),
                    error => Refused::Load { kind: ErrorKind::Other, cause: Arc::new(error) },
                })
            })),
        }
    }

    fn close(
        self: Arc<Self>,
        active: Active<Box<Slot>>,
        ending: Ending,
        now: Timestamp,
    ) -> Result<Work<'static, Finished>, Refused> {
        let end = self.sessions.finish(active, ending, now, &mut SysRng);
        Ok(match end.map_err(without_randomness)? {
            End::Done(reply) => Work::Done(self.tidied(Finished::at_once(reply), now)),
            end @ End::Step(_) => Work::Waits(Box::pin(async move {
                let finished = close(&self.sessions, &self.store, &Wait, end).await;
                let cause = finished.cause.map(|cause| Arc::new(cause) as Arc<_>);
                let finished = Finished { reply: finished.reply, cause, steps: finished.steps };
                self.tidied(finished, now)
            })),
        })
    }
}

impl<S: SendStore + 'static> InStore<S> {
    /// Takes expired records away after a sampled request, in a task of its own, where there is a runtime. A failure
    /// is told, and that is all.
    fn tidied(self: Arc<Self>, finished: Finished, now: Timestamp) -> Finished {
        if finished.reply.sweep()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                if let Err(error) = SendStore::sweep(&self.store, now, SWEEP).await {
                    tracing::warn!(
                        cause = &error as &(dyn Error + 'static),
                        "session sweep failed"
                    );
                }
            });
        }
        finished
    }
}
