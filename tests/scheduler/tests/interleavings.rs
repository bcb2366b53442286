//! Every interleaving, within three minutes on two cores. The counts are printed: run with `--nocapture` to see them.

use core::time::Duration;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use sansession::{
    Ack, Begin, Config, End, Ending, FlashMode, Freshness, Key, KeyRing, Meta, Revision, Sessions,
    Slot, Step, Stored, Timestamp,
};
use sansession_scheduler::exchange::{Numbers, Op, SAME};
use sansession_scheduler::explore::{Counts, Scenario, explore};
use sansession_scheduler::promises::FIRST_NOTICE;
use sansession_scheduler::store::{Record, Store};

const OPS: [Op; 13] = [
    Op::Read,
    Op::WriteSame,
    Op::WriteOwn,
    Op::Remove,
    Op::FlashRead,
    Op::FlashLeave,
    Op::Regenerate,
    Op::Login,
    Op::SetLifetime,
    Op::Invalidate,
    Op::Replace,
    Op::WriteFailed,
    Op::InvalidateFailed,
];

fn sessions(retries: u8) -> Sessions<Stored> {
    let config = Config::new()
        .flash(FlashMode::OnRead)
        .renew(Duration::from_secs(600), Duration::from_secs(60))
        .retries(retries)
        .sweep_share(0);
    let key = Key::new(1, b"a key for tests, thirty-two long").unwrap();
    Sessions::stored(config, &KeyRing::new(key)).unwrap()
}

const START: Timestamp = Timestamp::from_secs(1_000_000);

/// A session with one key and one flash message, and its cookie.
fn born(sessions: &Sessions<Stored>) -> (Scenario<'_>, String) {
    let mut slot = Slot::<[u8; 1024]>::new();
    let Begin::Ready(mut active) = sessions.begin([], START, slot.erase()) else { unreachable!() };
    active.insert(SAME, &0_u8).unwrap();
    active.flash("notice", &FIRST_NOTICE).unwrap();
    let end = sessions.finish(active, Ending::Answered, START, &mut Numbers(0xa0)).unwrap();
    let End::Step(mut closing) = end else { unreachable!() };
    let Step::Create { key, write } = closing.step() else { unreachable!() };
    let (key, bytes) = (*key, write.record.into());
    let End::Done(reply) = closing.handle(sessions, Ack::Stored) else { unreachable!() };
    let cookie = reply.set_cookie(sessions).unwrap().to_string();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let mut store = Store::default();
    store.0.insert(key, Record { bytes, revision: Revision::FIRST, seen: START });
    let now = START.after(Duration::from_secs(900));
    let scenario =
        Scenario { name: "", sessions, store, key, cookies: vec![cookie.clone()], now, faults: 0 };
    (scenario, cookie)
}

/// The same, renewed once, with the old and the new cookie.
fn renewed(sessions: &Sessions<Stored>) -> (Scenario<'_>, String, String) {
    let (mut scenario, old) = born(sessions);
    let mut slot = Slot::<[u8; 1024]>::new();
    let Begin::Load(mut loading) = sessions.begin([old.as_bytes()], scenario.now, slot.erase())
    else {
        unreachable!()
    };
    let record = scenario.store.0[&scenario.key].clone();
    loading.request().1[..record.bytes.len()].copy_from_slice(&record.bytes);
    let meta = Meta::new(record.revision, record.seen);
    let Begin::Ready(active) =
        loading.found(sessions, record.bytes.len(), meta, Freshness::Latest).unwrap()
    else {
        unreachable!()
    };
    let end = sessions.finish(active, Ending::Answered, scenario.now, &mut Numbers(0xb0)).unwrap();
    let End::Step(mut closing) = end else { unreachable!() };
    let Step::Update { write, .. } = closing.step() else { unreachable!() };
    let record =
        Record { bytes: write.record.into(), revision: Revision::FIRST.next(), seen: scenario.now };
    let End::Done(reply) = closing.handle(sessions, Ack::Stored) else { unreachable!() };
    let new = reply.set_cookie(sessions).unwrap().to_string();
    scenario.store.0.insert(scenario.key, record);
    (scenario, old, new.split(';').next().unwrap().to_owned())
}

/// Not due for renewal; due; renewed with the answer lost; renewed with one request of each cookie under way.
fn scenarios(sessions: &Sessions<Stored>, faults: u8) -> Vec<Scenario<'_>> {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    let (mut quiet, _) = born(sessions);
    quiet.now = START.after(minutes(9));
    quiet.name = "not due for renewal";
    let (mut due, _) = born(sessions);
    due.name = "due for renewal";
    let (mut lost, old, _) = renewed(sessions);
    lost.cookies = vec![old];
    lost.name = "renewed, and the answer was lost";
    let (mut again, old, _) = renewed(sessions);
    again.cookies = vec![old];
    again.now = again.now.after(minutes(11));
    again.name = "renewed, the answer was lost, and due again";
    let (mut mixed, old, new) = renewed(sessions);
    mixed.cookies = vec![new, old];
    mixed.now = mixed.now.after(minutes(4));
    mixed.name = "renewed, with a request of each id";
    let mut all = vec![quiet, due, lost, again, mixed];
    for scenario in &mut all {
        scenario.faults = faults;
    }
    all
}

/// Explores all `sets` of exchanges in all scenarios on two threads.
fn explore_all(name: &str, retries: u8, faults: u8, sets: &[Vec<Op>], which: &[usize]) -> Counts {
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    let work = || {
        let sessions = sessions(retries);
        let scenarios = scenarios(&sessions, faults);
        let mut counts = Counts::default();
        while let Some(set) = sets.get(next.fetch_add(1, Ordering::Relaxed)) {
            for at in which {
                counts += explore(&scenarios[*at], set);
            }
        }
        counts
    };
    let mut counts = Counts::default();
    std::thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        for thread in threads {
            counts += thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    });
    println!(
        "{name}: {} sets of exchanges, {} scenarios: {} states, {} calls, {} ends checked, {:.1?}",
        sets.len(),
        which.len(),
        counts.states,
        counts.calls,
        counts.ends,
        started.elapsed(),
    );
    counts
}

/// promise: L15, L16, L17, S2
#[test]
fn one_exchange_with_two_faults() {
    let sets: Vec<Vec<Op>> = OPS.iter().map(|op| vec![*op]).collect();
    let counts = explore_all("one", 4, 2, &sets, &[0, 1, 2, 3, 4]);
    assert!(counts.ends > 500, "{counts:?}");
}

/// promise: L2, L3, L4, L5, L6, L10, L16, L17, F4, S2
#[test]
fn two_exchanges_with_all_retries_and_two_faults() {
    let mut sets = Vec::new();
    for first in OPS {
        // Ordered pairs: in one scenario the two come with different cookies.
        sets.extend(OPS.map(|second| vec![first, second]));
    }
    let counts = explore_all("two", 4, 2, &sets, &[0, 1, 2, 3, 4]);
    assert!(counts.ends > 10_000, "{counts:?}");
}

/// promise: L2, L3, L4, L5, L6, L10, L16, L17, F4, S2
#[test]
fn three_exchanges_with_one_retry_and_one_fault() {
    let mut sets = Vec::new();
    for (at, first) in OPS.iter().enumerate() {
        for (after, second) in OPS.iter().enumerate().skip(at) {
            sets.extend(OPS.iter().skip(after).map(|third| vec![*first, *second, *third]));
        }
    }
    let counts = explore_all("three", 1, 1, &sets, &[0, 1, 2, 3, 4]);
    assert!(counts.ends > 100_000, "{counts:?}");
}
