//! The desk: where a handler finds its open exchange. One goes with each slot.
//!
//! ```text
//! empty -- lay() --> laid -- with() --> taken -- done --> laid -- clear() --> empty
//! ```
//!
//! A handler's session is a plain value that outlives nothing and borrows nothing, so it carries a number: the turn. Who
//! comes with the number of an earlier turn finds the desk closed.

use core::cell::RefCell;

use embassy_sync::blocking_mutex::Mutex;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use sansession::Active;

use crate::error::Closed;
use crate::slots::Lease;

/// Which exchange of a desk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn(u64);

/// Public in name only: the module is not.
pub struct Desk(Mutex<CriticalSectionRawMutex, RefCell<Place>>);

struct Place {
    turn: Turn,
    exchange: Option<Active<Lease>>,
}

impl Desk {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(RefCell::new(Place { turn: Turn(0), exchange: None })))
    }

    /// Lays an exchange down: a new turn.
    pub(crate) fn lay(&self, exchange: Active<Lease>) -> Turn {
        self.place(|place| {
            place.turn = Turn(place.turn.0.wrapping_add(1));
            place.exchange = Some(exchange);
            place.turn
        })
    }

    /// Works on the exchange of this turn. Others may look at the desk meanwhile, and find it empty.
    pub(crate) fn with<R>(
        &self,
        turn: Turn,
        work: impl FnOnce(&mut Active<Lease>) -> R,
    ) -> Result<R, Closed> {
        let exchange = self.take(turn).ok_or(Closed)?;
        let mut taken = Taken { desk: self, turn, exchange: Some(exchange) };
        taken.exchange.as_mut().map(work).ok_or(Closed)
    }

    /// Takes the exchange away. The turn is over.
    pub(crate) fn clear(&self, turn: Turn) -> Option<Active<Lease>> {
        let exchange = self.take(turn);
        self.place(|place| {
            if place.turn == turn {
                place.turn = Turn(turn.0.wrapping_add(1));
            }
        });
        exchange
    }

    fn take(&self, turn: Turn) -> Option<Active<Lease>> {
        self.place(|place| if place.turn == turn { place.exchange.take() } else { None })
    }

    fn place<R>(&self, work: impl FnOnce(&mut Place) -> R) -> R {
        self.0.lock(|place| work(&mut place.borrow_mut()))
    }
}

/// An exchange that is laid back when its work is done, or panics: each of its operations is whole.
struct Taken<'a> {
    desk: &'a Desk,
    turn: Turn,
    exchange: Option<Active<Lease>>,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut exchange = self.exchange.take();
        self.desk.place(|place| {
            if place.turn == self.turn {
                place.exchange = exchange.take();
            }
        });
        // What came back too late is dropped out here, not in the critical section.
    }
}
