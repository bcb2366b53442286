//! A user's sessions, for the JSON interface and the page: list them, end one, end all others. Only a store knows them.

use std::pin::Pin;

use sansession::StoreKey;
use sansession_store::{ErrorKind, Listed, SendStore, StoreError, end_all, end_one, sessions};

use crate::clock;

/// Bytes of record that a slot of the layer holds.
const RECORD: usize = 8 * 1024;

/// What a store can be asked, whatever store it is.
pub(crate) trait Principals: Send + Sync {
    /// All living sessions of `user`, latest used first.
    fn list<'a>(&'a self, user: &'a str) -> Answer<'a, Vec<Listed>>;

    /// Ends the session called `handle`; false if it is not one of `user`'s.
    fn end<'a>(&'a self, user: &'a str, handle: &'a StoreKey) -> Answer<'a, bool>;

    /// Ends all sessions of `user` but `own`, whose request is under way and ends it with its cookie.
    fn end_others<'a>(&'a self, user: &'a str, own: Option<&'a StoreKey>) -> Answer<'a, usize>;
}

/// What the store says, or what its failure was about.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ErrorKind>> + Send + 'a>>;

impl<S: SendStore> Principals for S {
    fn list<'a>(&'a self, user: &'a str) -> Answer<'a, Vec<Listed>> {
        Box::pin(async move {
            let mut found = Vec::new();
            let mut buffer = vec![0; RECORD];
            sessions(self, user, clock::now(), &mut buffer, |session| found.push(session))
                .await
                .map_err(|error| error.kind())?;
            found.sort_by_key(|session| (std::cmp::Reverse(session.seen), session.handle));
            Ok(found)
        })
    }

    fn end<'a>(&'a self, user: &'a str, handle: &'a StoreKey) -> Answer<'a, bool> {
        Box::pin(async move {
            let ended = end_one(self, user, handle, &mut vec![0; RECORD]).await;
            ended.map_err(|error| error.kind())
        })
    }

    fn end_others<'a>(&'a self, user: &'a str, own: Option<&'a StoreKey>) -> Answer<'a, usize> {
        Box::pin(async move {
            let ended = end_all(self, user, own, &mut vec![0; RECORD]).await;
            ended.map_err(|error| error.kind())
        })
    }
}
