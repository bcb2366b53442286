//! A principal's sessions: list them, end one, end all (promise L11).
//!
//! The index of a store may name too much and never too little, so every entry is checked against its record.

use sansession::{Freshness, StoreKey, Summary, Timestamp};

use crate::contract::{Loaded, Store};

/// Store keys asked for at a time.
const PAGE: usize = 16;

/// One session of a principal, as a listing shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its name; not a secret.
    pub handle: StoreKey,
    /// When it, or its last login, began.
    pub created: Timestamp,
    /// When it was last used, as far as that was stored.
    pub seen: Timestamp,
    /// When it ends if nobody uses it again.
    pub expires: Timestamp,
}

/// Calls `found` for each living session of `principal`. Records are read into `buffer`; what cannot be read there or
/// by this build is left out.
///
/// # Errors
/// The store's.
pub async fn sessions<S: Store>(
    store: &S,
    principal: &str,
    now: Timestamp,
    buffer: &mut [u8],
    mut found: impl FnMut(Listed),
) -> Result<(), S::Error> {
    let mut page = Page::default();
    while page.turn(store, principal).await? {
        for key in page.keys() {
            if let Owner::Principal(session) = owner(store, key, principal, buffer).await?
                && now < session.expires
            {
                found(session);
            }
        }
    }
    Ok(())
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
    match owner(store, handle, principal, buffer).await? {
        Owner::Principal(_) => store.destroy(handle).await,
        Owner::Nobody | Owner::Unreadable => Ok(false),
    }
}

/// Ends all sessions of `principal` but `except`, and says how many. It repeats until a whole listing shows none.
///
/// A listed record that is too long for `buffer`, or was written by a newer release, is ended too: the index names it,
/// and missing one would be worse than ending one too many.
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
        let mut page = Page::default();
        while page.turn(store, principal).await? {
            for key in page.keys().iter().filter(|key| Some(*key) != except) {
                let owner = owner(store, key, principal, buffer).await?;
                if !matches!(owner, Owner::Nobody) && store.destroy(key).await? {
                    ended = ended.saturating_add(1);
                }
            }
        }
        if ended == before {
            return Ok(ended);
        }
    }
}

/// A part of a principal's listing.
#[derive(Default)]
struct Page {
    keys: [StoreKey; PAGE],
    count: Option<usize>,
}

impl Page {
    /// Goes on to the next part; false when there is no more.
    async fn turn<S: Store>(&mut self, store: &S, principal: &str) -> Result<bool, S::Error> {
        let after = match self.count {
            None => None,
            Some(PAGE) => self.keys.last().copied(),
            Some(_) => return Ok(false),
        };
        let count = store.list(principal, after.as_ref(), &mut self.keys).await?;
        self.count = Some(count.min(PAGE));
        Ok(count > 0)
    }

    fn keys(&self) -> &[StoreKey] {
        self.keys.get(..self.count.unwrap_or_default()).unwrap_or_default()
    }
}

/// Whose session a listed record is.
enum Owner {
    Principal(Listed),
    /// It is gone, or somebody else's: the index was ahead of it, or behind.
    Nobody,
    Unreadable,
}

async fn owner<S: Store>(
    store: &S,
    key: &StoreKey,
    principal: &str,
    buffer: &mut [u8],
) -> Result<Owner, S::Error> {
    let Loaded::Found { len, meta } = store.load(key, buffer, Freshness::Latest).await? else {
        return Ok(Owner::Nobody);
    };
    let summary = buffer.get(..len).and_then(|record| Summary::read(record, meta.seen));
    Ok(match summary {
        None => Owner::Unreadable,
        Some(summary) if summary.principal == Some(principal) => Owner::Principal(Listed {
            handle: *key,
            created: summary.created,
            seen: meta.seen,
            expires: summary.expires,
        }),
        Some(_) => Owner::Nobody,
    })
}
