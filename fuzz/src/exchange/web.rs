//! Browsers, servers and the store, and the model beside them.

use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use sansession::{
    Closing, Config, FlashMode, Key, KeyRing, Sessions, Slot, StoreKey, Stored, Timestamp,
};
use sansession_store::Store;
use sansession_tests::{Browser, Dice, Stale};

use super::closing::Progress;
use super::model::{Id, Session};
use super::ops::{Op, Rules};
use super::request::{ABSOLUTE, CsrfBasis, GRACE, IDLE, Policy, RENEW, Request, TOUCH_PERCENT};
use crate::issue::{Exchange, NOW};
use crate::record_v1::Record;

pub(super) const NAME: &str = "sid";
pub(super) const SKEW: Duration = Duration::from_secs(60);
pub(super) const PRINCIPALS: [&str; 2] = ["alice", "bob"];

/// A token that an answer brought.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) id: Id,
    pub(super) selector: usize,
    /// None if it is good for CSRF tokens only.
    pub(super) key: Option<StoreKey>,
    pub(super) issued: Timestamp,
    pub(super) deadline: Timestamp,
    /// Which server signed it; the newer one takes the older one's key for retiring.
    pub(super) server: usize,
}

/// Where a request is.
pub(super) enum Lane {
    Free,
    /// Its handler runs.
    Handler(Exchange, Box<Request>, From),
    /// Its end is being stored.
    Steps(Closing<Box<Slot>>, Box<Progress>),
}

/// The browser that a request came from, and the server that it came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct From {
    pub(super) browser: usize,
    pub(super) server: usize,
}

pub(super) struct Web {
    pub(super) rules: Rules,
    pub(super) policy: Policy,
    pub(super) servers: &'static [Sessions<Stored>; 2],
    pub(super) store: Stale,
    pub(super) dice: Dice,
    pub(super) now: Timestamp,
    pub(super) browsers: Vec<Browser>,
    pub(super) lanes: [Lane; 3],
    /// So many exchanges have begun.
    pub(super) exchanges: usize,
    /// So many values have been made up.
    pub(super) values: usize,
    /// Every token that was ever issued, also those that no browser was given.
    pub(super) tokens: Vec<Token>,
    /// CSRF tokens and what they were made for.
    pub(super) csrf: Vec<(String, CsrfBasis)>,

    /// What the store should hold, and what its cache should.
    pub(super) sessions: BTreeMap<StoreKey, Session>,
    pub(super) remembered: BTreeMap<StoreKey, Session>,
    /// Every key that there ever was.
    pub(super) keys: BTreeSet<StoreKey>,
    /// The hashes of verifiers, by their ids.
    pub(super) hashes: BTreeMap<Id, [u8; 16]>,
}

impl Web {
    pub(super) fn new(rules: Rules) -> Self {
        let policy = policy(rules);
        Self {
            rules,
            policy,
            servers: &SERVERS[place(rules)],
            store: Stale::new(),
            dice: Dice::new(0),
            now: NOW,
            browsers: vec![Browser::new(); 3],
            lanes: [Lane::Free, Lane::Free, Lane::Free],
            exchanges: 0,
            values: 0,
            tokens: Vec::new(),
            csrf: Vec::new(),
            sessions: BTreeMap::new(),
            remembered: BTreeMap::new(),
            keys: BTreeSet::new(),
            hashes: BTreeMap::new(),
        }
    }

    pub(super) fn perform(&mut self, op: Op) {
        let lanes = self.lanes.len();
        let lane = |number: u8| usize::from(number) % lanes;
        let browser = |number: u8| usize::from(number) % 3;
        match op {
            Op::Open { lane: on, browser: from, newer_server, load_fails } => {
                let from = From { browser: browser(from), server: usize::from(newer_server) };
                self.open(lane(on), from, load_fails);
            }
            Op::Act { lane: on, action } => self.act(lane(on), action),
            Op::Finish { lane: on, failed, no_dice, delivered } => {
                self.finish(lane(on), failed, no_dice, delivered);
            }
            Op::Step { lane: on, fault, delivered } => self.step(lane(on), fault, delivered),
            Op::Rest { lane: on, delivered } => self.rest(lane(on), delivered),
            Op::Request { browser: from, first, second } => {
                let from = From { browser: browser(from), server: 0 };
                self.open(0, from, false);
                self.act(0, first);
                self.act(0, second);
                self.rest(0, true);
            }
            Op::Pass { minutes } => self.now = self.now.after(minute() * u32::from(minutes)),
            Op::Back { seconds } => {
                let back = u64::from(seconds % 60) * 1000;
                self.now = Timestamp::from_millis(self.now.as_millis() - back);
            }
            Op::Steal { thief, victim } => {
                self.browsers[browser(thief)] = self.browsers[browser(victim)].clone();
            }
            Op::Replay { browser: by, token } => {
                if let Some(text) = self.token(token) {
                    self.browsers[browser(by)] = Browser::with(NAME, &text);
                }
            }
            Op::Toss { browser: at, token } => {
                let text = token.and_then(|token| self.token(token));
                self.browsers[browser(at)].plant(NAME, text.as_deref().unwrap_or("junk"));
            }
            Op::Forget { browser: by } => self.browsers[browser(by)] = Browser::new(),
            Op::Sweep => self.sweep(),
            Op::EndAll { principal } => {
                self.end_all(PRINCIPALS[usize::from(principal) % PRINCIPALS.len()]);
            }
            Op::Remember => {
                self.store.remember();
                self.remembered.clone_from(&self.sessions);
            }
        }
    }

    fn token(&self, number: u8) -> Option<String> {
        let place = usize::from(number).checked_rem(self.tokens.len())?;
        Some(self.tokens[place].text.clone())
    }

    /// Promise L13: only what has ended is swept.
    fn sweep(&mut self) {
        let Ok(_) = pollster::block_on(self.store.inner.sweep(self.now, 10));
        let rows = self.store.inner.rows();
        let now = self.now;
        self.sessions.retain(|key, session| {
            assert!(rows.contains_key(key) || session.expires <= now, "swept alive: {session:?}");
            rows.contains_key(key)
        });
        self.compare_store();
    }

    /// Promise L11.
    fn end_all(&mut self, principal: &str) {
        let store = &self.store.inner;
        let mut buffer = [0; 4096];
        let ended = sansession_store::end_all(store, principal, None, &mut buffer);
        let Ok(_) = pollster::block_on(ended);
        self.sessions.retain(|_, session| session.principal.as_deref() != Some(principal));
        self.compare_store();
    }

    /// Every token that was ever issued opens what it should, and the store holds what it should.
    pub(super) fn look_at_all(&mut self) {
        self.compare_store();
        for number in 0..self.tokens.len().min(64) {
            self.browsers[0] = Browser::with(NAME, &self.tokens[number].text);
            self.open(0, From { browser: 0, server: 1 }, false);
        }
    }

    fn compare_store(&mut self) {
        let rows = self.store.inner.rows();
        assert!(rows.keys().eq(self.sessions.keys()), "{rows:?}\n{:?}", self.sessions);
        let sessions = self.sessions.clone();
        for (row, session) in rows.values().zip(sessions.values()) {
            assert_eq!((row.revision.get(), row.seen), (session.revision, session.seen));
            assert_eq!(row.expires, session.expires);
            assert_eq!(row.principal, session.principal);
            self.compare_record(&row.record, session);
        }
    }

    /// The record says what the session holds.
    pub(super) fn compare_record(&mut self, record: &[u8], session: &Session) {
        let found = Record::read(record).expect("a record");
        let millis = |time: Timestamp| time.as_millis();
        let idle = u64::try_from(session.idle.as_millis()).expect("short");
        let expected = Record {
            regenerates: session.regenerates,
            created: millis(session.created),
            deadline: millis(session.deadline),
            idle,
            minted: millis(session.minted),
            own_lifetime: session.own_lifetime,
            current: self.hash(session.current, found.current),
            previous: session.previous.map(|previous| {
                let hash = found.previous.map_or([0; 16], |(hash, _)| hash);
                (self.hash(previous.id, hash), previous.ends.map(millis))
            }),
            principal: session.principal.clone(),
            data: texts(session.data.iter().map(|(key, text)| (key, encoded(text)))),
            flash: texts(
                session.flash.iter().map(|(key, (set, text))| (key, (*set, encoded(text)))),
            ),
        };
        assert_eq!(found, expected);
    }

    /// The hash of an id's verifier: `found`, if the id is new and no other has it.
    fn hash(&mut self, id: Id, found: [u8; 16]) -> [u8; 16] {
        let taken = self.hashes.values().any(|known| *known == found);
        match self.hashes.get(&id) {
            Some(hash) => *hash,
            None => {
                assert!(!taken, "two ids with one verifier");
                self.hashes.insert(id, found);
                found
            }
        }
    }
}

fn texts<'k, T>(pairs: impl Iterator<Item = (&'k String, T)>) -> BTreeMap<String, T> {
    pairs.map(|(key, value)| (key.clone(), value)).collect()
}

/// As postcard writes a short string.
fn encoded(text: &str) -> Vec<u8> {
    let len = u8::try_from(text.len()).ok().filter(|len| *len < 128).expect("a short text");
    [&[len], text.as_bytes()].concat()
}

const fn minute() -> Duration {
    Duration::from_secs(60)
}

fn policy(rules: Rules) -> Policy {
    Policy {
        flash_on_open: !rules.on_read,
        renew: rules.renews.then_some(RENEW),
        touch_percent: if rules.touches { 0 } else { TOUCH_PERCENT },
        retries: if rules.one_try { 0 } else { 4 },
    }
}

/// Where the servers of these rules stand among [`SERVERS`].
fn place(rules: Rules) -> usize {
    let bits = [rules.on_read, rules.renews, rules.one_try, rules.touches];
    bits.into_iter().fold(0, |place, bit| place << 1 | usize::from(bit))
}

/// For each set of rules an older and a newer server, in the middle of a change of keys.
static SERVERS: LazyLock<Vec<[Sessions<Stored>; 2]>> = LazyLock::new(|| {
    let older = || Key::new(1, b"a key for fuzzing, thirty-two b.").expect("a strong key");
    let newer = || Key::new(2, b"one more key, of thirty-two too.").expect("a strong key");
    let rings = [
        KeyRing::new(older()).and_next(newer()).expect("two keys"),
        KeyRing::new(newer()).and_older(older()).expect("two keys"),
    ];
    let all = (0..16).map(|bits| Rules {
        on_read: bits & 8 != 0,
        renews: bits & 4 != 0,
        one_try: bits & 2 != 0,
        touches: bits & 1 != 0,
        small: false,
        cached: false,
    });
    let config = |policy: Policy| {
        let mode = if policy.flash_on_open { FlashMode::OnOpen } else { FlashMode::OnRead };
        let config = Config::new().cookie_name(NAME).idle(IDLE).absolute(ABSOLUTE).skew(SKEW);
        let config = config.flash(mode).touch_share(policy.touch_percent);
        let config = config.retries(policy.retries).sweep_share(0);
        match policy.renew {
            Some(every) => config.renew(every, GRACE),
            None => config.renew(RENEW, GRACE).no_renew(),
        }
    };
    let server = |rules, ring: &KeyRing| Sessions::stored(config(policy(rules)), ring);
    all.map(|rules| rings.each_ref().map(|ring| server(rules, ring).expect("sound"))).collect()
});
