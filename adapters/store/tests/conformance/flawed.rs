//! A plain store with one thing wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard};
use std::task::Poll;
use std::time::Duration;

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Loaded, SendStore, Updated};

use crate::flaw::Flaw;

pub(crate) struct FlawedStore {
    flaw: Option<Flaw>,
    records: usize,
    longest: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    records: BTreeMap<StoreKey, Kept>,
    index: BTreeSet<(String, StoreKey)>,
}

#[derive(Clone)]
struct Kept {
    record: Vec<u8>,
    meta: Meta,
    expires: Timestamp,
    principal: Option<String>,
}

impl FlawedStore {
    pub(crate) fn new(flaw: Option<Flaw>) -> Self {
        Self { flaw, ..Self::limited(usize::MAX, usize::MAX) }
    }

    /// A sound store for so many records of such a length.
    pub(crate) fn limited(records: usize, longest: usize) -> Self {
        Self { flaw: None, records, longest, state: Mutex::default() }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn key(&self, key: &StoreKey) -> StoreKey {
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

    fn kept(&self, revision: Revision, write: Write<'_>) -> Kept {
        let seen = if self.has(Flaw::WholeSeconds) {
            Timestamp::from_secs(write.seen.as_secs())
        } else {
            write.seen
        };
        Kept {
            record: self.record(write.record),
            meta: Meta { revision, seen },
            expires: write.expires,
            principal: write.principal.map(String::from),
        }
    }

    fn may_create(&self, state: &State, key: &StoreKey, write: Write<'_>) -> Created {
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

    fn compare(&self, state: &State, key: &StoreKey, expected: Revision) -> Result<Kept, Updated> {
        let found = state.records.get(key).ok_or(Updated::Missing)?;
        let same = found.meta.revision == expected || self.has(Flaw::UpdateDoesNotCompare);
        if same { Ok(found.clone()) } else { Err(Updated::Conflict) }
    }

    fn bind(&self, state: &mut State, key: &StoreKey, write: Write<'_>) {
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
    fn chosen<'a>(
        &self,
        state: &'a mut State,
        key: &StoreKey,
    ) -> impl Iterator<Item = &'a mut Kept> + use<'a> {
        let (key, all) = (*key, self.has(Flaw::ForgetsWhere));
        state
            .records
            .iter_mut()
            .filter(move |(found, _)| all || **found == key)
            .map(|(_, kept)| kept)
    }
}

impl SendStore for FlawedStore {
    type Error = Infallible;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, Infallible> {
        pause().await;
        let Some(Kept { record, meta, .. }) = self.state().records.get(&self.key(key)).cloned()
        else {
            let meta = Meta { revision: Revision::FIRST, seen: Timestamp::ZERO };
            let empty = self.has(Flaw::MissingIsEmpty);
            return Ok(if empty { Loaded::Found { len: 0, meta } } else { Loaded::Missing });
        };
        if self.has(Flaw::EmptyIsMissing) && record.is_empty() {
            return Ok(Loaded::Missing);
        }
        let fits = record.len() + usize::from(self.has(Flaw::NeedsSpareSpace)) <= buffer.len();
        if fits || self.has(Flaw::ReadsWhatFits) {
            let len = record.len().min(buffer.len());
            buffer[..len].copy_from_slice(&record[..len]);
        }
        Ok(Loaded::Found { len: record.len(), meta })
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Infallible> {
        pause().await;
        let key = self.key(key);
        let early = self.may_create(&self.state(), &key, write);
        if self.has(Flaw::CreateWaits) {
            std::thread::sleep(Duration::from_millis(1));
            pause().await;
        }
        {
            let mut state = self.state();
            let late = self.may_create(&state, &key, write);
            let may = if self.has(Flaw::CreateWaits) { early } else { late };
            if may != Created::Stored {
                return Ok(may);
            }
            if !self.has(Flaw::CreateDoesNotBind) && !self.has(Flaw::CreateBindsLast) {
                self.bind(&mut state, &key, write);
            }
            let zero = self.has(Flaw::CreateCountsFromZero);
            let revision = if zero { Revision::new(0) } else { Revision::FIRST };
            state.records.insert(key, self.kept(revision, write));
        }
        if self.has(Flaw::CreateBindsLast) {
            pause().await;
            self.bind(&mut self.state(), &key, write);
        }
        Ok(Created::Stored)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Infallible> {
        pause().await;
        let key = self.key(key);
        let early = self.compare(&self.state(), &key, expected);
        let steps = self.has(Flaw::UpdateTakesTwoSteps);
        if steps && let Ok(found) = &early {
            let meta = Meta { revision: found.meta.revision.next(), seen: write.seen };
            self.state().records.entry(key).and_modify(|found| found.meta = meta);
            pause().await;
        }
        let waits = self.has(Flaw::ComparesThenWaits);
        if waits {
            std::thread::sleep(Duration::from_millis(1));
            pause().await;
        }
        let mut state = self.state();
        let late = self.compare(&state, &key, expected);
        let found = match if waits || steps { early } else { late } {
            Ok(found) => found,
            Err(Updated::Missing) if self.has(Flaw::UpdateRecreates) => {
                state.records.insert(key, self.kept(expected.next(), write));
                return Ok(Updated::Stored);
            }
            Err(refused) => return Ok(refused),
        };
        if write.record.len() > self.longest {
            return Ok(Updated::Full);
        }
        if !self.has(Flaw::UpdateDoesNotBind) {
            self.bind(&mut state, &key, write);
        }
        if self.has(Flaw::UpdateUnbinds) && found.principal.as_deref() == write.principal {
            state.index.retain(|(_, bound)| *bound != key);
        }
        let mut kept = self.kept(found.meta.revision.next(), write);
        if self.has(Flaw::UpdateDoesNotCount) {
            kept.meta.revision = found.meta.revision;
        }
        if !self.has(Flaw::UpdateLowersSeen) {
            kept.meta.seen = kept.meta.seen.max(found.meta.seen);
        }
        if self.has(Flaw::UpdateKeepsEnd) {
            kept.expires = found.expires;
        }
        if self.has(Flaw::UpdateKeepsTail) {
            kept.record.extend(found.record.iter().skip(kept.record.len()));
        }
        if waits {
            state.records.insert(key, kept);
        } else {
            self.chosen(&mut state, &key).for_each(|found| *found = kept.clone());
        }
        Ok(Updated::Stored)
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Infallible> {
        pause().await;
        let key = self.key(key);
        if self.has(Flaw::TouchTakesTwoSteps) {
            let raise = |found: &mut Kept| found.meta.seen = seen.max(found.meta.seen);
            self.chosen(&mut self.state(), &key).for_each(raise);
            pause().await;
        }
        let mut state = self.state();
        let Some(found) = state.records.get(&key).cloned() else {
            if self.has(Flaw::TouchMakes) {
                let write = Write { record: b"", seen, expires, principal: None };
                state.records.insert(key, self.kept(Revision::FIRST, write));
            }
            return Ok(false);
        };
        let mut meta = found.meta;
        let late = seen >= meta.seen;
        if late || self.has(Flaw::TouchLowersSeen) {
            meta.seen = seen;
        }
        if self.has(Flaw::TouchCounts) {
            meta.revision = meta.revision.next();
        }
        let expires = match self.flaw {
            Some(Flaw::TouchKeepsEnd) => found.expires,
            Some(Flaw::TouchLowersEnd) => expires,
            Some(Flaw::TouchGoesBySeen) if !late => found.expires,
            _ => expires.max(found.expires),
        };
        self.chosen(&mut state, &key).for_each(|found| {
            found.meta = meta;
            found.expires = expires;
        });
        Ok(true)
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Infallible> {
        pause().await;
        let key = self.key(key);
        if self.has(Flaw::DestroyUnbindsFirst) {
            self.state().index.retain(|(_, bound)| *bound != key);
            pause().await;
        }
        let mut state = self.state();
        let Some(found) = state.records.get(&key).cloned() else {
            return Ok(self.has(Flaw::DestroyAlwaysWins));
        };
        if self.has(Flaw::DestroyLeaves) {
            return Ok(true);
        }
        if self.has(Flaw::DestroyAsksForFirst) && found.meta.revision != Revision::FIRST {
            return Ok(false);
        }
        if self.has(Flaw::ForgetsWhere) {
            state.records.clear();
        }
        state.records.remove(&key);
        state.index.retain(|(_, bound)| *bound != key);
        Ok(true)
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Infallible> {
        pause().await;
        let now = match self.flaw {
            Some(Flaw::SweepTakesLate) => Timestamp::from_millis(now.as_millis() - 1),
            Some(Flaw::SweepTakesEarly) => now.after(Duration::from_millis(1)),
            _ => now,
        };
        let limit = match self.flaw {
            Some(Flaw::SweepIgnoresLimit) => usize::MAX,
            Some(Flaw::NeverSweeps) => 0,
            _ => limit,
        };
        let mut state = self.state();
        let ended = state.records.iter().filter(|(_, kept)| kept.expires <= now);
        let ended: Vec<StoreKey> = ended.map(|(key, _)| *key).take(limit).collect();
        for key in &ended {
            state.records.remove(key);
            state.index.retain(|(_, bound)| bound != key);
        }
        Ok(ended.len())
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Infallible> {
        pause().await;
        let state = self.state();
        let name = if self.has(Flaw::ListIgnoresCase) {
            principal.to_lowercase()
        } else {
            principal.into()
        };
        let listed = state.index.iter().filter(|(bound, _)| *bound == name).map(|(_, key)| *key);
        let mut listed: Vec<StoreKey> =
            listed.filter(|key| after.is_none_or(|after| after < key)).collect();
        if self.has(Flaw::ListIsUnordered) {
            listed.reverse();
        }
        let pairs = keys.iter_mut().zip(&listed);
        Ok(pairs.map(|(place, key)| *place = *key).count())
    }
}

/// Lets others go first.
async fn pause() {
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
