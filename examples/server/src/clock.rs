//! The time: Unix time by the system's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use sansession::Timestamp;

/// Now.
pub(crate) fn now() -> Timestamp {
    Timestamp::ZERO.after(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}
