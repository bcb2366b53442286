//! A plain store with one thing wrong.

use std::convert::Infallible;
use std::time::Duration;

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Level, Loaded, SendStore, Updated};

use crate::flaw::Flaw;
use crate::state::{FlawedStore, Kept, long_pause, pause};

impl<const BASIC: bool> SendStore for FlawedStore<BASIC> {
    type Error = Infallible;

    const LEVEL: Level = if BASIC { Level::Basic } else { Level::Full };

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, Infallible> {
        pause().await;
        let Some(Kept { record, meta, .. }) = self.state().records.get(&self.key(key)).cloned()
        else {
            let meta = Meta::new(Revision::FIRST, Timestamp::ZERO);
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
            long_pause().await;
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
            let meta = Meta::new(found.meta.revision.next(), write.seen);
            self.state().records.entry(key).and_modify(|found| found.meta = meta);
            pause().await;
        }
        let parts = self.has(Flaw::UpdateWritesInParts);
        let waits = self.has(Flaw::ComparesThenWaits) || parts;
        if waits {
            long_pause().await;
        }
        let early = (waits || steps).then_some(early);
        let rest = match self.replace(early, &key, expected, write) {
            Ok(rest) => rest,
            Err(refused) => return Ok(refused),
        };
        if parts {
            long_pause().await;
            self.state().records.entry(key).and_modify(|found| found.record.extend(rest));
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
        let early = self.state().records.get(&key).cloned();
        if self.has(Flaw::TouchRewrites) {
            long_pause().await;
        }
        let mut state = self.state();
        let late = state.records.get(&key).cloned();
        let Some(mut found) = (if self.has(Flaw::TouchRewrites) { early } else { late }) else {
            if self.has(Flaw::TouchMakes) {
                let write = Write::new(b"", seen, expires);
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
        (found.meta, found.expires) = (meta, expires);
        self.chosen(&mut state, &key).for_each(|place| {
            let record = std::mem::take(&mut place.record);
            *place = found.clone();
            if !self.has(Flaw::TouchRewrites) {
                place.record = record;
            }
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
        if self.has(Flaw::NeverLists) {
            listed.clear();
        }
        let pairs = keys.iter_mut().zip(&listed);
        Ok(pairs.map(|(place, key)| *place = *key).count())
    }
}

impl<const BASIC: bool> FlawedStore<BASIC> {
    /// Replaces the record, if what was found `early`, or else is found now, allows; what is still to be written.
    fn replace(
        &self,
        early: Option<Result<Kept, Updated>>,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Vec<u8>, Updated> {
        let mut state = self.state();
        let waited = early.is_some() && !self.has(Flaw::UpdateTakesTwoSteps);
        let found = match early.unwrap_or_else(|| self.compare(&state, key, expected)) {
            Ok(found) => found,
            Err(Updated::Missing) if self.has(Flaw::UpdateRecreates) => {
                state.records.insert(*key, self.kept(expected.next(), write));
                return Ok(Vec::new());
            }
            Err(refused) => return Err(refused),
        };
        if write.record.len() > self.longest {
            return Err(Updated::Full);
        }
        if !self.has(Flaw::UpdateDoesNotBind) {
            self.bind(&mut state, key, write);
        }
        if self.has(Flaw::UpdateUnbinds) && found.principal.as_deref() == write.principal {
            state.index.retain(|(_, bound)| bound != key);
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
        let parts = self.has(Flaw::UpdateWritesInParts);
        let rest =
            kept.record.split_off(if parts { kept.record.len() / 2 } else { kept.record.len() });
        if waited {
            state.records.insert(*key, kept);
        } else {
            self.chosen(&mut state, key).for_each(|found| *found = kept.clone());
        }
        Ok(rest)
    }
}
