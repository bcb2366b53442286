//! Many requests on several nodes, in any order, with calls dropped and bad caches: no read is older than the bound.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use sansession::{Freshness, StoreKey, Timestamp};
use sansession_memory::MemoryStore;
use sansession_store::{Cached, Loaded, Local, Store};

use crate::around::{Around, Broken, Moment, pause};
use crate::behind::Behind;
use crate::fixture::{Clock, HOUR, MAX_AGE, key, write};

/// Requests under way at the same time.
const REQUESTS: usize = 4;

/// Turns of one run.
const TURNS: usize = 400;

/// Runs of one test.
const RUNS: u64 = 300;

/// Numbers that look random and are the same in every run.
#[derive(Clone)]
struct Dice(Rc<Cell<u64>>);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(Rc::new(Cell::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)))
    }

    /// Below `sides`.
    fn roll(&self, sides: u64) -> u64 {
        let mut number = self.0.get();
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        self.0.set(number);
        (number >> 11) % sides
    }
}

/// What the durable store held of each session, from when on: the record and its revision.
#[derive(Default)]
struct History(RefCell<BTreeMap<StoreKey, Vec<(Timestamp, State)>>>);

/// A record, which is different in every write, and its revision.
type State = Option<([u8; 8], u64)>;

impl History {
    fn note(&self, key: &StoreKey, now: Timestamp, state: State) {
        let mut sessions = self.0.borrow_mut();
        let history = sessions.entry(*key).or_insert_with(|| vec![(Timestamp::ZERO, None)]);
        if history.last().is_none_or(|(_, last)| *last != state) {
            history.push((now, state));
        }
    }

    /// Whether `state` was what the durable store held at some moment from `start` to `end`.
    fn held(&self, key: &StoreKey, state: State, start: Timestamp, end: Timestamp) -> bool {
        let sessions = self.0.borrow();
        let Some(history) = sessions.get(key) else { return state.is_none() };
        let ends = history.iter().skip(1).map(|(time, _)| *time).chain([Timestamp::MAX]);
        let mut spans = history.iter().zip(ends);
        spans.any(|((from, held), to)| *held == state && *from <= end && start <= to)
    }
}

/// One run.
struct World {
    dice: Dice,
    clock: Clock,
    durable: Arc<MemoryStore>,
    history: Rc<History>,
    /// The number of the session: none comes back after it has ended.
    session: Cell<u8>,
    writes: Cell<u64>,
    /// Reads that were answered with what the durable store no longer held.
    late: Cell<usize>,
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            clock: Clock::new(),
            durable: Arc::new(MemoryStore::new(8)),
            history: Rc::default(),
            session: Cell::new(0),
            writes: Cell::new(0),
            late: Cell::new(0),
        }
    }

    /// A node behind `cache`. Every call of either waits before and after, and what changes is written down.
    fn node<C: Store>(&self, cache: C) -> impl Store + use<C> {
        let (history, clock) = (Rc::clone(&self.history), self.clock.clone());
        let durable = async move |inner: &Arc<MemoryStore>, moment, key: Option<&StoreKey>| {
            if let (Moment::After(_), Some(key)) = (moment, key) {
                history.note(key, clock.now(), look(inner, key, Freshness::Latest).await);
            }
            pause().await;
            Ok(())
        };
        let wait = async |_: &C, _, _: Option<&StoreKey>| {
            pause().await;
            Ok(())
        };
        let cache = Around { inner: cache, act: wait };
        let durable = Around { inner: Arc::clone(&self.durable), act: durable };
        Local::new(Cached::new(cache, durable, MAX_AGE, self.clock.read()))
    }

    /// Somebody's request.
    async fn request(&self, node: &impl Store) {
        let key = key(self.session.get());
        match self.dice.roll(10) {
            0 => drop(node.destroy(&key).await),
            1 => {
                let later = self.clock.now().after(HOUR);
                drop(node.touch(&key, later, later).await);
            }
            2 | 3 => self.write(node, &key).await,
            _ => self.read(node, &key).await,
        }
    }

    async fn write(&self, node: &impl Store, key: &StoreKey) {
        self.writes.set(self.writes.get() + 1);
        let number = self.writes.get().to_le_bytes();
        let record = write(&number);
        match node.load(key, &mut [0; 64], Freshness::Latest).await {
            Ok(Loaded::Found { meta, .. }) => drop(node.update(key, meta.revision, record).await),
            _ => {
                self.session.set(self.session.get() + 1);
                drop(node.create(&crate::fixture::key(self.session.get()), record).await);
            }
        }
    }

    async fn read(&self, node: &impl Store, key: &StoreKey) {
        let start = self.clock.now();
        let found = look(node, key, Freshness::Cached).await;
        let (earliest, end) = (before(start, MAX_AGE), self.clock.now());
        let held = |state, from| self.history.held(key, state, from, end);
        assert!(
            held(found, earliest),
            "{found:?} was read from {start:?} to {end:?}; {:?}",
            self.history.0.borrow()
        );
        // That there is none is never cached.
        assert!(found.is_some() || held(None, start), "a cached miss");
        self.late.set(self.late.get() + usize::from(!held(found, start)));
    }

    /// Lets requests on `nodes` take turns, and drops some.
    fn run<'a>(&self, nodes: &[&dyn Fn() -> Request<'a>]) {
        let mut context = Context::from_waker(Waker::noop());
        let mut requests: Vec<Request<'a>> = Vec::new();
        for _ in 0..TURNS {
            while requests.len() < REQUESTS {
                let node = self.dice.roll(nodes.len() as u64);
                requests.push(nodes[usize::try_from(node).expect("it is small")]());
            }
            let turn = usize::try_from(self.dice.roll(REQUESTS as u64)).expect("it is small");
            if requests[turn].as_mut().poll(&mut context).is_ready() || self.dice.roll(40) == 0 {
                drop(requests.swap_remove(turn));
            }
            if self.dice.roll(4) == 0 {
                self.clock.advance(MAX_AGE / 20);
            }
        }
    }
}

type Request<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

fn before(time: Timestamp, span: Duration) -> Timestamp {
    let span = u64::try_from(span.as_millis()).expect("it is short");
    Timestamp::from_millis(time.as_millis().saturating_sub(span))
}

async fn look(store: &impl Store, key: &StoreKey, freshness: Freshness) -> State {
    let mut buffer = [0; 64];
    match store.load(key, &mut buffer, freshness).await.expect("it works") {
        Loaded::Found { len, meta } => {
            let record = buffer[..len].try_into().expect("eight bytes were written");
            Some((record, meta.revision.get()))
        }
        Loaded::Missing => None,
    }
}

/// Runs many worlds, each with two nodes behind what `caches` makes, and says how many reads were late.
fn worlds<C: Store>(caches: impl Fn(&World) -> [C; 2]) -> usize {
    let runs = (0..RUNS).map(|seed| {
        let world = World::new(seed);
        let [one, other] = caches(&world).map(|cache| world.node(cache));
        world.run(&[&|| Box::pin(world.request(&one)), &|| Box::pin(world.request(&other))]);
        world.late.get()
    });
    runs.sum()
}

fn memory() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new(8))
}

/// A cache to which `act` happens at random.
fn at_random<F>(world: &World, act: F) -> impl Store + use<F>
where
    F: AsyncFn(&MemoryStore, &StoreKey) -> Result<(), Broken>,
{
    let dice = world.dice.clone();
    let act = async move |inner: &MemoryStore, _, key: Option<&StoreKey>| match key {
        Some(key) if dice.roll(3) == 0 => act(inner, key).await,
        _ => Ok(()),
    };
    Around { inner: MemoryStore::new(8), act }
}

// promise: S3
#[test]
fn nodes_with_caches_of_their_own() {
    assert!(worlds(|_| [memory(), memory()]) > 100, "the test is about late reads");
}

// promise: S3
#[test]
fn nodes_that_share_a_cache() {
    worlds(|_| {
        let cache = memory();
        [Arc::clone(&cache), cache]
    });
}

// promise: S3
#[test]
fn caches_that_are_one_write_behind() {
    worlds(|_| [Behind::new(), Behind::new()]);
}

// promise: S3
#[test]
fn caches_that_forget() {
    let forgets = async |inner: &MemoryStore, key: &StoreKey| {
        let Ok(_) = Store::destroy(inner, key).await;
        Ok(())
    };
    worlds(|world| [at_random(world, forgets), at_random(world, forgets)]);
}

// promise: S3
#[test]
fn caches_that_fail_now_and_then() {
    let fails = async |_: &MemoryStore, _: &StoreKey| Err(Broken);
    worlds(|world| [at_random(world, fails), at_random(world, fails)]);
}
