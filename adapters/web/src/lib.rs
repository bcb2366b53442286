//! What sansession's adapters for HTTP servers on devices share.
#![no_std]
#![deny(missing_docs)]

// Modules in the order that a request meets them.
mod host;

mod slots;

mod exchange;

mod desk;

mod session;

mod settled;

mod page;

mod refused;

mod report;

mod error;

pub use error::{Closed, SessionError};
pub use exchange::Exchange;
pub use host::Host;
pub use page::{Page, Refusal};
pub use refused::Refused;
pub use report::Report;
pub use session::Session;
pub use settled::{Cookie, Settled};
pub use slots::{Lease, Pool, Slots};
