//! Starts private servers for tests on free ports, in folders of their own, and stops them with the test.
//!
//! In: nothing but the programs that are installed (`cargo xtask test` installs them). Out: addresses, and hands to
//! kill and restart what is behind them. It knows nothing of sessions.

#![expect(
    clippy::missing_panics_doc,
    reason = "a helper that cannot do its work fails the test that called it"
)]

mod scratch;

mod proxy;

mod postgres;

mod redis;
mod redis_cluster;

use std::env;
use std::net::{Ipv4Addr, TcpListener};

pub use postgres::{PASSWORD, Postgres};
pub use proxy::Proxy;
pub use redis::Redis;
pub use redis_cluster::{MASTERS, RedisCluster};
pub use scratch::Scratch;

/// Set to 1, no test starts a server: those that need one are over at once. `cargo xtask test --no-services` sets it
/// and says so.
pub const NO_SERVICES: &str = "SANSESSION_NO_SERVICES";

/// Whether tests may start servers.
#[must_use]
pub fn wanted() -> bool {
    env::var_os(NO_SERVICES).is_none_or(|it| it != "1")
}

/// Finds a port of this host that nothing listens on now. Somebody else may take it before you do: try again then.
#[must_use]
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port is free")
        .port()
}
