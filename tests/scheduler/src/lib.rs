//! An exhaustive scheduler: every interleaving of a few exchanges on one session, store call by store call, with a
//! fault at any call, on the real machine.
//!
//! A state is the store, what each exchange has been answered so far, and a little history that the promises are
//! checked against. An exchange is a pure function of its answers, so nothing is cloned: to go on, it is run again from
//! its start with one answer more. States that were seen are not visited again.
//!
//! - `exchange.rs` runs one exchange on its answers so far.
//! - `store.rs` is a store as plain as can be.
//! - `explore.rs` visits all states.
//! - `promises.rs` says what must hold.

pub mod exchange;
pub mod explore;
pub mod promises;
pub mod store;
