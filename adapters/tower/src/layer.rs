//! The layer: gives each request a lazy handle of its session, and each response to [`respond`](crate::respond).

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use sansession::{Carried, Protection, Sessions, Slot, Stored, Timestamp};
use sansession_store::SendStore;
use tower_layer::Layer;
use tower_service::Service;

use crate::host::Host;
use crate::keeper::{InCookies, InStore, Keeper};
use crate::pool::Pool;
use crate::refused::Refused;
use crate::respond::ResponseFuture;

/// Puts sessions of one kind around a service. See the [crate docs](crate) for an example.
///
/// Cloning it is cheap; all clones, and the services they wrap, share the store and the pool of slots.
#[derive(Clone)]
pub struct SessionLayer {
    host: Arc<Host>,
}

/// Where sessions are kept.
impl SessionLayer {
    /// A layer over `store`, with the system's clock and 16 KiB slots (8 KiB of record).
    ///
    /// Who also asks the store, to list a principal's sessions for instance, hands in an `Arc` of it.
    pub fn new(sessions: Sessions<Stored>, store: impl SendStore + 'static) -> Self {
        Self::over(InStore { sessions, store }, || Box::new(Slot::<[u8; 16384]>::new()))
    }

    /// A layer without a store: each cookie carries its session. It has the system's clock and 6 KiB slots (a whole
    /// cookie, and as much again for flash messages).
    ///
    /// What a server that keeps nothing cannot do is told in the [docs of the core](sansession#carried-sessions).
    pub fn carried<P>(sessions: Sessions<Carried<P>>) -> Self
    where
        P: Protection + 'static,
        Sessions<Carried<P>>: Send + Sync,
    {
        Self::carried_unless(sessions, |_| None)
    }

    /// A layer [without a store](SessionLayer::carried) that refuses a principal's sessions that began before the time
    /// that `not_before` gives for it: its last log-out everywhere, which the host keeps.
    ///
    /// `not_before` is asked in the middle of a request with a good cookie of a principal, and must not block.
    pub fn carried_unless<P>(
        sessions: Sessions<Carried<P>>,
        not_before: impl Fn(&str) -> Option<Timestamp> + Send + Sync + 'static,
    ) -> Self
    where
        P: Protection + 'static,
        Sessions<Carried<P>>: Send + Sync,
    {
        Self::over(InCookies { sessions, not_before }, || Box::new(Slot::<[u8; 6144]>::new()))
    }

    fn over(keeper: impl Keeper + 'static, slots: fn() -> Box<Slot>) -> Self {
        Self { host: Arc::new(Host::new(keeper, slots)) }
    }
}

/// What can be chosen.
impl SessionLayer {
    /// Replaces the clock; the default is Unix time in milliseconds from the system.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.host).clock = Arc::new(now);
        self
    }

    /// Replaces the memory of one exchange, for instance by `|| Box::new(Slot::<[u8; 4096]>::new())`.
    ///
    /// Slots are made when a request opens its session and none is idle, and are used again.
    #[must_use]
    pub fn slots(mut self, make: fn() -> Box<Slot>) -> Self {
        let host = Arc::make_mut(&mut self.host);
        host.slots = make;
        host.pool = Arc::new(Pool::default());
        self
    }

    /// Shapes the answer to a request whose session was refused; the default is the [status](Refused::status) and one
    /// line of text.
    ///
    /// It takes the place of the handler's answer when what the handler asked for could not be stored, and of the
    /// extractor's when the session could not be opened.
    #[must_use]
    pub fn on_refused(
        mut self,
        shape: impl Fn(Refused) -> Response<String> + Send + Sync + 'static,
    ) -> Self {
        Arc::make_mut(&mut self.host).style.shape = Arc::new(shape);
        self
    }

    /// Puts a [`Report`](crate::Report) of each exchange into the extensions of its response, for whoever counts or shows
    /// what the machine does. It costs three allocations where a response has no other extensions.
    #[must_use]
    pub fn reports(mut self) -> Self {
        Arc::make_mut(&mut self.host).style.reports = true;
        self
    }
}

impl fmt::Debug for SessionLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer")
            .field("sessions", &self.host.keeper.sessions())
            .finish_non_exhaustive()
    }
}

impl<T> Layer<T> for SessionLayer {
    type Service = SessionService<T>;

    fn layer(&self, inner: T) -> Self::Service {
        SessionService { inner, host: Arc::clone(&self.host) }
    }
}

/// A service with sessions; what [`SessionLayer`] makes.
#[derive(Clone)]
pub struct SessionService<T> {
    inner: T,
    host: Arc<Host>,
}

impl<T, Req, Res> Service<Request<Req>> for SessionService<T>
where
    T: Service<Request<Req>, Response = Response<Res>>,
    Res: From<String>,
{
    type Response = Response<Res>;
    type Error = T::Error;
    type Future = ResponseFuture<T::Future, Res, T::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Req>) -> Self::Future {
        let (lazy, lease) = self.host.lease(request.headers());
        request.extensions_mut().insert(lazy);
        ResponseFuture::new(self.inner.call(request), lease)
    }
}

impl<T: fmt::Debug> fmt::Debug for SessionService<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
