//! A server: the real machine and driver over a store, with a clock and dice of its own.

use core::time::Duration;
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use sansession::{
    Active, Config, CsrfToken, Ending, KeyRing, Outcome, Sessions, Slot, StoreKey, Stored,
    Timestamp, Verdict,
};
use sansession_store::{OpenError, Pause, StepName, Store};

use crate::browser::Browser;
use crate::dice::Dice;
use crate::fixture;
use crate::map_store::MapStore;

/// An exchange in flight: opened, not yet closed.
pub type Exchange = Active<Box<Slot>>;

/// What an application does in an exchange.
pub type Handler = fn(&mut Exchange);

/// A server that starts at one million seconds and keeps that time until told otherwise.
pub struct Server<S = MapStore> {
    /// The kind of sessions it has.
    pub sessions: Sessions<Stored>,
    /// Where it keeps them.
    pub store: S,
    /// What its ids are made of.
    pub dice: RefCell<Dice>,
    now: Cell<Timestamp>,
    slot: fn() -> Box<Slot>,
}

/// What came of a request.
#[derive(Debug)]
pub struct Answer<R = ()> {
    /// What the handler gave back.
    pub value: R,
    /// What the cookies turned out to be.
    pub verdict: Verdict,
    /// What became of the exchange.
    pub outcome: Outcome,
    /// The `Set-Cookie` header.
    pub set_cookie: Option<String>,
    /// What was asked of the store to close it.
    pub steps: Vec<StepName>,
    /// What the store said if it failed.
    pub cause: Option<String>,
    /// Whether the host is asked to sweep.
    pub sweep: bool,
    /// The name of the session as it is now.
    pub handle: Option<StoreKey>,
}

/// The process died before there was an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unanswered;

impl Server {
    /// A server with an empty [`MapStore`], under the usual key.
    pub fn new(config: Config) -> Self {
        Self::over(config, &fixture::ring(), MapStore::new())
    }
}

impl<S: Store> Server<S> {
    /// A server over `store`.
    ///
    /// # Panics
    /// If the configuration is refused.
    pub fn over(config: Config, ring: &KeyRing, store: S) -> Self {
        Self {
            sessions: Sessions::stored(config, ring).expect("a sound configuration"),
            store,
            dice: RefCell::new(Dice::new(1)),
            now: Cell::new(Timestamp::from_secs(1_000_000)),
            slot: || Box::new(Slot::<[u8; 4096]>::new()),
        }
    }

    /// The same with slots of `N` bytes.
    #[must_use]
    pub fn with_slot<const N: usize>(mut self) -> Self {
        self.slot = || Box::new(Slot::<[u8; N]>::new());
        self
    }

    /// The same store under other rules or keys, as after a restart.
    ///
    /// # Panics
    /// If the configuration is refused.
    #[must_use]
    pub fn restart(mut self, config: Config, ring: &KeyRing) -> Self {
        self.sessions = Sessions::stored(config, ring).expect("a sound configuration");
        self
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now.get()
    }

    /// Lets time pass.
    pub fn pass(&self, span: Duration) {
        self.now.set(self.now().after(span));
    }

    /// Sets the clock, back as well.
    pub fn set_clock(&self, now: Timestamp) {
        self.now.set(now);
    }

    /// Opens an exchange with the cookies of `browser`.
    ///
    /// # Errors
    /// The driver's.
    pub fn try_open(&self, browser: &mut Browser) -> Result<Exchange, OpenError<S::Error>> {
        let header = browser.header(self.now());
        self.open_with(header.iter().map(String::as_bytes))
    }

    /// Opens an exchange with these `Cookie` headers.
    ///
    /// # Errors
    /// The driver's.
    pub fn open_with<'h>(
        &self,
        headers: impl IntoIterator<Item = &'h [u8]>,
    ) -> Result<Exchange, OpenError<S::Error>> {
        let begin = self.sessions.begin(headers, self.now(), (self.slot)());
        pollster::block_on(sansession_store::open(&self.sessions, &self.store, begin))
    }

    /// Opens an exchange with the cookies of `browser`.
    ///
    /// # Panics
    /// If it cannot be opened.
    pub fn open(&self, browser: &mut Browser) -> Exchange {
        self.try_open(browser).expect("the exchange opens")
    }

    /// Closes an exchange whose handler answered.
    pub fn close(&self, exchange: Exchange) -> Answer {
        self.close_as(exchange, Ending::Answered)
    }

    /// Closes an exchange.
    ///
    /// # Panics
    /// If the process dies.
    pub fn close_as(&self, exchange: Exchange, ending: Ending) -> Answer {
        self.try_close(exchange, ending, |_| {}).expect("the process lives")
    }

    /// Closes an exchange; `meanwhile` runs before each reload, with the count of it.
    ///
    /// # Errors
    /// [`Unanswered`] if the process dies.
    pub fn try_close(
        &self,
        exchange: Exchange,
        ending: Ending,
        meanwhile: impl FnMut(u8),
    ) -> Result<Answer, Unanswered> {
        let Ok(end) =
            self.sessions.finish(exchange, ending, self.now(), &mut *self.dice.borrow_mut());
        let meanwhile = Meanwhile(RefCell::new(meanwhile));
        let closing = pin!(sansession_store::close(&self.sessions, &self.store, &meanwhile, end));
        // No store of these tests waits for anything, so what is not done at once was never to be.
        let Poll::Ready(finished) = closing.poll(&mut Context::from_waker(Waker::noop())) else {
            return Err(Unanswered);
        };
        let reply = &finished.reply;
        Ok(Answer {
            value: (),
            verdict: reply.verdict(),
            outcome: reply.outcome(),
            set_cookie: reply.set_cookie(&self.sessions).map(|cookie| cookie.to_string()),
            steps: finished.steps.iter().collect(),
            cause: finished.cause.map(|error| error.to_string()),
            sweep: reply.sweep(),
            handle: reply.handle(),
        })
    }

    /// A whole request: open, handle, close, and the cookie goes to the browser.
    pub fn request<R>(
        &self,
        browser: &mut Browser,
        handler: impl FnOnce(&mut Exchange) -> R,
    ) -> Answer<R> {
        self.request_as(browser, Ending::Answered, handler)
    }

    /// A whole request that ends as `ending` says.
    pub fn request_as<R>(
        &self,
        browser: &mut Browser,
        ending: Ending,
        handler: impl FnOnce(&mut Exchange) -> R,
    ) -> Answer<R> {
        let answer = self.lost(browser, ending, handler);
        self.deliver(browser, &answer);
        answer
    }

    /// A request whose answer never reaches the browser.
    pub fn lost<R>(
        &self,
        browser: &mut Browser,
        ending: Ending,
        handler: impl FnOnce(&mut Exchange) -> R,
    ) -> Answer<R> {
        let mut exchange = self.open(browser);
        let value = handler(&mut exchange);
        let Answer { verdict, outcome, set_cookie, steps, cause, sweep, handle, .. } =
            self.close_as(exchange, ending);
        Answer { value, verdict, outcome, set_cookie, steps, cause, sweep, handle }
    }

    /// Gives the browser the cookie of an answer.
    pub fn deliver<R>(&self, browser: &mut Browser, answer: &Answer<R>) {
        if let Some(set_cookie) = &answer.set_cookie {
            browser.receive(set_cookie, self.now());
        }
    }

    /// A request that does nothing.
    pub fn visit(&self, browser: &mut Browser) -> Answer {
        self.request(browser, |_| {})
    }

    /// Looks at the session of `browser` without closing the exchange, which changes nothing.
    pub fn peek<R>(&self, browser: &Browser, look: impl FnOnce(&mut Exchange) -> R) -> R {
        look(&mut self.open(&mut browser.clone()))
    }

    /// Makes a CSRF token in `exchange`.
    pub fn csrf(&self, exchange: &mut Exchange) -> CsrfToken {
        let Ok(token) = exchange.csrf_token(&self.sessions, &mut *self.dice.borrow_mut());
        token
    }
}

/// Runs something where a host would wait.
struct Meanwhile<F>(RefCell<F>);

impl<F: FnMut(u8)> Pause for Meanwhile<F> {
    async fn pause(&self, attempt: u8) {
        (self.0.borrow_mut())(attempt);
    }
}
