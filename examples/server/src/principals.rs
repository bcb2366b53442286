//! A user's sessions, for the JSON interface and the page: list them, end one, end all others.

use sansession::StoreKey;
use sansession_store::{Listed, SendStore, end_all, end_one, sessions};

use crate::clock;

/// Bytes of record that a slot of the layer holds.
const RECORD: usize = 8 * 1024;

/// All living sessions of `user`, latest used first.
pub(crate) async fn list<S: SendStore>(store: &S, user: &str) -> Result<Vec<Listed>, S::Error> {
    let mut found = Vec::new();
    let mut buffer = vec![0; RECORD];
    sessions(store, user, clock::now(), &mut buffer, |session| found.push(session)).await?;
    found.sort_by_key(|session| (std::cmp::Reverse(session.seen), session.handle));
    Ok(found)
}

/// Ends the session called `handle`; false if it is not one of `user`'s.
pub(crate) async fn end<S: SendStore>(
    store: &S,
    user: &str,
    handle: &StoreKey,
) -> Result<bool, S::Error> {
    end_one(store, user, handle, &mut vec![0; RECORD]).await
}

/// Ends all sessions of `user` but `own`, whose request is under way and ends it with its cookie.
pub(crate) async fn end_others<S: SendStore>(
    store: &S,
    user: &str,
    own: Option<&StoreKey>,
) -> Result<usize, S::Error> {
    end_all(store, user, own, &mut vec![0; RECORD]).await
}
