//! Plugins of each kind, with a clock that tests set.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sansession::{Config, Key, KeyRing, Sessions, Timestamp};
use sansession_memory::MemoryStore;
use sansession_plugin::{CreateOptions, Plugin, SessionPlugin};

/// A clock that stands still.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_700_000_000)))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// Idle ends after an hour, all after a day, ids are renewed after half an hour.
pub(crate) fn config() -> Config {
    Config::new()
        .idle(Duration::from_secs(3600))
        .absolute(Duration::from_secs(86_400))
        .renew(Duration::from_secs(1800), Duration::from_secs(60))
}

pub(crate) fn keys() -> KeyRing {
    KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").expect("the key is strong"))
}

pub(crate) fn stored(clock: &Clock) -> Box<dyn SessionPlugin> {
    let sessions = Sessions::stored(config(), &keys()).expect("the configuration is good");
    let clock = clock.clone();
    Box::new(Plugin::stored(sessions, MemoryStore::new(1000)).clock(move || clock.now()))
}

pub(crate) fn carried(clock: &Clock) -> Box<dyn SessionPlugin> {
    let sessions = Sessions::carried(config(), &keys()).expect("the configuration is good");
    let clock = clock.clone();
    Box::new(Plugin::carried(sessions).clock(move || clock.now()))
}

#[cfg(feature = "sealed")]
pub(crate) fn sealed(clock: &Clock) -> Box<dyn SessionPlugin> {
    let sessions = Sessions::sealed(config(), &keys()).expect("the configuration is good");
    let clock = clock.clone();
    Box::new(Plugin::sealed(sessions).clock(move || clock.now()))
}

/// Has `check` look at each kind of plugin.
pub(crate) fn each(check: impl Fn(&str, &dyn SessionPlugin, &Clock)) {
    let clock = Clock::new();
    check("stored", &*stored(&clock), &clock);
    let clock = Clock::new();
    check("carried", &*carried(&clock), &clock);
    #[cfg(feature = "sealed")]
    {
        let clock = Clock::new();
        check("sealed", &*sealed(&clock), &clock);
    }
}

pub(crate) fn with(data_json: &str) -> CreateOptions {
    CreateOptions { data_json: data_json.to_owned(), ..CreateOptions::default() }
}

pub(crate) fn of_user(user_id: &str) -> CreateOptions {
    CreateOptions { user_id: Some(user_id.to_owned()), ..CreateOptions::default() }
}
