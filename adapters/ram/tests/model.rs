//! The table does what a plain list would, whatever it is told (promises L11, L12).

use core::time::Duration;

use pollster::block_on;
use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_ram::LocalRamStore;
use sansession_store::{Created, Loaded, Store as _, Updated};

const PLACES: usize = 5;
const LONGEST: usize = 12;
const NAMES: [Option<&str>; 3] = [None, Some("ada"), Some("grace")];

/// `SplitMix64`, so that every run is the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (number ^ (number >> 31)) % sides
    }

    fn key(&mut self) -> StoreKey {
        // Fewer sessions than a flood, more than places.
        StoreKey::from_bytes([u8::try_from(self.below(12)).unwrap() * 7; 16])
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Session {
    key: StoreKey,
    record: Vec<u8>,
    revision: Revision,
    seen: Timestamp,
    expires: Timestamp,
    principal: Option<&'static str>,
}

/// Sessions in no order, with the rules written down as they are told.
#[derive(Default)]
struct Model(Vec<Session>);

impl Model {
    fn find(&mut self, key: &StoreKey) -> Option<&mut Session> {
        self.0.iter_mut().find(|session| session.key == *key)
    }

    /// Those of which one goes when `now` brings another session.
    fn candidates(&self, now: Timestamp) -> Vec<StoreKey> {
        let keys = |sessions: Vec<&Session>| sessions.iter().map(|session| session.key).collect();
        let expired: Vec<_> = self.0.iter().filter(|session| session.expires <= now).collect();
        if !expired.is_empty() {
            let first = expired.iter().map(|session| session.expires).min();
            return keys(expired.into_iter().filter(|one| Some(one.expires) == first).collect());
        }
        let anonymous: Vec<_> = self.0.iter().filter(|one| one.principal.is_none()).collect();
        let oldest = anonymous.iter().map(|session| session.seen).min();
        keys(anonymous.into_iter().filter(|one| Some(one.seen) == oldest).collect())
    }

    fn keys_of(&self, principal: &str, after: Option<&StoreKey>) -> Vec<StoreKey> {
        let theirs = self.0.iter().filter(|session| session.principal == Some(principal));
        let mut keys: Vec<_> = theirs.map(|session| session.key).collect();
        keys.retain(|key| after.is_none_or(|after| after < key));
        keys.sort_unstable();
        keys
    }
}

struct Run {
    store: LocalRamStore<PLACES, LONGEST>,
    model: Model,
    dice: Dice,
    now: Timestamp,
    evictions: usize,
    refusals: usize,
}

impl Run {
    fn write(&mut self) -> (Vec<u8>, Option<&'static str>, Timestamp) {
        let len = usize::try_from(self.dice.below(13)).unwrap();
        let fill = u8::try_from(self.dice.below(256)).unwrap();
        let name = NAMES[usize::try_from(self.dice.below(3)).unwrap()];
        (vec![fill; len], name, self.now.after(Duration::from_secs(1 + self.dice.below(60))))
    }

    fn create(&mut self) {
        let key = self.dice.key();
        let (record, principal, expires) = self.write();
        let mut write = Write::new(&record, self.now, expires);
        write.principal = principal;
        let created = block_on(self.store.create(&key, write)).expect("it is short");
        if self.model.find(&key).is_some() {
            assert_eq!(created, Created::Conflict);
            return;
        }
        if self.model.0.len() == PLACES {
            let candidates = self.model.candidates(self.now);
            if candidates.is_empty() {
                assert_eq!(created, Created::Full);
                self.refusals += 1;
                return;
            }
            let gone = self.missing();
            assert_eq!(gone.len(), 1, "one goes for one that comes");
            assert!(candidates.contains(&gone[0]), "{gone:?} is none of {candidates:?}");
            self.model.0.retain(|session| session.key != gone[0]);
            self.evictions += 1;
        }
        assert_eq!(created, Created::Stored);
        let (revision, seen) = (Revision::FIRST, self.now);
        self.model.0.push(Session { key, record, revision, seen, expires, principal });
    }

    fn update(&mut self) {
        let (key, expected) = (self.dice.key(), Revision::new(1 + self.dice.below(3)));
        let (record, principal, expires) = self.write();
        let mut write = Write::new(&record, self.now, expires);
        write.principal = principal;
        let updated = block_on(self.store.update(&key, expected, write)).expect("it is short");
        let now = self.now;
        let should = match self.model.find(&key) {
            None => Updated::Missing,
            Some(session) if session.revision != expected => Updated::Conflict,
            Some(session) => {
                let (revision, seen) = (expected.next(), session.seen.max(now));
                *session = Session { key, record, revision, seen, expires, principal };
                Updated::Stored
            }
        };
        assert_eq!(updated, should);
    }

    fn touch(&mut self) {
        let key = self.dice.key();
        let expires = self.now.after(Duration::from_secs(self.dice.below(60)));
        let touched = block_on(self.store.touch(&key, self.now, expires));
        let now = self.now;
        let found = self.model.find(&key).map(|session| {
            session.seen = session.seen.max(now);
            session.expires = session.expires.max(expires);
        });
        assert_eq!(touched, Ok(found.is_some()));
    }

    fn destroy(&mut self) {
        let key = self.dice.key();
        let should = self.model.find(&key).is_some();
        assert_eq!(block_on(self.store.destroy(&key)), Ok(should));
        self.model.0.retain(|session| session.key != key);
    }

    fn sweep(&mut self) {
        let limit = usize::try_from(self.dice.below(4)).unwrap();
        let swept = block_on(self.store.sweep(self.now, limit));
        let expired = self.model.0.iter().filter(|session| session.expires <= self.now).count();
        assert_eq!(swept, Ok(expired.min(limit)));
        let gone = self.missing();
        assert_eq!(gone.len(), expired.min(limit));
        let now = self.now;
        assert!(gone.iter().all(|key| self.model.find(key).is_some_and(|one| one.expires <= now)));
        self.model.0.retain(|session| !gone.contains(&session.key));
    }

    fn list(&mut self) {
        let after = Some(self.dice.key()).filter(|_| self.dice.below(2) == 0);
        for name in NAMES.into_iter().flatten() {
            let mut page = [StoreKey::default(); 2];
            let count = block_on(self.store.list(name, after.as_ref(), &mut page)).expect("works");
            let mut should = self.model.keys_of(name, after.as_ref());
            should.truncate(page.len());
            assert_eq!(page[..count], should);
        }
    }

    fn load(&self, key: &StoreKey) -> Option<(Vec<u8>, Meta)> {
        let mut buffer = [0xaa; LONGEST];
        match block_on(self.store.load(key, &mut buffer, Freshness::Latest)).expect("works") {
            Loaded::Missing => None,
            Loaded::Found { len, meta } => Some((buffer[..len].to_vec(), meta)),
        }
    }

    /// Keys that the model has and the table has not.
    fn missing(&self) -> Vec<StoreKey> {
        let keys = self.model.0.iter().map(|session| session.key);
        keys.filter(|key| self.load(key).is_none()).collect()
    }

    fn agree(&self) {
        assert_eq!(self.store.len(), self.model.0.len());
        for session in &self.model.0 {
            let held = (session.record.clone(), Meta::new(session.revision, session.seen));
            assert_eq!(self.load(&session.key), Some(held));
        }
    }
}

// promise: L11 L12
#[test]
fn the_table_does_what_a_plain_list_would() {
    let (mut evictions, mut refusals) = (0, 0);
    for seed in 0..200 {
        let mut run = Run {
            store: LocalRamStore::new(),
            model: Model::default(),
            dice: Dice(seed),
            now: Timestamp::from_secs(1000),
            evictions: 0,
            refusals: 0,
        };
        for _ in 0..200 {
            run.now = run.now.after(Duration::from_secs(run.dice.below(4)));
            match run.dice.below(16) {
                0..8 => run.create(),
                8..11 => run.update(),
                11..13 => run.touch(),
                13 => run.destroy(),
                14 => run.sweep(),
                _ => run.list(),
            }
            run.agree();
        }
        evictions += run.evictions;
        refusals += run.refusals;
    }
    assert!(evictions > 100 && refusals > 10, "{evictions} evictions, {refusals} refusals");
}
