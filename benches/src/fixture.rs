//! What everybody works on: the same keys, the same values, the same tasks.

use std::time::SystemTime;

use sansession::Timestamp;

/// What is under each key but the counter: 20 bytes.
pub(crate) const VALUE: &str = "a value of 20 bytes.";

/// The key that is read.
pub(crate) const READ: &str = "key-00";

/// The key that is written, with a number that is another one each time.
pub(crate) const COUNTER: &str = "counter";

/// Where counters start: from here on they do not grow longer.
pub(crate) const START: u32 = 1_000_000;

/// The names of so many keys, the first of them [`READ`].
pub(crate) fn keys(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|key| format!("key-{key:02}"))
}

/// A secret for those who want 64 bytes.
pub(crate) const SECRET: &[u8; 64] =
    b"a secret for measuring: it has 64 bytes, which suits all of them";

/// What a request does.
#[derive(Clone, Copy)]
pub(crate) enum Task {
    /// Comes without a cookie and writes [`READ`].
    Begin,
    /// Reads [`READ`].
    Read,
    /// Reads [`READ`] and writes [`COUNTER`].
    Write,
}

/// The cookie of a `Set-Cookie` as a browser sends it back.
pub(crate) fn pair(set_cookie: &str) -> &str {
    set_cookie.split(';').next().expect("there is always a first part")
}

/// The time, for a machine that has no clock.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::ZERO.after(since.expect("the clock is past 1970"))
}
