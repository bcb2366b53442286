//! The wait before a lost update is tried again.

use std::time::Duration;

use sansession_store::SendPause;

/// Waits up to 4 ms before the first try, and up to twice as long before each further one. Without a tokio runtime it
/// does not wait.
pub(crate) struct Wait;

impl SendPause for Wait {
    async fn pause(&self, attempt: u8) {
        if tokio::runtime::Handle::try_current().is_ok() {
            tokio::time::sleep(Duration::from_micros(jitter(longest(attempt)))).await;
        }
    }
}

/// The longest wait before this try, in microseconds.
fn longest(attempt: u8) -> u64 {
    2_000 << attempt.min(8)
}

/// A random part of `longest`. Two requests that drew the same would only race again, so any failure will do.
fn jitter(longest: u64) -> u64 {
    getrandom::u64().map_or(longest, |random| random % longest.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::{jitter, longest};

    // promise: L6
    #[test]
    fn the_wait_grows_and_stays_within_its_bound() {
        assert!((1..8).all(|attempt| longest(attempt) * 2 == longest(attempt + 1)));
        assert_eq!(longest(u8::MAX), 512_000);
        assert!((0..100).all(|_| jitter(4_000) <= 4_000));
    }
}
