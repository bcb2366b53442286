//! Sessions for [picoserve](https://docs.rs/picoserve/0.20): a layer and an extractor over [`sansession`].
//!
//! ```
//! use core::cell::RefCell;
//!
//! use picoserve::Router;
//! use picoserve::response::IntoResponse;
//! use picoserve::routing::{get, post};
//! use sansession::rand_core::TryCryptoRng;
//! use sansession::{Config, ConfigError, Key, KeyRing, Sessions, Stored, Timestamp};
//! use sansession_picoserve::{Host, Session, SessionFailure, SessionLayer, Slots, WithSession};
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
//! async fn home(session: Session) -> Result<impl IntoResponse, SessionFailure> {
//!     let visits = session.get::<u32>("visits")?.unwrap_or(0) + 1;
//!     session.insert("visits", &visits)?;
//!     Ok(if session.is_bound()? { "Hello, admin." } else { "Please log in." })
//! }
//!
//! async fn login(session: Session) -> Result<(), SessionFailure> {
//!     Ok(session.login("admin")?) // after a look at the password
//! }
//!
//! async fn logout(session: Session) -> Result<(), SessionFailure> {
//!     Ok(session.invalidate()?)
//! }
//!
//! # fn cell_init<T>(value: T) -> &'static T { Box::leak(Box::new(value)) }
//! # fn main() -> Result<(), ConfigError> {
//! # let noise = getrandom::SysRng;
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! // A device on plain HTTP opts out of `Secure` by name.
//! let config = Config::new().insecure_http("session");
//! let sessions = Sessions::stored(config, &keys)?;
//! // `cell_init` is `StaticCell::init`, or whatever makes a `&'static` at start-up.
//! let board = cell_init(Board { sessions, rng: RefCell::new(noise) });
//! let app = Router::new()
//!     .route("/", get(home))
//!     .route("/login", post(login))
//!     .route("/logout", post(logout))
//!     .layer(SessionLayer::new(board, &SLOTS));
//! // picoserve::Server::new(&app, &config, &mut buffer).serve(socket).await
//! # fn served<P: picoserve::routing::PathRouter>(_: &Router<P>) {}
//! # served(&app);
//! # Ok(()) }
//! ```
//!
//! # What happens when
//!
//! | moment | what the layer does |
//! |---|---|
//! | a request comes in | makes an exchange that nobody has asked for; it takes no slot and reads no clock |
//! | a handler asks for the [`Session`] | takes a slot and loads the record: once per request, however many ask |
//! | the handler has answered | commits, before the head of the answer is sent, and gives the slot back with it |
//! | it answered 5xx | drops its writes, and carries out its [`invalidate`](Session::invalidate) |
//! | the request's future is dropped before that | nothing; the slot is wiped and free |
//! | after the commit | every copy of the session answers [`Closed`] |
//! | the answer is sent | takes a few expired records away, on a sampled share of requests |
//!
//! A request whose handlers never ask costs no store read, and its answer has neither `Vary` nor cookie. One that asked
//! gets `Vary: Cookie` and, if a cookie is set, `Cache-Control: no-store`; both are added to the handler's own. On a
//! connection that is kept alive each request is an exchange of its own.
//!
//! # What is refused
//!
//! When what a handler asked for cannot be stored, its answer is not sent: it would tell of something that did not happen.
//! [`Refused`] says why, and [`Host::refuse`] shapes what is sent instead, as it does when the session cannot be opened:
//!
//! | status | why |
//! |---|---|
//! | 409 | the session was ended or got a new id meanwhile, or others changed it again and again |
//! | 503 | the store failed, the time is not known yet, or all slots are taken: that one with `Retry-After: 1` |
//! | 507 | the store is full; and, by [`SessionFailure`], a session that is |
//! | 500 | the generator of randomness failed, or the record is not for these slots |
//!
//! [`Host::report`] is told of each exchange, and [`Host::header`] may add a header to each answer. Neither ever sees an
//! id, a key or a value.
//!
//! # The application's state
//!
//! Inside of the layer the state of handlers is [`WithSession`]: the application's own, and the exchange. So they take their
//! state with [`State`] of this crate, not of picoserve. A [`PathRouterService`](picoserve::routing::PathRouterService)
//! inside of the layer opens the session by `Session::from_request_parts`, or by [`WithSession::exchange`].
//!
//! # A principal's sessions
//!
//! The store knows them: ask it with [`sessions`](sansession_store::sessions), [`end_one`](sansession_store::end_one) and
//! [`end_all`](sansession_store::end_all).
//!
//! # What it costs
//!
//! No allocator, no `Send`, no executor of its own, no compare-and-swap. A connection's future is some 2 KB longer than with
//! a layer that does nothing, on a processor of 64 bits; `cargo test -p sansession-picoserve size -- --nocapture` prints it,
//! and `cargo test -p sansession-web --test size -- --nocapture` what the parts take. Slots are beside that.
#![no_std]
#![deny(missing_docs)]

// Modules in the order that a request meets them.
mod layer;

mod extract;

mod commit;

mod failure;

pub use extract::{Rejection, State};
pub use failure::SessionFailure;
pub use layer::{SessionLayer, WithSession};
pub use sansession_web::{
    Closed, Exchange, Host, Lease, Page, Pool, Refusal, Refused, Report, Session, SessionError,
    Slots,
};
