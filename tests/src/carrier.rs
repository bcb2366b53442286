//! A server that keeps nothing: the cookie carries the session.

use core::time::Duration;
use std::cell::{Cell, RefCell};

use sansession::rand_core::TryCryptoRng;
use sansession::{
    Carried, Config, CsrfToken, Ending, KeyRing, Outcome, Protection, Sealed, Sessions, Signed,
    Slot, Timestamp, Verdict,
};

use crate::browser::Browser;
use crate::dice::Dice;
use crate::fixture;
use crate::server::Exchange;

/// A server that starts at one million seconds and keeps that time until told otherwise.
pub struct Carrier<P: Protection> {
    /// The kind of sessions it has.
    pub sessions: Sessions<Carried<P>>,
    /// What its selectors and nonces are made of.
    pub dice: RefCell<Dice>,
    now: Cell<Timestamp>,
    slot: fn() -> Box<Slot>,
}

/// What came of a request to a [`Carrier`].
#[derive(Debug)]
pub struct Delivered<R = ()> {
    /// What the handler gave back.
    pub value: R,
    /// What the cookies turned out to be.
    pub verdict: Verdict,
    /// What became of the exchange.
    pub outcome: Outcome,
    /// The `Set-Cookie` header.
    pub set_cookie: Option<String>,
}

/// [`Signed`] and [`Sealed`]: how a test makes sessions of either.
pub trait Kind: Protection + Sized {
    /// Sessions of this kind.
    ///
    /// # Panics
    /// If the configuration is refused.
    fn sessions(config: Config, ring: &KeyRing) -> Sessions<Carried<Self>>;
}

impl Kind for Signed {
    fn sessions(config: Config, ring: &KeyRing) -> Sessions<Carried<Self>> {
        Sessions::carried(config, ring).expect("a sound configuration")
    }
}

impl Kind for Sealed {
    fn sessions(config: Config, ring: &KeyRing) -> Sessions<Carried<Self>> {
        Sessions::sealed(config, ring).expect("a sound configuration")
    }
}

impl<P: Kind> Carrier<P> {
    /// A server under the usual key.
    pub fn new(config: Config) -> Self {
        Self::under(config, &fixture::ring())
    }

    /// A server under other keys.
    pub fn under(config: Config, ring: &KeyRing) -> Self {
        Self {
            sessions: P::sessions(config, ring),
            dice: RefCell::new(Dice::new(1)),
            now: Cell::new(Timestamp::from_secs(1_000_000)),
            slot: || Box::new(Slot::<[u8; 6000]>::new()),
        }
    }

    /// The same with slots of `N` bytes.
    #[must_use]
    pub fn with_slot<const N: usize>(mut self) -> Self {
        self.slot = || Box::new(Slot::<[u8; N]>::new());
        self
    }

    /// The same under other rules or keys, as after a restart.
    #[must_use]
    pub fn restart(mut self, config: Config, ring: &KeyRing) -> Self {
        self.sessions = P::sessions(config, ring);
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
    pub fn open(&self, browser: &mut Browser) -> Exchange {
        let header = browser.header(self.now());
        self.open_with(header.iter().map(String::as_bytes))
    }

    /// Opens an exchange with these `Cookie` headers.
    pub fn open_with<'h>(&self, headers: impl IntoIterator<Item = &'h [u8]>) -> Exchange {
        self.sessions.begin(headers, self.now(), (self.slot)())
    }

    /// Closes an exchange.
    pub fn close_as(&self, exchange: Exchange, ending: Ending) -> Delivered {
        let Ok(delivered) = self.try_close(exchange, ending, &mut *self.dice.borrow_mut());
        delivered
    }

    /// Closes an exchange with a generator that may fail.
    ///
    /// # Errors
    /// The generator's.
    pub fn try_close<R: TryCryptoRng>(
        &self,
        exchange: Exchange,
        ending: Ending,
        rng: &mut R,
    ) -> Result<Delivered, R::Error> {
        let reply =
            self.sessions.finish(exchange, ending, self.now(), rng).map_err(|error| error.0)?;
        Ok(Delivered {
            value: (),
            verdict: reply.verdict(),
            outcome: reply.outcome(),
            set_cookie: reply.set_cookie(&self.sessions).map(|cookie| cookie.to_string()),
        })
    }

    /// A whole request: open, handle, close, and the cookie goes to the browser.
    pub fn request<R>(
        &self,
        browser: &mut Browser,
        handler: impl FnOnce(&mut Exchange) -> R,
    ) -> Delivered<R> {
        self.request_as(browser, Ending::Answered, handler)
    }

    /// A whole request that ends as `ending` says.
    pub fn request_as<R>(
        &self,
        browser: &mut Browser,
        ending: Ending,
        handler: impl FnOnce(&mut Exchange) -> R,
    ) -> Delivered<R> {
        let mut exchange = self.open(browser);
        let value = handler(&mut exchange);
        let Delivered { verdict, outcome, set_cookie, .. } = self.close_as(exchange, ending);
        let answer = Delivered { value, verdict, outcome, set_cookie };
        self.deliver(browser, &answer);
        answer
    }

    /// Gives the browser the cookie of an answer.
    pub fn deliver<R>(&self, browser: &mut Browser, answer: &Delivered<R>) {
        if let Some(set_cookie) = &answer.set_cookie {
            browser.receive(set_cookie, self.now());
        }
    }

    /// A request that does nothing.
    pub fn visit(&self, browser: &mut Browser) -> Delivered {
        self.request(browser, |_| {})
    }

    /// Makes a CSRF token in `exchange`.
    pub fn csrf(&self, exchange: &mut Exchange) -> CsrfToken {
        let Ok(token) = exchange.csrf_token(&self.sessions, &mut *self.dice.borrow_mut());
        token
    }
}
