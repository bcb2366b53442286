//! HTTP: the application under picoserve, with an exchange of the machine around each request.

mod respond;

mod slots;

use core::cell::{Cell, RefCell};

use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_time::Timer;
use picoserve::ResponseSent;
use picoserve::io::Read;
use picoserve::request::{Headers, Path, Request};
use picoserve::response::ResponseWriter;
use picoserve::routing::PathRouterService;
use sansession::{Active, Reply, Slot};
use sansession_firmware::{Answer, Failure, Host as _, Route, Text, ending, plain, refuse, serve};
use sansession_store::{NoPause, OpenError, Store as _, StoreError as _, close, open};

use crate::site::Site;
use respond::respond;
use slots::Lease;

/// Bytes of the longest answer. One answer at a time is written into them, and sent from there.
pub(crate) const ANSWER: usize = 7 * 1024;

/// Expired sessions that are taken away at a time.
const SWEEP: usize = 8;

/// What serves one socket.
pub(crate) struct Web<'a> {
    pub(crate) site: &'static Site,
    pub(crate) answer: &'static Mutex<NoopRawMutex, [u8; ANSWER]>,
    pub(crate) slot: &'static RefCell<Slot>,
    /// Who is at the other end, for the throttle.
    pub(crate) peer: &'a Cell<[u8; 4]>,
}

impl Web<'_> {
    async fn open(&self, headers: Headers<'_>) -> Result<Active<Lease<'static>>, Failure> {
        let device = &self.site.device;
        let slot = Lease::take(self.slot).ok_or(Failure::Busy)?;
        let cookies = headers.iter().filter_map(|(name, value)| {
            name.as_raw().eq_ignore_ascii_case(b"cookie").then(|| value.as_raw())
        });
        let begin = device.sessions.begin(cookies, device.now(), slot);
        open(device.store, begin).await.map_err(|error| match error {
            OpenError::Store(error) => {
                crate::log!("a session was not loaded: {error}");
                Failure::Store(error.kind())
            }
            _ => Failure::Record,
        })
    }

    /// Hands the session to the application, and carries out what comes of it.
    async fn run(
        &self,
        mut session: Active<Lease<'static>>,
        route: &Route<'_>,
        body: &[u8],
        text: &mut Text<'_>,
    ) -> (Answer, Option<Reply<Lease<'static>>>) {
        let device = &self.site.device;
        let answer = serve(device, &mut session, route, body, &self.peer.get(), text);
        let now = device.now();
        let end = {
            let rng = &mut *device.rng.borrow_mut();
            device.sessions.finish(session, ending(&answer), now, rng)
        };
        let Ok(end) = end else { return (refuse(route, Failure::Entropy, text), None) };
        let finished = close(&device.sessions, device.store, &NoPause, end).await;
        if let Some(cause) = finished.cause {
            crate::log!("a session was not stored: {cause}");
        }
        let outcome = finished.reply.outcome();
        let answer = if outcome.is_refusal() {
            refuse(route, Failure::Refused(outcome), text)
        } else {
            answer
        };
        (answer, Some(finished.reply))
    }
}

impl PathRouterService for Web<'_> {
    async fn call_path_router_service<R: Read, W: ResponseWriter<Error = R::Error>>(
        &self,
        (): &(),
        (): (),
        path: Path<'_>,
        mut request: Request<'_, R>,
        writer: W,
    ) -> Result<ResponseSent, W::Error> {
        let route = Route::find(request.parts.method(), path.encoded());
        let body = request.body_connection.body().read_all().await;
        let session = match (&body, route.wait()) {
            _ if !route.opens_session() => None,
            (Err(_), _) => Some(Err(Failure::Body)),
            (_, Err(failure)) => Some(Err(failure)),
            (Ok(_), Ok(wait)) => {
                let session = self.open(request.parts.headers()).await;
                Timer::after_millis(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)).await;
                Some(session)
            }
        };
        let mut buffer = self.answer.lock().await;
        let mut text = Text::new(&mut *buffer);
        let (answer, reply) = match session {
            None => (plain(&route, &mut text), None),
            Some(Err(failure)) => (refuse(&route, failure, &mut text), None),
            Some(Ok(session)) => {
                let body: &[u8] = body.as_deref().unwrap_or_default();
                self.run(session, &route, body, &mut text).await
            }
        };
        let connection = request.body_connection.finalize().await?;
        let device = &self.site.device;
        let written = text.as_str();
        let reply = reply.as_ref();
        let sent = respond(connection, writer, answer, written, reply, &device.sessions).await?;
        if reply.is_some_and(Reply::sweep)
            && let Err(error) = device.store.sweep(device.now(), SWEEP).await
        {
            crate::log!("expired sessions were not swept: {error}");
        }
        Ok(sent)
    }
}
