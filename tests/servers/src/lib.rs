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
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
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
///
/// It is below those that systems give to connections that go out (RFC 6056, 2.1), so that none of these takes the port
/// of a server that is killed and started again.
#[must_use]
pub fn free_port() -> u16 {
    loop {
        // Seeded anew by the operating system each time.
        let random = RandomState::new().build_hasher().finish();
        let port = 10_000 + u16::try_from(random % 20_000).expect("it is small");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
