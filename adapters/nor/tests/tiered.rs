//! Two tiers: visitors in RAM, users in flash.

mod common;

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

use common::model::{NOW, key};
use common::slow::Slow;
use common::{Flash, TORN};
use getrandom::SysRng;
use pollster::block_on;
use sansession::{
    Config, Ending, Freshness, Key, KeyRing, Outcome, Revision, Sessions, Slot, Timestamp, Verdict,
    Write,
};
use sansession_nor::{AsyncNorStore, Geometry, NorStore, Sizes, Tiered, TieredError};
use sansession_ram::{LocalRamStore, RamError};
use sansession_store::conformance::Kit;
use sansession_store::{Created, Loaded, NoPause, Store, StoreError, Updated, close, open};

const SIZES: Sizes = Sizes { read: 1, write: 4, erase: 1024 };
const PAGES: u32 = 4;

fn ring() -> Geometry {
    Geometry::new(0, PAGES, 1024, SIZES).expect("a ring")
}

fn flash() -> Flash<1, 4, 1024> {
    Flash::new(PAGES as usize * 1024)
}

fn in_flash<const N: usize>(flash: &mut Flash<1, 4, 1024>) -> NorStore<&mut Flash<1, 4, 1024>, N> {
    NorStore::mount_ring(flash, ring()).expect("it can be mounted")
}

/// 3 visitors and 4 users.
fn tiered<D: sansession_nor::Durable>(durable: D) -> Tiered<LocalRamStore<3, 512>, D> {
    Tiered::new(LocalRamStore::new(), durable)
}

const VISITOR: Write<'static> = Write::new(b"a visitor's", NOW, Timestamp::MAX);
const USER: Write<'static> = Write::new(b"a user's", NOW, Timestamp::MAX).bound_to("ada");

fn found<S: Store>(store: &S, number: u64) -> Option<(Vec<u8>, u64)> {
    let mut buffer = [0; 512];
    match block_on(store.load(&key(number), &mut buffer, Freshness::Latest)).expect("it works") {
        Loaded::Found { len, meta } => Some((buffer[..len].to_vec(), meta.revision.get())),
        Loaded::Missing => None,
    }
}

fn update<S: Store>(store: &S, number: u64, revision: u64, write: Write<'_>) -> Updated {
    block_on(store.update(&key(number), Revision::new(revision), write)).expect("it works")
}

fn create<S: Store>(store: &S, number: u64, write: Write<'_>) -> Created {
    block_on(store.create(&key(number), write)).expect("it works")
}

// promise: S1 L6 L11
#[test]
fn it_conforms_over_a_blocking_driver() {
    let make = async || {
        let flash = Flash::<1, 1, 4096>::new(64 * 1024);
        let durable = NorStore::<_, 80>::mount(flash, 0..64 * 1024).expect("flash can be read");
        Tiered::new(LocalRamStore::<64, 600>::new(), durable)
    };
    block_on(Kit::new().records(64).longest_record(600).run(make)).assert();
}

// promise: S1 S2 L6 L11
#[test]
fn it_conforms_over_an_async_driver() {
    let make = async || {
        let flash = Box::leak(Box::new(Flash::<1, 4, 4096>::new(256 * 1024)));
        let durable = AsyncNorStore::<_, 80>::mount(Slow(flash), 0..256 * 1024).await;
        Tiered::new(LocalRamStore::<64, 600>::new(), durable.expect("flash can be read"))
    };
    block_on(Kit::new().records(64).longest_record(600).run(make)).assert();
}

/// A device's sessions, and its one browser.
struct Device<S> {
    store: S,
    sessions: Sessions<sansession::Stored>,
    slot: Slot<[u8; 1024]>,
    now: Timestamp,
}

impl<S: Store> Device<S> {
    fn new(store: S) -> Self {
        let keys = KeyRing::new(Key::new(1, b"32 random bytes, kept in secret.").expect("a key"));
        let sessions = Sessions::stored(Config::new(), &keys).expect("a good configuration");
        Self { store, sessions, slot: Slot::new(), now: NOW }
    }

    fn request(
        &mut self,
        cookie: Option<&str>,
        handler: impl FnOnce(&mut sansession::Active<&mut Slot>),
    ) -> (Verdict, Outcome, Option<String>) {
        let Self { store, sessions, slot, now } = self;
        let begin = sessions.begin(cookie.map(str::as_bytes), *now, slot.erase());
        let mut active = block_on(open(sessions, store, begin)).expect("it opens");
        handler(&mut active);
        let verdict = active.verdict();
        let end = sessions.finish(active, Ending::Answered, *now, &mut SysRng).expect("randomness");
        let reply = block_on(close(sessions, store, &NoPause, end)).reply;
        let cookie = reply.set_cookie(sessions).map(|cookie| cookie.to_string());
        let pair = cookie.and_then(|text| text.split(';').next().map(str::to_owned));
        (verdict, reply.outcome(), pair)
    }
}

// promise: L12
#[test]
fn visitors_never_touch_the_flash() {
    let mut flash = flash();
    let mut device = Device::new(tiered(in_flash::<4>(&mut flash)));
    let mut cookie = None;
    for number in 0..100_000_u32 {
        // A script without cookies, and one visitor who keeps theirs.
        let own = number % 4 == 0;
        let sent = cookie.take_if(|_| own);
        let (_, outcome, issued) = device.request(sent.as_deref(), |active| {
            active.insert("number", &number).expect("room");
        });
        assert!(matches!(outcome, Outcome::Created | Outcome::Updated));
        cookie = if own { issued.or(sent) } else { cookie };
        device.now = device.now.after(core::time::Duration::from_millis(100));
    }
    let (_, durable) = device.store.into_tiers();
    let flash = durable.into_flash();
    assert_eq!((flash.counts.writes, flash.counts.erases), (0, 0));
    // The mount has read the ring; a miss reads nothing.
    let reads = flash.counts.reads;
    assert!(in_flash::<4>(flash).into_flash().counts.reads == 2 * reads);
}

// promise: L2 D2
#[test]
fn a_login_takes_what_the_visitor_had_to_flash() {
    let mut flash = flash();
    let mut device = Device::new(tiered(in_flash::<4>(&mut flash)));
    let (_, _, visitor) = device.request(None, |active| {
        active.insert_str("basket", "three apples").expect("room");
        active.flash_str("notice", "kept").expect("room");
    });
    let (verdict, outcome, user) = device.request(visitor.as_deref(), |active| {
        active.login("ada").expect("room");
        active.reflash().expect("room");
    });
    assert_eq!((verdict, outcome), (Verdict::Resumed, Outcome::Rotated));
    // The old id is dead, although it is not long ago that RAM knew it.
    assert_eq!(device.request(visitor.as_deref(), |_| {}).0, Verdict::Unknown);

    // The power goes, and with it the RAM.
    let (_, durable) = device.store.into_tiers();
    let flash = durable.into_flash();
    assert!(flash.counts.writes > 0);
    let mut device = Device::new(tiered(in_flash::<4>(flash)));
    let (verdict, _, _) = device.request(user.as_deref(), |active| {
        assert_eq!(active.principal(), Some("ada"));
        assert_eq!(active.get("basket"), Ok(Some("three apples")));
        assert_eq!(active.flashed("notice"), Ok(Some("kept")));
    });
    assert_eq!(verdict, Verdict::Resumed);
    let (_, outcome, _) = device.request(user.as_deref(), |active| {
        active.invalidate();
    });
    assert_eq!(outcome, Outcome::Destroyed);
    let (ram, durable) = device.store.into_tiers();
    assert_eq!(block_on(ram.sweep(Timestamp::MAX, 10)), Ok(0));
    assert_eq!(block_on(durable.sweep(Timestamp::MAX, 10)), Ok(0));
}

/// Revisions go on counting, so whoever read the record before it moved is told that it is another.
// promise: L6
#[test]
fn a_move_is_a_compare_and_swap() {
    let mut flash = flash();
    let store = tiered(in_flash::<4>(&mut flash));
    assert_eq!(create(&store, 1, VISITOR), Created::Stored);
    assert_eq!(update(&store, 1, 1, VISITOR), Updated::Stored);
    assert_eq!(update(&store, 1, 1, USER), Updated::Conflict);
    assert_eq!(update(&store, 9, 1, USER), Updated::Missing);
    assert_eq!(found(&store, 1), Some((b"a visitor's".to_vec(), 2)));
    assert_eq!(update(&store, 1, 2, USER), Updated::Stored);
    assert_eq!(found(&store, 1), Some((b"a user's".to_vec(), 3)));
    for stale in [1, 2, 4] {
        assert_eq!(update(&store, 1, stale, VISITOR), Updated::Conflict);
    }
    // Nothing is made twice, in whichever tier it is.
    assert_eq!(create(&store, 2, VISITOR), Created::Stored);
    for (number, write) in [(1, VISITOR), (1, USER), (2, VISITOR), (2, USER)] {
        assert_eq!(create(&store, number, write), Created::Conflict);
    }
    let (ram, durable) = store.into_tiers();
    assert_eq!((found(&ram, 1), found(&ram, 2).is_some()), (None, true));
    assert_eq!((found(&durable, 1).is_some(), found(&durable, 2)), (true, None));
}

// promise: L12 L15
#[test]
fn a_login_that_has_no_room_leaves_the_visitor_as_they_were() {
    let mut flash = flash();
    let store = tiered(in_flash::<2>(&mut flash));
    for number in [11, 12] {
        assert_eq!(create(&store, number, USER), Created::Stored);
    }
    assert_eq!(create(&store, 1, VISITOR), Created::Stored);
    assert_eq!(update(&store, 1, 1, USER), Updated::Full);
    assert_eq!(found(&store, 1), Some((b"a visitor's".to_vec(), 1)));
    assert!(block_on(store.destroy(&key(11))).expect("it works"));
    assert_eq!(update(&store, 1, 1, USER), Updated::Stored);
}

// promise: L15
#[test]
fn which_tier_failed_is_told() {
    let mut flash = flash();
    let store = Tiered::new(LocalRamStore::<3, 512>::new(), in_flash::<4>(&mut flash));
    let long = [7; 600];
    let refused = block_on(store.create(&key(1), Write::new(&long, NOW, Timestamp::MAX)));
    let too_long = RamError::RecordTooLong { len: 600, room: 512 };
    assert_eq!(refused, Err(TieredError::Volatile(too_long)));
    let error = refused.expect_err("it is too long");
    assert_eq!(error.to_string(), "the sessions in RAM failed");
    let cause = core::error::Error::source(&error).expect("a cause").to_string();
    assert_eq!((error.kind(), cause), (too_long.kind(), too_long.to_string()));
    drop(store);
    assert_eq!(create(&tiered(in_flash::<4>(&mut flash)), 1, VISITOR), Created::Stored);
    let mut dead = flash.clone();
    let store = tiered(in_flash::<4>(&mut dead));
    let (ram, durable) = store.into_tiers();
    let dead = durable.into_flash();
    dead.fuse = Some(0);
    let store =
        Tiered::new(ram, NorStore::<_, 4>::mount_ring(dead, ring()).expect("reading works"));
    let refused = block_on(store.create(&key(2), USER)).expect_err("there is no power");
    assert!(matches!(refused, TieredError::Durable(_)));
    assert_eq!(refused.to_string(), "the sessions in flash failed");
}

/// After the cut there is the user's session or none, and never the visitor's.
// promise: D2 S2
#[test]
fn a_cut_anywhere_in_a_move_leaves_the_user_or_nobody() {
    let mut whole = flash();
    let store = tiered(in_flash::<4>(&mut whole));
    for number in 10..13 {
        assert_eq!(create(&store, number, USER), Created::Stored);
    }
    drop(store);
    let (mut moved, mut lost) = (0, 0);
    for point in 0.. {
        for torn in TORN {
            let mut cut = whole.clone();
            (cut.torn, cut.random.0) = (torn, point);
            let store = tiered(in_flash::<4>(&mut cut));
            assert_eq!(create(&store, 1, VISITOR), Created::Stored);
            let (ram, durable) = store.into_tiers();
            let flash = durable.into_flash();
            flash.fuse = Some(point);
            let store = Tiered::new(ram, in_flash::<4>(flash));
            let answer = block_on(store.update(&key(1), Revision::FIRST, USER));
            if answer.is_err() {
                // As long as there is power, nothing has changed.
                let (ram, _) = store.into_tiers();
                assert_eq!(found(&ram, 1), Some((b"a visitor's".to_vec(), 1)));
            } else {
                drop(store);
            }
            cut.revive();
            let after = in_flash::<4>(&mut cut);
            match found(&after, 1) {
                Some(user) => {
                    assert_eq!(user, (b"a user's".to_vec(), 2));
                    moved += 1;
                }
                None => {
                    assert!(answer.is_err(), "acknowledged, and lost at {point}, {torn:?}");
                    lost += 1;
                }
            }
            assert!((10..13).all(|number| found(&after, number).is_some()), "{point}, {torn:?}");
        }
        if whole_move_takes(&whole) == point {
            break;
        }
    }
    assert!(moved > 5 && lost > 20, "{moved} {lost}");
}

/// Words that a move writes.
fn whole_move_takes(flash: &Flash<1, 4, 1024>) -> u64 {
    let mut flash = flash.clone();
    flash.fuse = Some(u64::MAX);
    let store = tiered(in_flash::<4>(&mut flash));
    assert_eq!(create(&store, 1, VISITOR), Created::Stored);
    assert_eq!(update(&store, 1, 1, USER), Updated::Stored);
    drop(store);
    u64::MAX - flash.fuse.expect("it did not blow")
}

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

async fn slow(
    flash: &mut Flash<1, 4, 1024>,
) -> Tiered<LocalRamStore<3, 512>, AsyncNorStore<Slow<'_, 1, 4, 1024>, 4>> {
    tiered(AsyncNorStore::mount_ring(Slow(flash), ring()).await.expect("it can be mounted"))
}

/// And a logout after it ends both.
// promise: S2 L4
#[test]
fn a_move_that_is_dropped_at_any_await_leaves_one_session() {
    for polls in 0.. {
        let mut flash = flash();
        let store = block_on(slow(&mut flash));
        assert_eq!(create(&store, 1, VISITOR), Created::Stored);
        let ended = drop_after(store.update(&key(1), Revision::FIRST, USER), polls);
        let held = found(&store, 1).expect("a session");
        let moved = (b"a user's".to_vec(), 2);
        assert!(held == moved || ended.is_none() && held == (b"a visitor's".to_vec(), 1));
        let (ram, durable) = store.into_tiers();
        assert_ne!(found(&ram, 1).is_some(), found(&durable, 1).is_some(), "after {polls} polls");
        let store = Tiered::new(ram, durable);
        assert!(block_on(store.destroy(&key(1))).expect("it works"));
        let (ram, durable) = store.into_tiers();
        assert_eq!((found(&ram, 1), found(&durable, 1)), (None, None), "after {polls} polls");
        if ended.is_some() {
            assert!(polls > 3, "it waited");
            return;
        }
    }
}

/// What is written to RAM while a session moves is not acknowledged and then left behind.
// promise: L6
#[test]
fn a_write_during_a_move_is_told_of_it() {
    let mut flash = flash();
    let store = block_on(slow(&mut flash));
    // Another call has the flash at first, so that both wait for it.
    for busy in [false, true] {
        let number = u64::from(busy) + 1;
        assert_eq!(create(&store, number, VISITOR), Created::Stored);
        let (moved, written, _) = block_on(async {
            futures_util::future::join3(
                store.update(&key(number), Revision::FIRST, USER),
                store.update(&key(number), Revision::FIRST, VISITOR),
                async { if busy { store.create(&key(30), USER).await } else { Ok(Created::Full) } },
            )
            .await
        });
        assert_eq!((moved, written), (Ok(Updated::Stored), Ok(Updated::Conflict)));
        assert_eq!(found(&store, number), Some((b"a user's".to_vec(), 2)));
    }
}
