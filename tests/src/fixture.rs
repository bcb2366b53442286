//! The configuration and keys that most tests use.

use core::time::Duration;

use sansession::{Config, DecodeError, Key, KeyRing, Sessions, Stored};

use crate::server::Exchange;

/// Defaults but for two things: no renewal and no sweeping, so that a test shows only what it is about.
pub const CONFIG: Config = Config::new().no_renew().sweep_share(0);

/// A signing key.
pub const SECRET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// A span of minutes.
pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

/// A millisecond.
pub const MILLI: Duration = Duration::from_millis(1);

/// A millisecond less than `span`.
pub const fn almost(span: Duration) -> Duration {
    span.saturating_sub(MILLI)
}

/// A ring of one key with id 1.
///
/// # Panics
/// Never: the key is strong enough.
pub fn ring() -> KeyRing {
    KeyRing::new(Key::new(1, SECRET).expect("a strong key"))
}

/// Sessions under [`ring`].
///
/// # Panics
/// If the configuration is refused.
pub fn sessions(config: Config) -> Sessions<Stored> {
    Sessions::stored(config, &ring()).expect("a sound configuration")
}

/// A string that was read, owned.
///
/// # Panics
/// If it was written as another type.
pub fn text(read: Result<Option<&str>, DecodeError>) -> Option<String> {
    read.expect("a string").map(str::to_owned)
}

/// The message under `note`.
pub fn note(exchange: &mut Exchange) -> Option<String> {
    text(exchange.flashed("note"))
}
