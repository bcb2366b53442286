//! Visits every state that a few exchanges on one session can come to.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use sansession::{Sessions, Slot, StoreKey, Stored, Timestamp};

use crate::exchange::{Done, Op, Progress, Request, run};
use crate::promises;
use crate::store::{Answer, Call, Store};

/// What can go wrong with one call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// The store fails before it does it.
    FailsBefore,
    /// The store does it and its answer is lost: the exchange is told that it failed.
    FailsAfter,
    /// The store does it, its answer is lost, and a client library asks again: the second answer is told.
    Repeats,
    /// The process is killed, or the future dropped, before the store does it.
    DiesBefore,
    /// The process is killed, or the future dropped, after the store did it.
    DiesAfter,
}

const FAULTS: [Fault; 5] =
    [Fault::FailsBefore, Fault::FailsAfter, Fault::Repeats, Fault::DiesBefore, Fault::DiesAfter];

/// One exchange in a state.
#[derive(Clone, Hash, Debug, Default)]
pub struct Runner {
    /// What it was told.
    pub answers: Vec<Answer>,
    /// It was dropped.
    pub dead: bool,
    /// The faults that struck it; what it was told may not be what the store did.
    pub faults: Vec<Fault>,
}

/// Something that changed the store: which exchange, and how.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Change {
    /// Which exchange.
    pub by: u8,
    /// The key.
    pub key: StoreKey,
    /// What was done.
    pub what: What,
}

/// How the store changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum What {
    /// A new record.
    Created,
    /// A record replaced.
    Updated,
    /// A record taken away.
    Destroyed,
}

/// A state.
#[derive(Clone, Hash, Debug)]
pub struct State {
    /// The records.
    pub store: Store,
    /// The exchanges.
    pub runners: Vec<Runner>,
    /// What changed the store, in order.
    pub history: Vec<Change>,
    /// Faults that may still strike.
    pub faults_left: u8,
}

/// What all exchanges of a run start from.
pub struct Scenario<'a> {
    /// Name, for messages.
    pub name: &'static str,
    /// The kind of session.
    pub sessions: &'a Sessions<Stored>,
    /// The store at the start: one session.
    pub store: Store,
    /// Its key.
    pub key: StoreKey,
    /// The `Cookie` header of each exchange.
    pub cookies: Vec<String>,
    /// The time of all requests.
    pub now: Timestamp,
    /// Faults that may strike in one run.
    pub faults: u8,
}

/// What was visited.
#[derive(Clone, Copy, Default, Debug)]
pub struct Counts {
    /// Different states.
    pub states: u64,
    /// Calls made on the way.
    pub calls: u64,
    /// States in which all exchanges were over, all checked.
    pub ends: u64,
}

impl core::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.states += other.states;
        self.calls += other.calls;
        self.ends += other.ends;
    }
}

/// Visits every interleaving of `ops` and checks every end.
///
/// # Panics
/// When a promise is broken, with the way that led there.
pub fn explore(scenario: &Scenario<'_>, ops: &[Op]) -> Counts {
    let mut slot = Slot::<[u8; 1024]>::new();
    let mut counts = Counts::default();
    let mut seen = HashSet::new();
    let start = State {
        store: scenario.store.clone(),
        runners: vec![Runner::default(); ops.len()],
        history: Vec::new(),
        faults_left: scenario.faults,
    };
    let mut open = vec![start];
    while let Some(state) = open.pop() {
        if !seen.insert(fingerprint(&state)) {
            continue;
        }
        counts.states += 1;
        let mut done: Vec<Option<Done>> = vec![None; ops.len()];
        let mut running = false;
        for (index, runner) in state.runners.iter().enumerate() {
            if runner.dead {
                continue;
            }
            let number = u8::try_from(index).expect("a few exchanges");
            let cookie = &scenario.cookies[index % scenario.cookies.len()];
            let request = Request { index: number, op: ops[index], cookie, now: scenario.now };
            match run(scenario.sessions, slot.erase(), &request, &runner.answers) {
                Progress::Asks(call) => {
                    running = true;
                    open.push(advance(&state, index, &call, None, scenario.now));
                    counts.calls += 1;
                    if state.faults_left > 0 {
                        for fault in FAULTS {
                            open.push(advance(&state, index, &call, Some(fault), scenario.now));
                            counts.calls += 1;
                        }
                    }
                }
                Progress::NotOpened => {}
                Progress::Done(end) => done[index] = Some(end),
            }
        }
        if !running {
            counts.ends += 1;
            promises::check(scenario, ops, &state, &done);
        }
    }
    counts
}

fn advance(
    state: &State,
    index: usize,
    call: &Call,
    fault: Option<Fault>,
    now: Timestamp,
) -> State {
    let mut state = state.clone();
    if let Some(fault) = fault {
        state.faults_left -= 1;
        state.runners[index].faults.push(fault);
    }
    let by = u8::try_from(index).expect("a few exchanges");
    let mut apply = || {
        let answer = state.store.call(call, now);
        let (key, what) = match call {
            Call::Create(key, _) => (key, What::Created),
            Call::Update(key, ..) => (key, What::Updated),
            Call::Destroy(key) => (key, What::Destroyed),
            Call::Load(_) | Call::Touch(_) => return answer,
        };
        if answer == Answer::Stored {
            state.history.push(Change { by, key: *key, what });
        }
        answer
    };
    let told = match fault {
        None => Some(apply()),
        Some(Fault::FailsBefore) => Some(Answer::Failed),
        Some(Fault::FailsAfter) => {
            apply();
            Some(Answer::Failed)
        }
        Some(Fault::Repeats) => {
            apply();
            Some(apply())
        }
        Some(Fault::DiesBefore) => None,
        Some(Fault::DiesAfter) => {
            apply();
            None
        }
    };
    let runner = &mut state.runners[index];
    match told {
        Some(answer) => runner.answers.push(answer),
        None => {
            runner.dead = true;
            // What it was told does not matter any more.
            runner.answers.clear();
        }
    }
    state
}

/// 128 bits of two differently started hashes: states that collide by chance are not to be expected.
fn fingerprint(state: &State) -> u128 {
    let hash = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        state.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    hash(0) << 64 | hash(1)
}
