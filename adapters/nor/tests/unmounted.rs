//! A store that is opened where it stays.

mod common;

use common::Flash;
use common::model::{NOW, key};
use common::slow::Slow;
use pollster::block_on;
use sansession::{Freshness, Timestamp, Write};
use sansession_nor::{AsyncNorStore, Geometry, NorError, NorStore, Sizes, Tiered};
use sansession_ram::LocalRamStore;
use sansession_store::{Created, Loaded, Store};

const SIZES: Sizes = Sizes { read: 1, write: 4, erase: 1024 };

/// The first half of the flash, and the second.
fn rings() -> [Geometry; 2] {
    [0, 4096].map(|start| Geometry::new(start, 4, 1024, SIZES).expect("four pages are a ring"))
}

fn flash() -> Flash<1, 4, 1024> {
    Flash::new(8 * 1024)
}

fn create<S: Store>(store: &S, number: u64) {
    let write = Write::new(b"record", NOW, Timestamp::MAX).bound_to("ada");
    let created = block_on(store.create(&key(number), write));
    assert_eq!(created.expect("flash works"), Created::Stored);
}

fn holds<S: Store>(store: &S, number: u64) -> bool {
    let loaded = block_on(store.load(&key(number), &mut [0; 64], Freshness::Latest));
    matches!(loaded.expect("flash works"), Loaded::Found { .. })
}

// promise: S2 D2
#[test]
fn it_is_what_was_on_flash_and_nothing_of_an_earlier_mount() {
    let [one, other] = rings();
    let mut place = NorStore::<_, 6>::unmounted(flash());
    create(place.mount(one).expect("it is blank"), 1);
    let store = place.mount(other).expect("it is blank");
    assert!(!holds(store, 1));
    create(store, 2);
    let store = place.mount(one).expect("it was mounted before");
    assert!(holds(store, 1) && !holds(store, 2));
}

// promise: S2 D2
#[test]
fn a_mount_that_failed_changes_nothing_and_can_be_tried_again() {
    let [one, _] = rings();
    let mut flash = flash();
    create(&NorStore::<_, 6>::mount_ring(&mut flash, one).expect("it is blank"), 1);
    let before = flash.bytes.clone();
    let mut place = NorStore::<_, 6>::unmounted(flash);
    let shorter = Geometry::new(0, 3, 1024, SIZES).expect("three pages are a ring");
    assert_eq!(place.mount(shorter).expect_err("there is a page less"), NorError::Geometry);
    assert_eq!(place.flash().bytes, before);
    assert!(holds(place.mount(one).expect("it is as it was"), 1));
}

// promise: S2 D2
#[test]
fn two_tiers_are_opened_in_their_place() {
    let [one, other] = rings();
    let ram = LocalRamStore::<2, 64>::new();
    let mut place = Tiered::<_, NorStore<_, 6>>::unmounted(ram, flash());
    create(place.mount(one).expect("it is blank"), 1);
    assert!(!holds(place.mount(other).expect("it is blank"), 1));
    assert!(holds(place.mount(one).expect("it was mounted before"), 1));
    assert_ne!(place.flash().bytes, flash().bytes);
}

// promise: S2 D2
#[test]
fn so_is_all_of_it_over_an_async_driver() {
    let [one, other] = rings();
    let (mut first, mut second) = (flash(), flash());
    let mut place = AsyncNorStore::<_, 6>::unmounted(Slow(&mut first));
    create(block_on(place.mount(one)).expect("it is blank"), 1);
    assert!(!holds(block_on(place.mount(other)).expect("it is blank"), 1));
    assert!(holds(block_on(place.mount(one)).expect("it was mounted before"), 1));

    let ram = LocalRamStore::<2, 64>::new();
    let mut place = Tiered::<_, AsyncNorStore<_, 6>>::unmounted(ram, Slow(&mut second));
    create(block_on(place.mount(one)).expect("it is blank"), 1);
    assert!(!holds(block_on(place.mount(other)).expect("it is blank"), 1));
    assert!(holds(block_on(place.mount(one)).expect("it was mounted before"), 1));
    assert_eq!(format!("{place:?}"), "Unmounted { .. }");
}
