//! A store behind a cache: what it answers, how old that may be, and what a cache that fails, forgets or lags costs.
#![cfg(all(feature = "alloc", feature = "conformance"))]

mod around;
mod behind;
mod bound;
mod calls;
mod conforms;
mod failures;
mod fixture;
mod races;
