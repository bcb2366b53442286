//! What a store should hold, told without flash, and operations on both.

use std::collections::BTreeMap;

use pollster::block_on;
use sansession::{Freshness, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Loaded, Store, Updated};

use super::Random;

pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

const YEAR_MILLIS: u64 = 365 * 24 * 60 * 60 * 1000;

/// A session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Session {
    pub(crate) record: Vec<u8>,
    pub(crate) revision: u64,
    pub(crate) bound: bool,
    /// Written with the record, and the latest touch.
    pub(crate) seen: (Timestamp, Timestamp),
}

/// The sessions by number.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Model(pub(crate) BTreeMap<u64, Session>);

/// An operation on one session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Op {
    Create { number: u64, record: Vec<u8>, bound: bool, seen: Timestamp },
    Update { number: u64, record: Vec<u8>, bound: bool, seen: Timestamp },
    Touch { number: u64, seen: Timestamp },
    Destroy { number: u64 },
}

pub(crate) fn key(number: u64) -> StoreKey {
    let mut random = Random(number);
    let mut bytes = [0; 16];
    bytes.fill_with(|| random.byte());
    StoreKey::from_bytes(bytes)
}

impl Op {
    /// One of `sessions` sessions, with records of less than `longest` bytes, at `time` ms.
    pub(crate) fn random(random: &mut Random, sessions: usize, longest: usize, time: u64) -> Self {
        // Some are busy, some are hardly ever, and are moved on by the ring.
        let number = (0..3).map(|_| random.below(sessions)).min().unwrap_or_default() as u64;
        let seen = Timestamp::from_millis(NOW.as_millis() + time);
        let bound = random.below(2) == 0;
        let mut record = vec![0; random.below(longest)];
        record.fill_with(|| random.byte());
        match random.below(10) {
            0..3 => Self::Create { number, record, bound, seen },
            3..7 => Self::Update { number, record, bound, seen },
            7 => Self::Touch { number, seen },
            _ => Self::Destroy { number },
        }
    }

    pub(crate) fn number(&self) -> u64 {
        match self {
            Self::Create { number, .. }
            | Self::Update { number, .. }
            | Self::Touch { number, .. }
            | Self::Destroy { number } => *number,
        }
    }

    /// Does it, and checks the answer. `Err` is the store's.
    pub(crate) fn run<S: Store>(&self, store: &S, model: &Model) -> Result<(), S::Error> {
        block_on(self.run_async(store, model))
    }

    pub(crate) async fn run_async<S: Store>(
        &self,
        store: &S,
        model: &Model,
    ) -> Result<(), S::Error> {
        let held = model.0.get(&self.number());
        let key = key(self.number());
        match self {
            Self::Create { record, bound, seen, .. } => {
                let created = store.create(&key, write(record, *bound, *seen)).await?;
                let expected = if held.is_some() { Created::Conflict } else { Created::Stored };
                assert_eq!(created, expected, "{self:?}");
            }
            Self::Update { record, bound, seen, .. } => {
                let revision = Revision::new(held.map_or(1, |held| held.revision));
                let updated = store.update(&key, revision, write(record, *bound, *seen)).await?;
                let expected = if held.is_some() { Updated::Stored } else { Updated::Missing };
                assert_eq!(updated, expected, "{self:?}");
            }
            Self::Touch { seen, .. } => {
                let touched = store.touch(&key, *seen, Timestamp::MAX).await?;
                assert_eq!(touched, held.is_some(), "{self:?}");
            }
            Self::Destroy { .. } => {
                assert_eq!(store.destroy(&key).await?, held.is_some(), "{self:?}");
            }
        }
        Ok(())
    }
}

fn write(record: &[u8], bound: bool, seen: Timestamp) -> Write<'_> {
    let write = Write::new(record, seen, Timestamp::from_millis(seen.as_millis() + YEAR_MILLIS));
    if bound { write.bound_to("ada") } else { write }
}

impl Model {
    /// What is there after `op`.
    pub(crate) fn after(&self, op: &Op) -> Self {
        let mut model = self.clone();
        let held = self.0.get(&op.number());
        match (op, held) {
            (Op::Create { number, record, bound, seen }, None) => {
                let (record, seen) = (record.clone(), (*seen, *seen));
                model.0.insert(*number, Session { record, revision: 1, bound: *bound, seen });
            }
            (Op::Update { number, record, bound, seen }, Some(held)) => {
                let seen = held.seen.1.max(*seen);
                let session = Session {
                    record: record.clone(),
                    revision: held.revision + 1,
                    bound: *bound,
                    seen: (seen, seen),
                };
                model.0.insert(*number, session);
            }
            (Op::Touch { number, seen }, Some(held)) => {
                let seen = (held.seen.0, held.seen.1.max(*seen));
                model.0.insert(*number, Session { seen, ..held.clone() });
            }
            (Op::Destroy { number }, Some(_)) => {
                model.0.remove(number);
            }
            _ => {}
        }
        model
    }
}

/// Looks at all sessions up to `sessions`. They are as one of `models` says, each session by itself.
///
/// Returns what it found. A touch may not be on flash yet.
pub(crate) fn check<S: Store>(store: &S, sessions: u64, models: &[&Model], what: &str) -> Model {
    let mut found = Model::default();
    let mut listed = vec![StoreKey::default(); 64];
    let count = block_on(store.list("ada", None, &mut listed)).expect("no flash is read");
    listed.truncate(count);
    for number in 0..sessions {
        let mut buffer = vec![0xaa; 4096];
        let loaded = block_on(store.load(&key(number), &mut buffer, Freshness::Latest));
        let held = match loaded.expect("reading works") {
            Loaded::Missing => None,
            Loaded::Found { len, meta } => {
                buffer.truncate(len);
                Some((buffer, meta))
            }
        };
        let session = models.iter().find_map(|model| match (model.0.get(&number), &held) {
            (None, None) => Some(None),
            (Some(session), Some((record, meta)))
                if session.record == *record
                    && session.revision == meta.revision.get()
                    && session.seen.0 <= meta.seen
                    && meta.seen <= session.seen.1 =>
            {
                let seen = (session.seen.0, meta.seen);
                Some(Some(Session { seen, ..session.clone() }))
            }
            _ => None,
        });
        let Some(session) = session else {
            panic!(
                "{what}: session {number} is {held:?}, and not {:?}",
                models.iter().map(|model| model.0.get(&number)).collect::<Vec<_>>()
            );
        };
        if let Some(session) = session {
            assert_eq!(listed.contains(&key(number)), session.bound, "{what}: listing {number}");
            found.0.insert(number, session);
        }
    }
    found
}
