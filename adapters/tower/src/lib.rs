//! Sessions for tower and axum: a layer and an extractor over [`sansession`].
//!
//! ```no_run
//! use axum::Router;
//! use axum::routing::{get, post};
//! use sansession::{Config, Key, KeyRing, Sessions};
//! use sansession_memory::MemoryStore;
//! use sansession_tower::{Session, SessionError, SessionLayer};
//!
//! async fn home(session: Session) -> Result<String, SessionError> {
//!     let visits = session.get::<u32>("visits")?.unwrap_or_default() + 1;
//!     session.insert("visits", &visits)?;
//!     let who = session.principal()?.unwrap_or_else(|| "stranger".to_owned());
//!     let notice = session.flashed::<String>("notice")?.unwrap_or_default();
//!     Ok(format!("{notice} Visit {visits}, {who}."))
//! }
//!
//! async fn login(session: Session) -> Result<(), SessionError> {
//!     session.login("ada")?; // after a look at the password
//!     session.flash_str("notice", "Welcome back!")
//! }
//!
//! async fn logout(session: Session) -> Result<(), SessionError> {
//!     session.invalidate()
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     // head -c 32 /dev/urandom > session.key
//!     let key = Key::new(1, &std::fs::read("session.key")?)?;
//!     let sessions = Sessions::stored(Config::new(), &KeyRing::new(key))?;
//!     let layer = SessionLayer::new(sessions, MemoryStore::new(10_000));
//!
//!     let app = Router::new()
//!         .route("/", get(home))
//!         .route("/login", post(login))
//!         .route("/logout", post(logout))
//!         .layer(layer);
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//!     axum::serve(listener, app).await?;
//!     Ok(())
//! }
//! ```
//!
//! # What happens when
//!
//! | moment | what the layer does |
//! |---|---|
//! | a request comes in | puts a lazy handle into its extensions |
//! | a handler asks for the [`Session`] | begins the exchange and loads the record: once per request, however many ask |
//! | the handler has answered | commits, before the head of the response is sent |
//! | it answered 5xx, panicked, or its service failed | drops its writes, carries out its [`invalidate`](Session::invalidate), and lets a panic go on |
//! | the request is dropped before that | nothing |
//! | after the commit | every clone of the session answers [`Closed`], those in streamed bodies too |
//!
//! A request whose handlers never ask costs no store read, and its response has neither `Vary` nor cookie. One that
//! asked gets `Vary: Cookie` and, if a cookie is set, `Cache-Control: no-store`.
//!
//! When what a handler asked for cannot be stored (the store failed, or the session was ended meanwhile), its answer is
//! not sent: it would tell of something that did not happen. [`Refused`] says why, and
//! [`SessionLayer::on_refused`] shapes what is sent instead. The same shape is given to an extractor's refusal.
//!
//! With [`SessionLayer::reports`], a [`Report`] of each exchange is in the extensions of the response. `tracing` gets one
//! event per exchange at debug, and one at warn for a refusal, with its cause. Neither ever holds an id, a key or a value.
//!
//! # Without axum
//!
//! Any [tower service](tower_service::Service) over [`http`] types will do, if its body can be made from a `String`.
//! [`Session::open`] takes the place of the extractor:
//!
//! ```
//! # use std::convert::Infallible;
//! use http::{Request, Response};
//! use sansession_tower::Session;
//!
//! async fn handle(request: Request<String>) -> Result<Response<String>, Infallible> {
//!     let page = match Session::open(request.extensions()).await {
//!         Ok(session) => format!("{:?}", session.keys()),
//!         Err(refused) => refused.to_string(),
//!     };
//!     Ok(Response::new(page))
//! }
//! ```
//!
//! # What it needs
//!
//! The waits between tries of a lost update, and sweeps, use the tokio runtime that the request runs in, with its timer
//! enabled. On another runtime there are no waits and no sweeps.
//!
//! The slots of requests that opened their session are kept for the next ones, up to 64; nothing in them is zeroed. What
//! the layer allocates for a request is counted in `tests/allocations.rs`.

// Modules in the order that a request meets them.
mod handle;
mod layer;
mod pool;
mod session;

mod headers;
mod host;
mod lease;
mod pause;
mod report;
mod respond;
mod settled;

mod error;
mod refused;
mod rng;

pub use error::{Closed, SessionError};
pub use layer::{SessionLayer, SessionService};
pub use refused::Refused;
pub use report::Report;
pub use respond::ResponseFuture;
pub use session::Session;

/// The README's program is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
