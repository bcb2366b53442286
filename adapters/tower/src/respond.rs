//! The response: waits for the handler, then closes the exchange.
//!
//! In: the handler's answer, or its panic. Out: the same, after everything that had to be stored is stored.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;
use sansession::Ending;

use crate::handle::Shut;
use crate::keeper::{Finished, Work};
use crate::lease::Lease;
use crate::settled::{Settled, Style};

pin_project! {
    /// The response of a [`SessionService`](crate::SessionService).
    ///
    /// Dropped before the handler is done, it changes nothing. Dropped while the store is at work, it leaves the old
    /// session, the new one, or none (promise S2).
    pub struct ResponseFuture<F, B, E> {
        #[pin]
        handler: Option<F>,
        lease: Option<Lease>,
        closing: Option<Closing<B, E>>,
    }
}

impl<F, B, E> ResponseFuture<F, B, E> {
    pub(crate) fn new(handler: F, lease: Lease) -> Self {
        Self { handler: Some(handler), lease: Some(lease), closing: None }
    }
}

impl<F, B, E> Future for ResponseFuture<F, B, E>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: From<String>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        if let Some(handler) = this.handler.as_mut().as_pin_mut() {
            let done = match catch_unwind(AssertUnwindSafe(|| handler.poll(cx))) {
                Ok(answer) => Done::Answer(ready!(answer)),
                Err(panic) => Done::Panic(panic),
            };
            this.handler.set(None);
            match this.lease.take().map(|lease| close(lease, done)) {
                Some(Ended::Answer(answer)) => return Poll::Ready(answer),
                Some(Ended::Waits(closing)) => *this.closing = Some(closing),
                None => {}
            }
        }
        let Some(closing) = this.closing else { return Poll::Pending };
        let finished = ready!(closing.steps.as_mut().poll(cx));
        this.closing.take().map_or(Poll::Pending, |closing| Poll::Ready(closing.settle(finished)))
    }
}

/// An exchange that the store is asked about.
struct Closing<B, E> {
    steps: Pin<Box<dyn Future<Output = Finished> + Send>>,
    done: Done<B, E>,
    lease: Lease,
}

impl<B: From<String>, E> Closing<B, E> {
    fn settle(mut self, finished: Finished) -> Result<Response<B>, E> {
        let settled = Settled::finished(&mut self.lease, finished);
        self.done.settle(&self.lease.host.style, settled)
    }
}

enum Ended<B, E> {
    Answer(Result<Response<B>, E>),
    Waits(Closing<B, E>),
}

/// Closes the exchange, at once if the store is not asked.
fn close<B: From<String>, E>(mut lease: Lease, done: Done<B, E>) -> Ended<B, E> {
    let settled = match lease.shut() {
        Shut::Unopened(_) => return Ended::Answer(done.answer()),
        Shut::Refused(refused) => Settled::unopened(&refused),
        Shut::Open(active) => {
            let verdict = active.verdict();
            match lease.host.close(active, done.ending()) {
                Err(refused) => Settled::unplanned(verdict, refused),
                Ok(Work::Done(finished)) => Settled::finished(&mut lease, finished),
                Ok(Work::Waits(steps)) => return Ended::Waits(Closing { steps, done, lease }),
            }
        }
    };
    Ended::Answer(done.settle(&lease.host.style, settled))
}

/// How the handler ended.
enum Done<B, E> {
    Answer(Result<Response<B>, E>),
    Panic(Box<dyn Any + Send>),
}

impl<B, E> Done<B, E> {
    fn ending(&self) -> Ending {
        match self {
            Self::Answer(Ok(response)) if !response.status().is_server_error() => Ending::Answered,
            Self::Answer(_) | Self::Panic(_) => Ending::Failed,
        }
    }

    /// The answer as it is. A panic goes on from here.
    fn answer(self) -> Result<Response<B>, E> {
        match self {
            Self::Answer(answer) => answer,
            Self::Panic(panic) => resume_unwind(panic),
        }
    }

    /// The answer with what the exchange came to.
    fn settle(self, style: &Style, settled: Settled) -> Result<Response<B>, E>
    where
        B: From<String>,
    {
        self.answer().map(|response| settled.dress(response, style))
    }
}
