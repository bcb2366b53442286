//! The conformance kit: holds a store against its contract (promise S1).
//!
//! In: a function that makes empty stores. Out: a [`Report`] of every check by name. A store author writes two tests:
//!
//! ```
//! use sansession_store::conformance::{Kit, on_threads};
//! # use sansession_store::SendStore;
//! # fn test<MyStore: SendStore + 'static>(make: impl AsyncFn() -> MyStore) {
//!
//! // #[test] fn conforms()
//! pollster::block_on(Kit::new().run(&make)).assert();
//!
//! // #[test] fn conforms_in_parallel(), for a `SendStore`
//! pollster::block_on(Kit::new().run_parallel(&make, on_threads)).assert();
//! # }
//! ```
//!
//! A store that needs a runtime runs the same in it: `#[tokio::test]`, `.await`, and `|task| drop(tokio::spawn(task))`
//! in place of [`on_threads`].
//!
//! Each check gets a store of its own, which the function makes empty: a new map, a table just truncated, another key
//! prefix. Most checks ask the store one thing. The exchange checks run whole requests through the [driver](crate::open),
//! with one [`Fault`] at each call in turn, and look at what is left.
//!
//! Time in the kit is not the host's: it is around November 2023. Records end an hour after they were written, unless a
//! check is about that, so a store that hands a remaining duration to a database with an expiry of its own is well.
//!
//! # Levels
//!
//! [`Kit::new`] is for stores of [level full](Level::Full), [`Kit::basic`] for those of [level basic](Level::Basic). A
//! store says itself which it is ([`Store::LEVEL`]), and fails under the kit of the other level, so one that was tested
//! as basic cannot be used as a full one. What a basic store need not do is left out, and
//! [told](Report::left_out) with the [need](Need) that it would have.
//!
//! What the kit cannot see: whether an answered write survives a power cut, and how old a cached answer is.

#[macro_use]
mod report;

mod need;

mod fixture;

mod create;

mod content;

mod update;

mod touch;

mod destroy;

mod sweep;

mod list;

mod contention;

mod parallel;

mod requests;

mod dropped;

mod faulty;

mod browser;

mod account;

mod exchange;

mod aftermath;

pub use need::Need;

pub use faulty::{Fault, Faulty, FaultyError};
pub use parallel::{Task, on_threads};
pub use report::{Failure, LeftOut, Report};

use std::boxed::Box;

use crate::contract::{SendStore, Store};
use crate::level::Level;
use fixture::Subject;
use report::Finding;

/// What a store is able to do, and the checks for it.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Kit {
    level: Level,
    records: usize,
    longest: usize,
    sweeps: bool,
}

impl Default for Kit {
    fn default() -> Self {
        Self::new()
    }
}

impl Kit {
    /// For a server's store of [level full](Level::Full): 256 records, records of up to 8 KiB, and expired ones are
    /// found by sweeping only.
    pub const fn new() -> Self {
        Self { level: Level::Full, records: 256, longest: 8192, sweeps: true }
    }

    /// The same for one of [level basic](Level::Basic).
    pub const fn basic() -> Self {
        Self { level: Level::Basic, ..Self::new() }
    }

    /// How many records a store that was just made takes; 32 at least.
    pub const fn records(mut self, records: usize) -> Self {
        self.records = records;
        self
    }

    /// How long a record may be, in bytes; 512 at least.
    pub const fn longest_record(mut self, bytes: usize) -> Self {
        self.longest = bytes;
        self
    }

    /// The store's database takes expired records away by its own clock, so a sweep may find nothing to do.
    pub const fn expires_by_itself(mut self) -> Self {
        self.sweeps = false;
        self
    }

    /// Runs all checks that one task can run.
    pub async fn run<S: Store>(self, make: impl AsyncFn() -> S) -> Report {
        let mut run = Run { kit: self, make, report: Report::new(self.level) };
        run.report.note("declares_its_level", declares_its_level::<S>(self.level));
        create::checks(&mut run).await;
        content::checks(&mut run).await;
        update::checks(&mut run).await;
        touch::checks(&mut run).await;
        destroy::checks(&mut run).await;
        sweep::checks(&mut run).await;
        list::checks(&mut run).await;
        contention::checks(&mut run).await;
        dropped::checks(&mut run).await;
        account::checks(&mut run).await;
        exchange::checks(&mut run).await;
        run.report
    }

    /// Runs the checks that need tasks in parallel. `spawn` starts one: [`on_threads`], or a runtime's own function.
    pub async fn run_parallel<S: SendStore + 'static>(
        self,
        make: impl AsyncFn() -> S,
        spawn: impl Fn(Task),
    ) -> Report {
        let mut run = Run { kit: self, make, report: Report::new(self.level) };
        run.report.note("declares_its_level", declares_its_level::<S>(self.level));
        parallel::checks(&mut run, spawn).await;
        run.report
    }
}

/// A store cannot be tested for one level and used as if it had the other.
fn declares_its_level<S: Store>(asked: Level) -> Result<(), Finding> {
    ensure_eq!(
        S::LEVEL,
        asked,
        "the level that the store declares, against the one that the kit was made for"
    );
    Ok(())
}

/// A run of the kit.
struct Run<F> {
    kit: Kit,
    make: F,
    report: Report,
}

impl<F> Run<F> {
    /// Runs a check with a store that was just made, or leaves it out.
    async fn check<S>(
        &mut self,
        name: &'static str,
        needs: &[Need],
        check: impl AsyncFnOnce(Subject<S>) -> Result<(), Finding>,
    ) where
        F: AsyncFn() -> S,
    {
        if let Some(need) = needs.iter().find(|need| !self.kit.asks_for(**need)) {
            self.report.leave_out(name, *need);
            return;
        }
        let subject = Subject { store: (self.make)().await, kit: self.kit };
        // On the heap: a device's store can be a large table, which each state of a check would have a place for.
        let result = Box::pin(check(subject)).await;
        self.report.note(name, result);
    }
}
