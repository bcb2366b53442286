//! A principal's sessions: list them, end one, end all (promise L11).
//!
//! The index of a store may name too much and never too little, so every entry is checked against its record.

use sansession::{StoreKey, Summary, Timestamp};

use crate::contract::{Freshness, Loaded, Store};

/// Store keys asked for at a time.
const PAGE: usize = 16;

/// One session of a principal, as a listing shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Session {
    /// Its name; not a secret.
    pub handle: StoreKey,
    /// When it, or its last login, began.
    pub created: Timestamp,
    /// When it was last used, as far as that was stored.
    pub seen: Timestamp,
    /// When it ends if nobody uses it again.
    pub expires: Timestamp,
}

/// Calls `found` for each living session of `principal`. Records are read into `buffer`; longer ones are skipped.
///
/// # Errors
/// The store's.
pub async fn sessions<S: Store>(
    store: &S,
    principal: &str,
    now: Timestamp,
    buffer: &mut [u8],
    mut found: impl FnMut(Session),
) -> Result<(), S::Error> {
    let mut after = None;
    loop {
        let mut keys = [StoreKey::default(); PAGE];
        let count = store.list(principal, after.as_ref(), &mut keys).await?;
        let listed = keys.get(..count).unwrap_or(&keys);
        for key in listed {
            if let Some(session) = verify(store, key, principal, buffer).await?
                && now < session.expires
            {
                found(session);
            }
        }
        match listed.last() {
            Some(last) if listed.len() == PAGE => after = Some(*last),
            _ => return Ok(()),
        }
    }
}

/// Ends the session called `handle` if it is `principal`'s; false if there is none such.
///
/// # Errors
/// The store's.
pub async fn end_one<S: Store>(
    store: &S,
    principal: &str,
    handle: &StoreKey,
    buffer: &mut [u8],
) -> Result<bool, S::Error> {
    match verify(store, handle, principal, buffer).await? {
        Some(_) => store.destroy(handle).await,
        None => Ok(false),
    }
}

/// Ends all sessions of `principal` but `except`, and says how many. It repeats until a whole listing shows none.
///
/// # Errors
/// The store's; those ended so far stay ended.
pub async fn end_all<S: Store>(
    store: &S,
    principal: &str,
    except: Option<&StoreKey>,
    buffer: &mut [u8],
) -> Result<usize, S::Error> {
    let mut ended = 0_usize;
    loop {
        let before = ended;
        let mut after = None;
        loop {
            let mut keys = [StoreKey::default(); PAGE];
            let count = store.list(principal, after.as_ref(), &mut keys).await?;
            let listed = keys.get(..count).unwrap_or(&keys);
            for key in listed.iter().filter(|key| Some(*key) != except) {
                if verify(store, key, principal, buffer).await?.is_some() && store.destroy(key).await? {
                    ended = ended.saturating_add(1);
                }
            }
            match listed.last() {
                Some(last) if listed.len() == PAGE => after = Some(*last),
                _ => break,
            }
        }
        if ended == before {
            return Ok(ended);
        }
    }
}

/// Reads the record and tells of it if it is `principal`'s.
async fn verify<S: Store>(
    store: &S,
    key: &StoreKey,
    principal: &str,
    buffer: &mut [u8],
) -> Result<Option<Session>, S::Error> {
    let Loaded::Found { len, meta } = store.load(key, buffer, Freshness::Latest).await? else {
        return Ok(None);
    };
    let summary = buffer.get(..len).and_then(|record| Summary::read(record, meta.seen));
    Ok(summary.filter(|summary| summary.principal == Some(principal)).map(|summary| Session {
        handle: *key,
        created: summary.created,
        seen: meta.seen,
        expires: summary.expires,
    }))
}
