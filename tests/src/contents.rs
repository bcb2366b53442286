//! What a session holds, for tests about requests that write beside each other.

use sansession_store::Store;

use crate::browser::Browser;
use crate::fixture::text;
use crate::server::{Exchange, Server};

/// A browser whose session holds `shared`, set to `first`.
///
/// # Panics
/// If it does not fit.
pub fn with_shared<S: Store>(server: &Server<S>) -> Browser {
    let mut browser = Browser::new();
    server.request(&mut browser, |active| active.insert("shared", "first")).value.expect("room");
    browser
}

/// All keys with their strings, sorted.
///
/// # Panics
/// If one is not a string.
pub fn all(active: &mut Exchange) -> Vec<(String, String)> {
    let keys: Vec<_> = active.keys().map(str::to_owned).collect();
    keys.into_iter()
        .map(|key| (key.clone(), text(active.get(&key)).expect("it is listed")))
        .collect()
}

/// What [`all`] is compared with.
pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
}
