//! The host: what the machine does not have. Where sessions are kept, a time, randomness, and how things are told.

use core::future::Future;

use sansession::rand_core::TryCryptoRng;
use sansession::{Outcome, Sessions, Stored, Timestamp};
use sansession_store::{Pause, Store};

use crate::page::Page;
use crate::refused::Refused;
use crate::report::Report;

/// What a device gives to its web server, for all of its requests.
///
/// It lives as long as the program and is only ever borrowed: as a `static`, or as what a cell in a `static` was filled
/// with at start-up. Neither `Send` nor `Sync` is asked for; a device whose tasks share one executor can keep its parts
/// in a [`RefCell`](core::cell::RefCell). Nothing here is called inside of a critical section.
pub trait Host: 'static {
    /// Where records are kept.
    type Store: Store;

    /// The configuration and the keys.
    fn sessions(&self) -> &Sessions<Stored>;

    /// The store.
    fn store(&self) -> &Self::Store;

    /// The time; none while nobody knows it. Then every request that asks for its session is refused, and no session is
    /// touched.
    fn now(&self) -> Option<Timestamp>;

    /// Randomness for ids and tokens. It is asked for when some is needed, drawn from at once, and dropped before anything
    /// is waited for, so it may be a guard such as [`RefMut`](core::cell::RefMut).
    fn rng(&self) -> impl TryCryptoRng;

    /// Waits before a lost update is tried again: a growing random time. `attempt` counts from 1. By default it does not
    /// wait; that will do for a store that answers at once.
    fn pause(&self, attempt: u8) -> impl Future<Output = ()> {
        let _ = attempt;
        core::future::ready(())
    }

    /// Shapes the answer to a request for `path` that was refused; the default is the [status](Refused::status) and one
    /// line of text.
    ///
    /// It takes the place of the handler's answer when what the handler asked for could not be stored, and of the
    /// extractor's when the session could not be opened.
    fn refuse(&self, refused: &Refused<<Self::Store as Store>::Error>, path: &str) -> Page {
        let _ = path;
        Page::plain(refused)
    }

    /// Is told what became of each exchange, before its answer is sent: for a log or a counter.
    fn report(&self, report: &Report<'_, <Self::Store as Store>::Error>) {
        let _ = report;
    }

    /// A header of the host's own for an answer: its name and value. There is no outcome if nobody asked for the session.
    fn header(&self, outcome: Option<Outcome>) -> Option<(&'static str, &'static str)> {
        let _ = outcome;
        None
    }
}

/// The host's pause, as the driver wants it.
pub(crate) struct Waits<'a, H>(pub(crate) &'a H);

impl<H: Host> Pause for Waits<'_, H> {
    fn pause(&self, attempt: u8) -> impl Future<Output = ()> {
        self.0.pause(attempt)
    }
}
