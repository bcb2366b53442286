//! What a store bench asks of a library of sessions, and how it measures it.
//!
//! In: a [`Site`], whose visitors make requests. Out: a [`Row`]: round trips of each kind of request, and requests per
//! second. It knows neither libraries nor servers, so that all of them do the same work.

mod rates;

mod row;

mod trips;

use std::future::Future;

pub use rates::rates;
pub use row::{Rates, Row, Trips};
pub use trips::trips;

/// A library of sessions over one store.
pub trait Site: Clone + Send + Sync + 'static {
    /// A browser.
    type Visitor: Visitor;

    /// One that has no session yet.
    fn visitor(&self) -> Self::Visitor;
}

/// A browser with at most one session. Each call is a request from its cookie to its `Set-Cookie`, without HTTP, and
/// panics if it did not do what it should.
pub trait Visitor: Send + 'static {
    /// Begins a session of ten keys, one of which is a counter at 0.
    fn create(&mut self) -> impl Future<Output = ()> + Send;

    /// Reads the counter.
    fn read(&mut self) -> impl Future<Output = u64> + Send;

    /// Counts one up.
    fn change(&mut self) -> impl Future<Output = ()> + Send;

    /// Gives the session another id.
    fn rotate(&mut self) -> impl Future<Output = ()> + Send;

    /// Ends the session. The visitor is new again.
    fn destroy(&mut self) -> impl Future<Output = ()> + Send;
}
