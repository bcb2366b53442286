//! A site with sessions: whole requests over a store.

use sansession::{
    Active, Config, Ending, Key, KeyRing, Outcome, Sessions, Slot, Stored, Timestamp, Verdict,
};
use sansession_redis::{RedisError, RedisStore};
use sansession_store::{NoPause, close, open};

/// What is open in a handler.
pub struct Site(Sessions<Stored>);

/// What a request came to.
#[derive(Debug)]
pub struct Answer {
    pub verdict: Verdict,
    pub outcome: Outcome,
    /// The store's last error.
    pub cause: Option<RedisError>,
    /// The pair that the browser sends next time, if it was told one.
    pub cookie: Option<String>,
}

impl Site {
    pub fn new(config: Config) -> Self {
        let ring =
            KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").expect("a good key"));
        Self(Sessions::stored(config, &ring).expect("a good configuration"))
    }

    /// One request, with a handler that does `act`.
    pub async fn visit<T>(
        &self,
        store: &RedisStore,
        cookie: Option<&str>,
        now: Timestamp,
        act: impl FnOnce(&mut Active<&mut Slot>) -> T,
    ) -> (Answer, T) {
        let mut slot = Slot::<[u8; 2048]>::new();
        let begin = self.0.begin(cookie.map(str::as_bytes), now, slot.erase());
        let mut active = open(&self.0, store, begin).await.expect("it opens");
        let verdict = active.verdict();
        let done = act(&mut active);
        let end = self.0.finish(active, Ending::Answered, now, &mut getrandom::SysRng);
        let finished = close(&self.0, store, &NoPause, end.expect("random bytes")).await;
        let cookie = finished.reply.set_cookie(&self.0).map(|set| set.to_string());
        let cookie = cookie.and_then(|set| set.split(';').next().map(str::to_owned));
        let outcome = finished.reply.outcome();
        (Answer { verdict, outcome, cause: finished.cause, cookie }, done)
    }

    /// A new session with one value; its cookie.
    pub async fn start(&self, store: &RedisStore, now: Timestamp) -> String {
        let write = |active: &mut Active<&mut Slot>| active.insert_str("colour", "blue");
        let (answer, written) = self.visit(store, None, now, write).await;
        written.expect("room");
        answer.cookie.unwrap_or_else(|| panic!("no cookie: {}", answer.outcome))
    }
}
