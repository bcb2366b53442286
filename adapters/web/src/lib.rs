//! What sansession's adapters for HTTP servers on devices share: the host, slots, and one request's exchange.
//!
//! ```
//! use pollster::block_on;
//! use sansession::Ending;
//! use sansession_web::{Exchange, Slots};
//! # use sansession_web_support::RamBoard as Board;
//!
//! // Three requests with a session at a time, with records of up to 256 bytes.
//! static SLOTS: Slots<3, 512> = Slots::new();
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let board = Board::new(); // a `Host`
//!
//! // A request without a cookie, whose handler writes.
//! let exchange = Exchange::new(board, &SLOTS);
//! let session = block_on(exchange.open([], "/")).map_err(|refusal| refusal.page.body)?;
//! session.insert_str("colour", "blue")?;
//!
//! // The handler has answered: nothing is sent before this.
//! let settled = block_on(exchange.close(Ending::Answered, "/"));
//! assert!(settled.refusal.is_none(), "else it is sent in the place of the answer");
//! let cookie = settled.set_cookie.ok_or("no cookie")?.to_string();
//! assert!(session.insert_str("colour", "red").is_err(), "it is closed");
//!
//! // The next request brings the cookie.
//! let pair = cookie.split(';').next().ok_or("empty")?.as_bytes();
//! let exchange = Exchange::new(board, &SLOTS);
//! let session = block_on(exchange.open([pair], "/")).map_err(|refusal| refusal.page.body)?;
//! session.with(|active| assert_eq!(active.get("colour"), Ok(Some("blue"))))?;
//! # Ok(()) }
//! ```
//!
//! An adapter knows requests and answers of its server, and nothing of sessions. For each request it
//!
//! 1. makes an [`Exchange`] and keeps it in the request's future;
//! 2. [opens](Exchange::open) it when the handler asks for the [`Session`], with the values of all `Cookie` headers;
//! 3. [closes](Exchange::close) it when the handler has answered, before anything is sent, and says whether it answered
//!    5xx;
//! 4. sends what is [`Settled`]: the handler's answer with the headers added, or the refusal in its place;
//! 5. [sweeps](Exchange::sweep).
//!
//! Dropped anywhere before the close, the exchange changes nothing and gives its slot back.
//!
//! What a request costs in RAM is printed by `cargo test -p sansession-web --test size -- --nocapture`.
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
