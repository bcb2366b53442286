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
//! # Without a store
//!
//! Each cookie can carry its session, up to 4095 bytes of cookie. Handlers stay as they are; only the layer is another:
//!
//! ```
//! # use std::collections::HashMap;
//! # use std::sync::{Arc, RwLock};
//! # use sansession::{Config, Key, KeyRing, Sessions, Timestamp};
//! # use sansession_tower::SessionLayer;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let ring = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! // Signed: the browser can read what is in it.
//! let layer = SessionLayer::carried(Sessions::carried(Config::new(), &ring)?);
//!
//! // Sealed: it cannot. Needs the feature `sealed`.
//! let layer = SessionLayer::carried(Sessions::sealed(Config::new(), &ring)?);
//!
//! // The same, with users who can log out everywhere: the host keeps when they last did.
//! let cuts = Arc::new(RwLock::new(HashMap::<String, Timestamp>::new()));
//! let known = Arc::clone(&cuts);
//! let sessions = Sessions::sealed(Config::new(), &ring)?;
//! let layer = SessionLayer::carried_unless(sessions, move |user| known.read().ok()?.get(user).copied());
//! # Ok(()) }
//! ```
//!
//! There is nothing to load and nothing to store, so a request never waits for its session, and no answer is refused
//! because a store failed. But an old cookie stays good: who kept a copy opens the session as it was then, also after
//! [`regenerate`](Session::regenerate), [`login`](Session::login) and [`invalidate`](Session::invalidate), until its
//! deadlines, the [epoch](sansession::Config::epoch), or that cut. Of two answers on their way at once the last wins,
//! whole. Sessions have no [`handle`](Session::handle) and cannot be listed. The
//! [core](sansession#carried-sessions) says it in full.
//!
//! # A principal's sessions
//!
//! A store knows all sessions of a principal. Share it with the layer, and ask it with the functions of
//! [`sansession_store`]:
//!
//! ```
//! # use std::sync::Arc;
//! # use sansession::{Config, Key, KeyRing, Sessions};
//! # use sansession_memory::MemoryStore;
//! # use sansession_tower::SessionLayer;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let ring = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! let store = Arc::new(MemoryStore::new(10_000));
//! let layer = SessionLayer::new(Sessions::stored(Config::new(), &ring)?, Arc::clone(&store));
//!
//! // In a handler: log out everywhere.
//! let mut buffer = [0; 8192];
//! let ended = sansession_store::end_all(&store, "ada", None, &mut buffer).await?;
//! # assert_eq!(ended, 0);
//! # Ok(()) }
//! ```
//!
//! # What happens when
//!
//! | moment | what the layer does |
//! |---|---|
//! | a request comes in | puts a lazy handle into its extensions |
//! | a handler asks for the [`Session`] | begins the exchange and loads the record, if there is a store: once per request, however many ask |
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
mod keeper;
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
