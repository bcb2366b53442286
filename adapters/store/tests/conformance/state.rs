//! What a plain store with one thing wrong keeps, and the parts of what it does.

use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use sansession::{Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Updated};

use crate::flaw::Flaw;

/// It declares level basic if `BASIC`.
pub(crate) struct FlawedStore<const BASIC: bool = false> {
    pub(crate) flaw: Option<Flaw>,
    records: usize,
    pub(crate) longest: usize,
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) records: BTreeMap<StoreKey, Kept>,
    pub(crate) index: BTreeSet<(String, StoreKey)>,
}

#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) record: Vec<u8>,
    pub(crate) meta: Meta,
    pub(crate) expires: Timestamp,
    pub(crate) principal: Option<String>,
}

impl<const BASIC: bool> FlawedStore<BASIC> {
    pub(crate) fn new(flaw: Option<Flaw>) -> Self {
        Self { flaw, ..Self::limited(usize::MAX, usize::MAX) }
    }

    /// A sound store for so many records of such a length.
    pub(crate) fn limited(records: usize, longest: usize) -> Self {
        Self { flaw: None, records, longest, state: Mutex::default() }
    }

    pub(crate) fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn key(&self, key: &StoreKey) -> StoreKey {
        let mut bytes = *key.as_bytes();
        if self.has(Flaw::KeysOfOneByte) {
            bytes[1..].fill(0);
        }
        StoreKey::from_bytes(bytes)
    }

    fn record(&self, record: &[u8]) -> Vec<u8> {
        let record = match self.flaw {
            Some(Flaw::CutsRecords) => &record[..record.len().min(64)],
            Some(Flaw::CutsLongRecords) => &record[..record.len().min(4096)],
            Some(Flaw::TrimsRecords) => {
                record.trim_ascii_end().strip_suffix(&[0]).unwrap_or(record)
            }
            _ => record,
        };
        record.into()
    }

    pub(crate) fn kept(&self, revision: Revision, write: Write<'_>) -> Kept {
        let seen = if self.has(Flaw::WholeSeconds) {
            Timestamp::from_secs(write.seen.as_secs())
        } else {
            write.seen
        };
        Kept {
            record: self.record(write.record),
            meta: Meta::new(revision, seen),
            expires: write.expires,
            principal: write.principal.map(String::from),
        }
    }

    pub(crate) fn may_create(&self, state: &State, key: &StoreKey, write: Write<'_>) -> Created {
        let full = state.records.len() >= self.records || write.record.len() > self.longest;
        match state.records.get(key) {
            Some(_) if self.has(Flaw::CreateOverwrites) => Created::Stored,
            Some(found)
                if found.expires <= write.seen && self.has(Flaw::CreateOverwritesExpired) =>
            {
                Created::Stored
            }
            Some(_) => Created::Conflict,
            None if full => Created::Full,
            None => Created::Stored,
        }
    }

    pub(crate) fn compare(
        &self,
        state: &State,
        key: &StoreKey,
        expected: Revision,
    ) -> Result<Kept, Updated> {
        let found = state.records.get(key).ok_or(Updated::Missing)?;
        let same = found.meta.revision == expected || self.has(Flaw::UpdateDoesNotCompare);
        if same { Ok(found.clone()) } else { Err(Updated::Conflict) }
    }

    pub(crate) fn bind(&self, state: &mut State, key: &StoreKey, write: Write<'_>) {
        if let Some(principal) = write.principal {
            let name = if self.has(Flaw::ListIgnoresCase) {
                principal.to_lowercase()
            } else {
                principal.into()
            };
            state.index.insert((name, *key));
        }
    }

    /// The records that a statement is about.
    pub(crate) fn chosen<'a>(
        &self,
        state: &'a mut State,
        key: &StoreKey,
    ) -> impl Iterator<Item = &'a mut Kept> + use<'a, BASIC> {
        let (key, all) = (*key, self.has(Flaw::ForgetsWhere));
        state
            .records
            .iter_mut()
            .filter(move |(found, _)| all || **found == key)
            .map(|(_, kept)| kept)
    }
}

/// Lets others go first, also those on other threads.
pub(crate) async fn long_pause() {
    std::thread::sleep(Duration::from_millis(1));
    pause().await;
}

/// Lets others go first.
pub(crate) async fn pause() {
    let mut paused = false;
    poll_fn(|context| {
        if std::mem::replace(&mut paused, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
