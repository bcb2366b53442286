//! The calls of the store contract that write, as series of entries.
//!
//! In: a call. Out: the entries to append, one after the other, and then the answer. It refuses to know where entries
//! go. Each file is one call.

mod put;

mod remove;

mod room;

mod touch;

use crate::error::Fault;
use crate::geometry::Geometry;
use crate::index::{Index, Session};
use crate::log::{Append, Log, Machine, Step};

pub(crate) use put::{Create, Update};
pub(crate) use remove::{Destroy, Sweep};
pub(crate) use touch::Touch;

/// What a call needs next.
pub(crate) enum Next<'a, A> {
    Append(Append<'a>),
    Done(A),
}

/// A call.
pub(crate) trait Work<'a> {
    /// Its answer.
    type Answer;

    /// Looks at the table, and says what is to be appended. Called again when that is done.
    fn next(
        &mut self,
        geometry: &Geometry,
        index: &mut Index<[Option<Session>]>,
    ) -> Next<'a, Self::Answer>;
}

/// A call that is being worked on.
pub(crate) struct Job<'a, W> {
    work: W,
    append: Option<Append<'a>>,
}

impl<W> Job<'_, W> {
    pub(crate) const fn new(work: W) -> Self {
        Self { work, append: None }
    }
}

impl<'a, W: Work<'a>> Machine for Job<'a, W> {
    type Answer = W::Answer;

    fn poll<'m>(&'m mut self, log: &'m mut Log) -> Result<Step<'m, W::Answer>, Fault> {
        let Self { work, append } = self;
        loop {
            if let Some(entry) = append {
                if let Some(ask) = entry.poll(log)? {
                    return Ok(log.step(ask));
                }
                *append = None;
            }
            if let Some(entry) = log.unfinished() {
                *append = Some(entry);
                continue;
            }
            match work.next(&log.geometry, &mut log.index) {
                Next::Append(entry) => *append = Some(entry),
                Next::Done(answer) => return Ok(Step::Done(answer)),
            }
        }
    }
}
