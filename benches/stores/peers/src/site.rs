//! tower-sessions over a store: what its layer does for a request, without HTTP.

use std::sync::Arc;

use sansession_store_bench_harness::{Site, Visitor};
use tower_sessions_core::session::Id;
use tower_sessions_core::{Session, SessionStore};

pub(crate) struct Theirs<S>(Arc<S>);

impl<S> Theirs<S> {
    pub(crate) fn over(store: S) -> Self {
        Self(Arc::new(store))
    }
}

impl<S> Clone for Theirs<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: SessionStore> Site for Theirs<S> {
    type Visitor = Browser<S>;

    fn visitor(&self) -> Browser<S> {
        Browser { store: Arc::clone(&self.0), id: None }
    }
}

pub(crate) struct Browser<S> {
    store: Arc<S>,
    id: Option<Id>,
}

impl<S: SessionStore> Browser<S> {
    fn session(&self) -> Session {
        Session::new(self.id, Arc::clone(&self.store), None)
    }

    /// What the layer does after a handler that changed something.
    async fn save(&mut self, session: &Session) {
        assert!(session.is_modified());
        session.save().await.expect("the store answers");
        self.id = session.id();
    }
}

async fn count(session: &Session) -> u64 {
    session.get("count").await.expect("the store answers").expect("it is there")
}

impl<S: SessionStore> Visitor for Browser<S> {
    async fn create(&mut self) {
        let session = self.session();
        for key in ["a", "b", "c", "d", "e", "f", "g", "h", "i"] {
            session.insert(key, "a value of a session").await.expect("the store answers");
        }
        session.insert("count", 0_u64).await.expect("the store answers");
        self.save(&session).await;
        assert!(self.id.is_some());
    }

    async fn read(&mut self) -> u64 {
        count(&self.session()).await
    }

    async fn change(&mut self) {
        let session = self.session();
        let count = count(&session).await;
        session.insert("count", count + 1).await.expect("the store answers");
        self.save(&session).await;
    }

    async fn rotate(&mut self) {
        let (session, old) = (self.session(), self.id);
        session.cycle_id().await.expect("the store answers");
        self.save(&session).await;
        assert_ne!(self.id, old);
    }

    async fn destroy(&mut self) {
        self.session().flush().await.expect("the store answers");
        self.id = None;
    }
}
