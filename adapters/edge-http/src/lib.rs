//! Sessions for [edge-http](https://docs.rs/edge-http/0.8): a handler wrapper over [`sansession`].
//!
//! ```
//! use core::cell::RefCell;
//! use core::fmt::Debug;
//!
//! use edge_http::io::Error;
//! use edge_nal::TcpSplit;
//! use embedded_io_async::{Read, Write};
//! use sansession::rand_core::TryCryptoRng;
//! use sansession::{Config, Key, KeyRing, Sessions, Stored, Timestamp};
//! use sansession_edge_http::{Host, Request, SessionHandler, Slots, WithSession};
//! use sansession_ram::RamStore;
//!
//! // Three requests with a session at a time, with records of up to 256 bytes; 16 sessions.
//! static SLOTS: Slots<3, 512> = Slots::new();
//! static STORE: RamStore<16, 256> = RamStore::new();
//!
//! // What the board gives.
//! struct Board<R> {
//!     sessions: Sessions<Stored>,
//!     rng: RefCell<R>,
//! }
//!
//! impl<R: TryCryptoRng + 'static> Host for Board<R> {
//!     type Store = RamStore<16, 256>;
//!
//!     fn sessions(&self) -> &Sessions<Stored> {
//!         &self.sessions
//!     }
//!     fn store(&self) -> &Self::Store {
//!         &STORE
//!     }
//!     fn now(&self) -> Option<Timestamp> {
//!         # fn uptime_millis() -> u64 { 60_000 }
//!         Some(Timestamp::from_millis(uptime_millis()))
//!     }
//!     fn rng(&self) -> impl TryCryptoRng {
//!         self.rng.borrow_mut()
//!     }
//! }
//!
//! struct App;
//!
//! impl<H: Host> SessionHandler<H> for App {
//!     type Error<E>
//!         = Error<E>
//!     where
//!         E: Debug;
//!
//!     async fn handle<T, const N: usize>(
//!         &self,
//!         request: &mut Request<'_, '_, T, N, H>,
//!     ) -> Result<(), Error<T::Error>>
//!     where
//!         T: Read + Write + TcpSplit,
//!     {
//!         let session = match request.session().await {
//!             Ok(session) => session,
//!             Err(refusal) => return request.refuse(refusal).await,
//!         };
//!         let done = match request.path() {
//!             "/login" => session.login("admin"), // after a look at the password
//!             "/logout" => session.invalidate(),
//!             _ => Ok(()),
//!         };
//!         match done {
//!             Ok(()) => request.respond(200, &[("Content-Type", "text/plain")], b"done").await,
//!             Err(error) => request.respond(error.status(), &[], b"not done").await,
//!         }
//!     }
//! }
//!
//! # fn cell_init<T>(value: T) -> &'static T { Box::leak(Box::new(value)) }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let noise = getrandom::SysRng;
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! // A device on plain HTTP opts out of `Secure` by name.
//! let sessions = Sessions::stored(Config::new().insecure_http("session"), &keys)?;
//! // `cell_init` is `StaticCell::init`, or whatever makes a `&'static` at start-up.
//! let board = cell_init(Board { sessions, rng: RefCell::new(noise) });
//! let handler = WithSession::new(board, &SLOTS, App)?;
//! // Server::new().run(keepalive_timeout_ms, acceptor, handler).await
//! # fn served(_: impl edge_http::io::server::Handler) {}
//! # served(handler);
//! # Ok(()) }
//! ```
//!
//! # What happens when
//!
//! | moment | what the wrapper does |
//! |---|---|
//! | a request comes in | makes an exchange that nobody has asked for; it takes no slot and reads no clock |
//! | the handler asks for the [`Session`] | takes a slot and loads the record, once per request |
//! | it [responds](Request::respond), or [begins](Request::begin) to | commits, then sends the head; the slot is free by then |
//! | it responds 5xx, or fails without a response | drops its writes, and carries out its [`invalidate`](Session::invalidate) |
//! | it is done without a response | commits, and sends an empty 200 |
//! | the request's future is dropped before that | nothing; the slot is wiped and free |
//! | the answer is sent | takes a few expired records away, on a sampled share of requests |
//!
//! A request that never asks costs no store read, and its answer has neither `Vary` nor cookie. One that asked gets
//! `Vary: Cookie` and, if a cookie is set, `Cache-Control: no-store`; both are added to the handler's own.
//!
//! When what a handler asked for cannot be stored, its answer is not sent: it would tell of something that did not happen.
//! A [refusal](Refused::status) is sent instead, as [`Host::refuse`] shapes it: 409 for a session that was ended or got a
//! new id meanwhile, 503 for a store that failed and, with `Retry-After: 1`, when all slots are taken, 507 for a full store.
//! [`Host::report`] is told of each exchange, and [`Host::header`] may add a header to each answer.
//!
//! # What it costs
//!
//! No allocator, no `Send`, no executor of its own, no compare-and-swap. The cookie is written to a buffer of 256 bytes in
//! the request's future; whether it will fit is checked when the wrapper is made. The future is at most 2 KB longer on a
//! processor of 64 bits; `cargo test -p sansession-edge-http size -- --nocapture` prints it.
#![no_std]
#![deny(missing_docs)]

// Modules in the order that a request meets them.
mod handler;

mod request;

mod text;

pub use handler::{CookieTooLong, SessionHandler, WithSession};
pub use request::Request;
pub use sansession_web::{
    Closed, Exchange, Host, Lease, Page, Pool, Refusal, Refused, Report, Session, SessionError,
    Slots,
};
