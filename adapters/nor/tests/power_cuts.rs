//! The power goes, at every word of every write and within every erase.
//!
//! Whatever that leaves in the words and blocks that were in hand, the next mount finds every session as it was
//! acknowledged, and the one that was in hand as it was or as it should have become.

mod common;

use common::model::{Model, Op, check};
use common::{Flash, Random, TORN, Torn};
use sansession_nor::{Geometry, NorStore, Sizes};

const SESSIONS: usize = 6;

/// A small ring that turns every few operations.
fn ring<const R: usize, const W: usize, const E: usize>(flash: &Flash<R, W, E>) -> Geometry {
    let pages = u32::try_from(flash.bytes.len()).expect("a few kilobytes") / 1024;
    Geometry::new(0, pages, 1024, Sizes { read: R, write: W, erase: E }).expect("a ring")
}

fn mount<const R: usize, const W: usize, const E: usize>(
    flash: &mut Flash<R, W, E>,
) -> NorStore<&mut Flash<R, W, E>, SESSIONS> {
    let ring = ring(flash);
    NorStore::mount_ring(flash, ring).expect("every mount works")
}

/// Cuts each of `ops` operations at each point, in each way; says how often.
fn cut_everywhere<const R: usize, const W: usize, const E: usize>(
    pages: usize,
    ops: u64,
    seed: u64,
) -> u64 {
    let mut random = Random(seed);
    let mut flash = Flash::<R, W, E>::new(pages * 1024);
    let (mut model, mut cuts) = (Model::default(), 0);
    for time in 0..ops {
        let op = Op::random(&mut random, SESSIONS, 100, time);
        let after = model.after(&op);
        let before = flash.clone();
        flash.fuse = Some(u64::MAX);
        op.run(&mount(&mut flash), &model).expect("there is power");
        let points = u64::MAX - flash.fuse.expect("it did not blow");
        check(&mount(&mut flash), SESSIONS as u64, &[&after], "without a cut");
        for point in 0..points {
            for torn in TORN {
                let mut cut = before.clone();
                (cut.fuse, cut.torn, cut.random.0) = (Some(point), torn, random.next());
                let what = format!("{op:?} at time {time}, cut at {point} of {points}, {torn:?}");
                op.run(&mount(&mut cut), &model).expect_err("there is no power");
                cut.revive();
                let found = check(&mount(&mut cut), SESSIONS as u64, &[&model, &after], &what);
                // The store is not stuck, and what is done next is not undone by what was cut.
                let next = Op::random(&mut random, SESSIONS, 100, time + 1);
                next.run(&mount(&mut cut), &found).expect("there is power");
                let then = found.after(&next);
                check(&mount(&mut cut), SESSIONS as u64, &[&then], &what);
                cuts += 1;
            }
        }
        model = after;
    }
    assert!(flash.erases.iter().all(|erases| *erases > 2), "the ring turned: {:?}", flash.erases);
    cuts
}

// promise: D2 S2
#[test]
fn a_cut_anywhere_leaves_each_session_as_it_was_or_as_it_became() {
    let mut cuts = 0;
    cuts += cut_everywhere::<1, 1, 1024>(3, 500, 1);
    cuts += cut_everywhere::<1, 4, 1024>(4, 800, 2);
    cuts += cut_everywhere::<4, 8, 512>(3, 700, 3);
    cuts += cut_everywhere::<1, 32, 256>(5, 900, 4);
    cuts += cut_everywhere::<2, 2, 1024>(3, 500, 5);
    println!("{cuts} cuts");
}

/// One cut after the other, also while the traces of the last one are still there, over many turns of the ring.
///
/// With `hiccups`, an operation fails and the power stays: the same store goes on.
fn live_long<const R: usize, const W: usize, const E: usize>(
    pages: usize,
    ops: u64,
    hiccups: bool,
    seed: u64,
) {
    let mut random = Random(seed);
    let mut flash = Flash::<R, W, E>::new(pages * 1024);
    flash.random = Random(!seed);
    // After a failure, what is there may be either until something else is acknowledged.
    let mut models = vec![Model::default()];
    let mut time = 0;
    while time < ops {
        flash.revive();
        let what = format!("at time {time}, {pages} pages, hiccups {hiccups}");
        let store = mount(&mut flash);
        let found = check(&store, SESSIONS as u64, &models.iter().collect::<Vec<_>>(), &what);
        models = vec![found];
        flash.hiccups = hiccups;
        flash.fuse = Some(random.below(400) as u64);
        flash.torn = TORN[random.below(TORN.len())];
        let store = mount(&mut flash);
        for _ in 0..random.below(40) {
            time += 1;
            let op = Op::random(&mut random, SESSIONS, 100, time);
            let now = models.last().expect("there is one").clone();
            match op.run(&store, &now) {
                Ok(()) => models.iter_mut().for_each(|model| acknowledge(model, &now, &op)),
                Err(_) => {
                    // A store that lives on says that nothing was done; the next mount may know better.
                    models.insert(0, now.after(&op));
                    if !hiccups {
                        break;
                    }
                }
            }
        }
    }
    let (least, most) = (flash.erases.iter().min(), flash.erases.iter().max());
    println!("{what:?}: erases of a block: {least:?} to {most:?}", what = (pages, hiccups));
}

/// Makes `model`, one of those that may be true, agree with an answer that was given by a store that holds `now`.
fn acknowledge(model: &mut Model, now: &Model, op: &Op) {
    let (number, after) = (op.number(), now.after(op));
    match op {
        // It may stay in RAM, where no flash would gainsay what else may be true.
        Op::Touch { .. } => *model = model.after(op),
        _ if after == *now => {}
        // What was in doubt is no more.
        _ => {
            match after.0.get(&number) {
                Some(session) => model.0.insert(number, session.clone()),
                None => model.0.remove(&number),
            };
        }
    }
}

// promise: D2 S2
#[test]
fn nothing_is_lost_over_many_cuts() {
    for seed in 0..20 {
        live_long::<1, 4, 1024>(4, 2000, false, seed);
        live_long::<4, 8, 512>(3, 2000, false, seed);
        live_long::<1, 1, 1024>(3, 1000, false, seed);
        live_long::<1, 32, 256>(6, 2000, false, seed);
    }
}

// promise: S2
#[test]
fn a_driver_that_fails_now_and_then_loses_nothing() {
    for seed in 0..20 {
        live_long::<1, 4, 1024>(4, 2000, true, seed);
        live_long::<1, 16, 512>(4, 2000, true, seed);
    }
}

/// Small changes of the sessions that `op` is not about, which fit where nothing else does.
fn small_changes(model: &Model, op: &Op) -> impl Iterator<Item = Op> {
    let others = model.0.keys().filter(|number| **number != op.number());
    others.map(|number| Op::Destroy { number: *number })
}

// promise: D2 S2
#[test]
fn a_failed_call_undoes_nothing_that_comes_after_it() {
    let mut random = Random(11);
    let mut flash = Flash::<1, 8, 1024>::new(4096);
    let mut model = Model::default();
    for time in 0..800 {
        let op = Op::random(&mut random, SESSIONS, 100, time);
        let after = model.after(&op);
        let before = flash.clone();
        flash.fuse = Some(u64::MAX);
        op.run(&mount(&mut flash), &model).expect("there is power");
        let points = u64::MAX - flash.fuse.expect("it did not blow");
        for (point, torn) in (0..points).flat_map(|point| TORN.map(|torn| (point, torn))) {
            let mut copy = before.clone();
            (copy.fuse, copy.torn, copy.hiccups) = (Some(point), torn, true);
            copy.random.0 = random.next();
            let what = format!("{op:?} at time {time}, failed at {point} of {points}, {torn:?}");
            let store = mount(&mut copy);
            op.run(&store, &model).expect_err("the flash fails once");
            let found = check(&store, SESSIONS as u64, &[&model, &after], &what);
            // One of them at a time: a store that failed cannot be cloned.
            let mut nexts: Vec<Op> = small_changes(&found, &op).collect();
            if nexts.is_empty() {
                continue;
            }
            let next = nexts.swap_remove(random.below(nexts.len()));
            next.run(&store, &found).expect("it works again");
            let models = [model.after(&next), after.after(&next)];
            check(&mount(&mut copy), SESSIONS as u64, &models.each_ref(), &what);
        }
        model = after;
    }
}

/// A word that was cut short reads as it did before, and after the next change as it should have become.
// promise: D2
#[test]
fn a_torn_word_that_changes_its_mind_undoes_nothing() {
    let (mut random, mut changed) = (Random(12), 0);
    let mut flash = Flash::<1, 8, 1024>::new(4096);
    let mut model = Model::default();
    for time in 0..800 {
        let op = Op::random(&mut random, SESSIONS, 100, time);
        let after = model.after(&op);
        let before = flash.clone();
        flash.fuse = Some(u64::MAX);
        op.run(&mount(&mut flash), &model).expect("there is power");
        let points = u64::MAX - flash.fuse.expect("it did not blow");
        for point in 0..points {
            let [mut old, new] = [Torn::Old, Torn::New].map(|torn| {
                let mut copy = before.clone();
                (copy.fuse, copy.torn) = (Some(point), torn);
                op.run(&mount(&mut copy), &model).expect_err("there is no power");
                copy.revive();
                copy
            });
            let torn: Vec<usize> =
                (0..old.bytes.len()).filter(|at| old.bytes[*at] != new.bytes[*at]).collect();
            let what = format!("{op:?} at time {time}, cut at {point} of {points}");
            let found = check(&mount(&mut old), SESSIONS as u64, &[&model, &after], &what);
            for next in small_changes(&found, &op) {
                let mut old = old.clone();
                next.run(&mount(&mut old), &found).expect("there is power");
                if torn.iter().all(|at| old.bytes[*at] == 0xff) {
                    for at in &torn {
                        old.bytes[*at] = new.bytes[*at];
                    }
                    changed += 1;
                }
                let models = [model.after(&next), after.after(&next)];
                check(&mount(&mut old), SESSIONS as u64, &models.each_ref(), &what);
            }
        }
        model = after;
    }
    assert!(changed > 1000, "{changed} words changed their mind");
}
