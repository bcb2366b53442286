//! The store over an async driver: the conformance kit, power cuts, and futures that are dropped at every await.

mod common;

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use common::model::{Model, Op, check};
use common::slow::Slow;
use common::{Flash, Random, TORN};
use pollster::block_on;
use sansession_nor::{AsyncNorStore, Geometry, Sizes};
use sansession_store::conformance::Kit;

const SESSIONS: usize = 6;

// promise: S1 S2 L6 L11
#[test]
fn it_conforms() {
    let make = async || {
        let flash = Box::leak(Box::new(Flash::<1, 4, 4096>::new(256 * 1024)));
        let store = AsyncNorStore::<_, 80>::mount(Slow(flash), 0..256 * 1024).await;
        store.expect("flash can be read")
    };
    block_on(Kit::new().records(64).longest_record(3000).run(make)).assert();
}

fn mount(flash: &mut Flash<1, 4, 1024>) -> AsyncNorStore<Slow<'_, 1, 4, 1024>, SESSIONS> {
    let sizes = Sizes { read: 1, write: 4, erase: 1024 };
    let ring = Geometry::new(0, 4, 1024, sizes).expect("a ring");
    block_on(AsyncNorStore::mount_ring(Slow(flash), ring)).expect("every mount works")
}

/// Polls `call` up to `polls` times; its result if it came to an end.
fn drop_after<T>(call: impl Future<Output = T>, polls: u64) -> Option<T> {
    let mut call = pin!(call);
    let mut polled = 0;
    block_on(poll_fn(|context| {
        if polled == polls {
            return Poll::Ready(None);
        }
        polled += 1;
        call.as_mut().poll(context).map(Some)
    }))
}

/// The kit's executor polls all tasks whenever one is woken; this one polls only who was.
// promise: S1
#[test]
fn who_waits_for_its_turn_is_woken() {
    use futures_util::FutureExt as _;
    use futures_util::stream::{FuturesUnordered, StreamExt as _};
    let mut flash = Flash::<1, 4, 1024>::new(4096);
    let store = mount(&mut flash);
    let model = Model::default();
    let mut calls: FuturesUnordered<_> = (0..SESSIONS as u64)
        .map(|number| {
            let record = vec![7; 50];
            let op = Op::Create { number, record, bound: true, seen: common::model::NOW };
            let (store, model) = (&store, &model);
            async move { op.run_async(store, model).await }
        })
        .collect();
    let mut done = 0;
    // Far more polls than that takes, and no end if one is forgotten.
    for _ in 0..10_000 {
        match calls.next().now_or_never() {
            Some(Some(result)) => {
                result.expect("flash works");
                done += 1;
            }
            Some(None) => break,
            None => {}
        }
    }
    assert_eq!(done, SESSIONS, "calls that came to an end");
}

// promise: S2
#[test]
fn a_call_that_is_dropped_at_any_await_is_done_or_not() {
    let (mut random, mut drops) = (Random(7), 0);
    let mut flash = Flash::<1, 4, 1024>::new(4096);
    let mut model = Model::default();
    for time in 0..600 {
        let op = Op::random(&mut random, SESSIONS, 100, time);
        let after = model.after(&op);
        for polls in 0.. {
            let mut copy = flash.clone();
            let store = mount(&mut copy);
            let ended = drop_after(op.run_async(&store, &model), polls);
            let what = format!("{op:?} at time {time}, dropped after {polls} polls");
            let found = check(&store, SESSIONS as u64, &[&model, &after], &what);
            // The store lives on: what it does next is there at the next mount.
            let next = Op::random(&mut random, SESSIONS, 100, time + 1);
            next.run(&store, &found).expect("there is power");
            let mut models = [found.after(&next), after.after(&next)];
            if models[0] == found {
                // It was refused, and settled nothing.
                models[1] = after.clone();
            }
            drop(store);
            check(&mount(&mut copy), SESSIONS as u64, &models.each_ref(), &what);
            drops += 1;
            if ended.is_some() {
                break;
            }
        }
        op.run(&mount(&mut flash), &model).expect("there is power");
        model = after;
    }
    assert!(flash.erases.iter().all(|erases| *erases > 2), "{:?}", flash.erases);
    println!("{drops} drops");
}

// promise: D2 S2
#[test]
fn a_cut_anywhere_leaves_each_session_as_it_was_or_as_it_became() {
    let (mut random, mut cuts) = (Random(8), 0);
    let mut flash = Flash::<1, 4, 1024>::new(4096);
    let mut model = Model::default();
    for time in 0..200 {
        let op = Op::random(&mut random, SESSIONS, 100, time);
        let after = model.after(&op);
        let before = flash.clone();
        flash.fuse = Some(u64::MAX);
        op.run(&mount(&mut flash), &model).expect("there is power");
        let points = u64::MAX - flash.fuse.expect("it did not blow");
        for point in 0..points {
            for torn in TORN {
                let mut cut = before.clone();
                (cut.fuse, cut.torn, cut.random.0) = (Some(point), torn, random.next());
                let what = format!("{op:?} at time {time}, cut at {point} of {points}, {torn:?}");
                op.run(&mount(&mut cut), &model).expect_err("there is no power");
                cut.revive();
                check(&mount(&mut cut), SESSIONS as u64, &[&model, &after], &what);
                cuts += 1;
            }
        }
        model = after;
    }
    println!("{cuts} cuts");
}
