//! The sizes that hosts and devices build on.

use sansession::{Active, Begin, Closing, End, Loading, Reply, Slot};

fn assert_portable<T: Send + 'static>() {}

/// Sizes in words of a pointer.
fn words<T>() -> usize {
    assert_eq!(size_of::<T>() % size_of::<usize>(), 0);
    size_of::<T>() / size_of::<usize>()
}

// promise: D1
#[test]
fn states_are_two_or_three_words() {
    let states = [
        words::<Loading<&mut Slot>>(),
        words::<Active<&mut Slot>>(),
        words::<Closing<&mut Slot>>(),
        words::<Loading<Box<Slot>>>(),
        words::<Active<Box<Slot>>>(),
        words::<Closing<Box<Slot>>>(),
    ];
    assert!(states.iter().all(|words| (2..=3).contains(words)), "{states:?}");
}

// promise: D1
#[test]
fn what_the_driver_passes_around_is_at_most_four_words() {
    let carriers =
        [words::<Begin<Box<Slot>>>(), words::<End<Box<Slot>>>(), words::<Reply<Box<Slot>>>()];
    assert!(carriers.iter().all(|words| *words <= 4), "{carriers:?}");
}

// promise: D1
#[test]
fn a_slot_costs_its_bytes_and_a_fixed_rest() {
    let rest = size_of::<Slot<[u8; 512]>>() - 512;
    assert_eq!(size_of::<Slot<[u8; 4096]>>() - 4096, rest);
    assert!(rest <= 640, "{rest} bytes besides the record and the changes");
}

// promise: D1
#[test]
fn states_over_a_box_move_between_threads_and_borrow_nothing() {
    assert_portable::<Begin<Box<Slot>>>();
    assert_portable::<Loading<Box<Slot>>>();
    assert_portable::<Active<Box<Slot>>>();
    assert_portable::<End<Box<Slot>>>();
    assert_portable::<Closing<Box<Slot>>>();
    assert_portable::<Reply<Box<Slot>>>();
}
