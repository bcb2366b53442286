//! sansession over a store: what a request does, without HTTP.

use std::sync::Arc;

use getrandom::SysRng;
use sansession::{
    Active, Config, Ending, Key, KeyRing, Reply, Sessions, Slot, Stored, Timestamp, Verdict,
};
use sansession_store::{NoPause, SendStore, close, open};
use sansession_store_bench_harness::{Site, Visitor};

/// A time that stands still: no touch and no renewal is due.
const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

/// All requests of a site.
pub(crate) struct Ours<S> {
    shared: Arc<(Sessions<Stored>, S)>,
}

impl<S> Ours<S> {
    pub(crate) fn over(store: S) -> Self {
        let key = Key::new(1, b"32 random bytes, kept in secret.").expect("the key is strong");
        let sessions = Sessions::stored(Config::new(), &KeyRing::new(key));
        Self { shared: Arc::new((sessions.expect("the configuration is good"), store)) }
    }
}

impl<S> Clone for Ours<S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<S: SendStore + 'static> Site for Ours<S> {
    type Visitor = Browser<S>;

    fn visitor(&self) -> Browser<S> {
        Browser { site: self.clone(), cookie: Vec::new(), slot: None }
    }
}

/// A browser, and the slot that its requests use one after the other.
pub(crate) struct Browser<S> {
    site: Ours<S>,
    cookie: Vec<u8>,
    slot: Option<Box<Slot>>,
}

impl<S: SendStore> Browser<S> {
    async fn request<T>(&mut self, handle: impl FnOnce(&mut Active<Box<Slot>>) -> T + Send) -> T
    where
        T: Send,
    {
        let (sessions, store) = &*self.site.shared;
        let slot = self.slot.take().unwrap_or_else(|| Box::new(Slot::<[u8; 4096]>::new()));
        let begin = sessions.begin([self.cookie.as_slice()], NOW, slot);
        let mut active = open(sessions, store, begin).await.expect("the store answers");
        let expected = if self.cookie.is_empty() { Verdict::None } else { Verdict::Resumed };
        assert_eq!(active.verdict(), expected);
        let answer = handle(&mut active);
        let end = sessions.finish(active, Ending::Answered, NOW, &mut SysRng).expect("randomness");
        let reply = close(sessions, store, &NoPause, end).await.reply;
        assert!(!reply.outcome().is_refusal(), "{}", reply.outcome());
        self.take_cookie(reply);
        answer
    }

    fn take_cookie(&mut self, reply: Reply<Box<Slot>>) {
        if let Some(cookie) = reply.set_cookie(&self.site.shared.0) {
            self.cookie.clear();
            if !cookie.is_removal() {
                let header = cookie.to_string();
                let pair = header.split(';').next().unwrap_or_default();
                self.cookie.extend_from_slice(pair.as_bytes());
            }
        }
        self.slot = Some(reply.into_slot());
    }
}

impl<S: SendStore + 'static> Visitor for Browser<S> {
    async fn create(&mut self) {
        self.request(|active| {
            for key in ["a", "b", "c", "d", "e", "f", "g", "h", "i"] {
                active.insert_str(key, "a value of a session").expect("there is room");
            }
            active.insert("count", &0_u64).expect("there is room");
        })
        .await;
        assert!(!self.cookie.is_empty());
    }

    async fn read(&mut self) -> u64 {
        let count = |active: &mut Active<Box<Slot>>| active.get("count");
        self.request(count).await.expect("it is a number").expect("it is there")
    }

    async fn change(&mut self) {
        self.request(|active| {
            let count: u64 = active.get("count").expect("it is a number").expect("it is there");
            active.insert("count", &(count + 1)).expect("there is room");
        })
        .await;
    }

    async fn rotate(&mut self) {
        let old = self.cookie.clone();
        self.request(Active::regenerate).await;
        assert_ne!(self.cookie, old);
    }

    async fn destroy(&mut self) {
        self.request(Active::invalidate).await;
        assert!(self.cookie.is_empty());
    }
}
