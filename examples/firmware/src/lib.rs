//! The demo of sansession on a device: a page and a JSON interface, without a board under them.
//!
//! In: a method, a path, a body and an open session. Out: a status, headers and a body in a buffer of fixed size. It knows
//! no sockets, no registers and no web framework; what a device has to give it is [`Host`], and [`Device`] gives it from a
//! store, a generator and a clock. The firmware's program (`src/main.rs`) puts a board below it.
//!
//! Without an allocator and without waiting: stores of devices answer at once.
#![no_std]

mod route;

mod text;

mod form;

mod failure;

mod refusal;

mod answer;

mod host;

mod device;

mod api;

mod page;

pub mod flash;

pub mod http;

pub use answer::{Answer, Body, Content, plain, refuse, serve};
pub use device::{BUCKETS, Device, RECORD, Throttling};
pub use failure::Failure;
pub use host::{Host, Time};
pub use refusal::refused;
pub use route::Route;
pub use text::Text;
