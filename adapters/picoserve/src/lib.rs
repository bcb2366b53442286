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
//! impl<R: TryCryptoRng> Host for Board<R> {
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
