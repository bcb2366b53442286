//! Sessions as a capability: opaque ids and JSON text, for hosts that load plugins and do not know what keeps the
//! sessions.
//!
//! ```
//! use pollster::block_on;
//! use sansession::{Config, Key, KeyRing, Sessions};
//! use sansession_memory::MemoryStore;
//! use sansession_plugin::{CreateOptions, Plugin, SessionPlugin, encode_data_map};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.")?);
//! let sessions = Sessions::stored(Config::new(), &keys)?;
//! let plugin: Box<dyn SessionPlugin> = Box::new(Plugin::stored(sessions, MemoryStore::new(10_000)));
//!
//! // A guest with a cart. The host writes the id into the session cookie.
//! let cart = CreateOptions { data_json: encode_data_map([("cart", "7")]), ..CreateOptions::default() };
//! let id = block_on(plugin.create(cart))?;
//!
//! // The guest logs in: another id, the same cart.
//! let id = block_on(plugin.bind(&id, "ada"))?;
//! let record = block_on(plugin.load(&id))?.ok_or("no session")?;
//! assert_eq!(record.user_id.as_deref(), Some("ada"));
//! assert_eq!(record.data_json, r#"{"cart":"7"}"#);
//!
//! // Each answer has the id that goes into the cookie from now on.
//! let id = block_on(plugin.update(&record.id, r#"{"cart":"7, 9"}"#))?;
//! block_on(plugin.destroy(&id))?;
//! assert!(block_on(plugin.load(&id))?.is_none());
//! # Ok(()) }
//! ```
//!
//! # Ids
//!
//! A [`SessionId`] is the value of the session cookie, whatever is in it: an id that a store knows
//! ([`Plugin::stored`]), or the session itself, signed ([`Plugin::carried`]) or sealed (`Plugin::sealed`, with the
//! feature `sealed`). **Every answer that has an id has the one to write into the cookie now.** In a store it is mostly the
//! same; a renewal, `bind` and `regenerate` change it, and the old one is dead. In a cookie each change makes another.
//!
//! Ids are authenticated before anything else happens, under the cookie name of the
//! [configuration](sansession::Config). The host writes the cookie with that
//! [name](sansession::Sessions::cookie_name), `Secure`, `HttpOnly`, `SameSite=Lax` and `Path=/`.
//! An id that was never issued, or is dead, is answered like none: there is no telling them apart.
//!
//! # Data
//!
//! One JSON text per session, any JSON, given back byte by byte. It is checked to be JSON and not looked at otherwise. An
//! update replaces it whole: of two at once the one that is stored last stays. A session that has ended is never brought
//! back by one. Stored sessions have room for 8 KiB by default, carried ones for a cookie of 4095 bytes.
//!
//! Sessions that were made otherwise, by a [layer](https://docs.rs/sansession-tower) over the same store, have no such
//! text; they are loaded with [`empty_data_json`].
//!
//! # Across a WASM boundary
//!
//! [`call`] takes a call as one JSON text and gives its answer as another; nothing else has to cross. No future here
//! needs a runtime. On a target without a clock or a source of randomness, give a [clock](Plugin::clock), and a
//! [custom backend](https://docs.rs/getrandom/0.4/getrandom/#custom-backend) of `getrandom`.
//!
//! # What carried sessions cannot do
//!
//! No store knows them: [`destroy_all`](SessionPlugin::destroy_all) is [`SessionError::Unsupported`], and
//! [`destroy`](SessionPlugin::destroy) is a request to the host to remove the cookie: a copy of it stays good until its
//! deadlines or the [epoch](sansession::Config::epoch).
#![deny(missing_docs)]

mod contract;
mod error;
mod json;
mod wire;

mod backend;
mod plugin;

pub use backend::{Backend, InCookies, InStore};
pub use contract::{Answer, CreateOptions, SessionId, SessionPlugin, SessionRecord};
pub use error::SessionError;
pub use json::{empty_data_json, encode_data_map};
pub use plugin::Plugin;
pub use wire::call;
