//! The layer: gives each request a lazy handle of its session, and each response to [`respond`](crate::respond).

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use sansession::{Sessions, Slot, Stored, Timestamp};
use sansession_store::SendStore;
use tower_layer::Layer;
use tower_service::Service;

use crate::host::Host;
use crate::pool::Pool;
use crate::refused::Refused;
use crate::respond::ResponseFuture;

/// Puts sessions of one kind around a service. See the [crate docs](crate) for an example.
///
/// Cloning it is cheap; all clones, and the services they wrap, share the store and the pool of slots.
pub struct SessionLayer<S> {
    host: Arc<Host<S>>,
}

impl<S: SendStore + 'static> SessionLayer<S> {
    /// A layer over `store`, with the system's clock and 16 KiB slots (8 KiB of record).
    pub fn new(sessions: Sessions<Stored>, store: S) -> Self {
        Self { host: Arc::new(Host::new(sessions, store)) }
    }

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

    /// The store, for instance to list a principal's sessions.
    pub fn store(&self) -> &S {
        &self.host.store
    }
}

impl<S> Clone for SessionLayer<S> {
    fn clone(&self) -> Self {
        Self { host: Arc::clone(&self.host) }
    }
}

impl<S> fmt::Debug for SessionLayer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayer")
            .field("sessions", &self.host.sessions)
            .finish_non_exhaustive()
    }
}

impl<T, S> Layer<T> for SessionLayer<S> {
    type Service = SessionService<T, S>;

    fn layer(&self, inner: T) -> Self::Service {
        SessionService { inner, host: Arc::clone(&self.host) }
    }
}

/// A service with sessions; what [`SessionLayer`] makes.
pub struct SessionService<T, S> {
    inner: T,
    host: Arc<Host<S>>,
}

impl<T, S, Req, Res> Service<Request<Req>> for SessionService<T, S>
where
    T: Service<Request<Req>, Response = Response<Res>>,
    T::Error: Send + 'static,
    Res: From<String> + Send + 'static,
    S: SendStore + 'static,
{
    type Response = Response<Res>;
    type Error = T::Error;
    type Future = ResponseFuture<T::Future, Response<Res>, T::Error, S>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), T::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Req>) -> Self::Future {
        let (lazy, lease) = self.host.lease(request.headers());
        request.extensions_mut().insert(lazy);
        ResponseFuture::new(self.inner.call(request), lease)
    }
}

impl<T: Clone, S> Clone for SessionService<T, S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), host: Arc::clone(&self.host) }
    }
}

impl<T: fmt::Debug, S> fmt::Debug for SessionService<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
