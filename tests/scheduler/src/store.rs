//! A store as plain as can be: a map, with the contract of promise S1.

use std::collections::BTreeMap;
use std::rc::Rc;

use sansession::{Meta, Revision, StoreKey, Timestamp};

/// What an exchange asks of the store.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Call {
    /// Read the record.
    Load(StoreKey),
    /// Store a new one.
    Create(StoreKey, Rc<[u8]>),
    /// Replace one.
    Update(StoreKey, Revision, Rc<[u8]>),
    /// Raise its time of last use.
    Touch(StoreKey),
    /// Take it away.
    Destroy(StoreKey),
}

/// What it was told.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Answer {
    /// Done.
    Stored,
    /// The record is another, or there is one.
    Conflict,
    /// There is none.
    Missing,
    /// Here it is.
    Found(Record),
    /// It failed.
    Failed,
}

/// A record with its revision.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Record {
    /// Its bytes.
    pub bytes: Rc<[u8]>,
    /// How often it was stored.
    pub revision: Revision,
    /// When it was used last.
    pub seen: Timestamp,
}

impl Record {
    /// What a store hands back beside the bytes.
    pub fn meta(&self) -> Meta {
        Meta::new(self.revision, self.seen)
    }
}

/// The records.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Store(pub BTreeMap<StoreKey, Record>);

impl Store {
    /// Does what was asked, at `now`.
    pub fn call(&mut self, call: &Call, now: Timestamp) -> Answer {
        match call {
            Call::Load(key) => self.0.get(key).cloned().map_or(Answer::Missing, Answer::Found),
            Call::Create(key, bytes) => {
                if self.0.contains_key(key) {
                    return Answer::Conflict;
                }
                self.0.insert(
                    *key,
                    Record { bytes: bytes.clone(), revision: Revision::FIRST, seen: now },
                );
                Answer::Stored
            }
            Call::Update(key, expected, bytes) => match self.0.get_mut(key) {
                None => Answer::Missing,
                Some(record) if record.revision != *expected => Answer::Conflict,
                Some(record) => {
                    *record = Record {
                        bytes: bytes.clone(),
                        revision: expected.next(),
                        seen: record.seen.max(now),
                    };
                    Answer::Stored
                }
            },
            Call::Touch(key) => match self.0.get_mut(key) {
                None => Answer::Missing,
                Some(record) => {
                    record.seen = record.seen.max(now);
                    Answer::Stored
                }
            },
            Call::Destroy(key) => self.0.remove(key).map_or(Answer::Missing, |_| Answer::Stored),
        }
    }
}
