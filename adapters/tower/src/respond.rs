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
use sansession::{End, Ending};
use sansession_store::{Finished, SendStore};

use crate::handle::Shut;
use crate::lease::Lease;
use crate::settled::{Settled, Style};

pin_project! {
    /// The response of a [`SessionService`](crate::SessionService).
    ///
    /// Dropped before the handler is done, it changes nothing. Dropped while the store is at work, it leaves the old
    /// session, the new one, or none (promise S2).
    pub struct ResponseFuture<F, R, E, S> {
        #[pin]
        handler: Option<F>,
        lease: Option<Lease<S>>,
        closing: Option<Pin<Box<dyn Future<Output = Result<R, E>> + Send>>>,
    }
}

impl<F, R, E, S> ResponseFuture<F, R, E, S> {
    pub(crate) fn new(handler: F, lease: Lease<S>) -> Self {
        Self { handler: Some(handler), lease: Some(lease), closing: None }
    }
}

impl<F, B, E, S> Future for ResponseFuture<F, Response<B>, E, S>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: From<String> + Send + 'static,
    E: Send + 'static,
    S: SendStore + 'static,
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
                Some(Closing::Done(answer)) => return Poll::Ready(answer),
                Some(Closing::Steps(closing)) => *this.closing = Some(closing),
                None => {}
            }
        }
        match this.closing {
            Some(closing) => closing.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

enum Closing<A> {
    Done(A),
    /// The store is asked.
    Steps(Pin<Box<dyn Future<Output = A> + Send>>),
}

/// Closes the exchange, at once if nothing is to be stored.
fn close<B, E, S>(mut lease: Lease<S>, done: Done<B, E>) -> Closing<Result<Response<B>, E>>
where
    B: From<String> + Send + 'static,
    E: Send + 'static,
    S: SendStore + 'static,
{
    let settled = match lease.shut() {
        Shut::Unopened(_) => return Closing::Done(done.answer()),
        Shut::Refused(refused) => Settled::unopened(&refused),
        Shut::Open(active) => {
            let verdict = active.verdict();
            match lease.host.finish(active, done.ending()) {
                Err(refused) => Settled::unplanned(verdict, refused),
                Ok(End::Done(reply)) => Settled::finished(&mut lease, Finished::at_once(reply)),
                Ok(end) => {
                    return Closing::Steps(Box::pin(async move {
                        let finished = lease.host.close(end).await;
                        let settled = Settled::finished(&mut lease, finished);
                        done.settle(&lease.host.style, settled)
                    }));
                }
            }
        }
    };
    Closing::Done(done.settle(&lease.host.style, settled))
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
