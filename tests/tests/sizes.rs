//! The sizes that hosts and devices build on.

use sansession::{Active, Begin, Closing, End, Loading, Reply, Slot};

fn assert_portable<T: Send + 'static>() {}

fn size<T>() -> usize {
    size_of::<T>()
}

// promise: D1
#[test]
fn states_are_two_or_three_words() {
    let borrowed = [
        size::<Begin<&mut Slot>>(),
        size::<Loading<&mut Slot>>(),
        size::<Active<&mut Slot>>(),
        size::<End<&mut Slot>>(),
        size::<Closing<&mut Slot>>(),
        size::<Reply<&mut Slot>>(),
    ];
    let owned = [
        size::<Begin<Box<Slot>>>(),
        size::<Loading<Box<Slot>>>(),
        size::<Active<Box<Slot>>>(),
        size::<End<Box<Slot>>>(),
        size::<Closing<Box<Slot>>>(),
        size::<Reply<Box<Slot>>>(),
    ];
    assert_eq!(borrowed, owned);
    let words = borrowed.map(|bytes| bytes / size::<usize>());
    assert!(words.iter().all(|words| (2..=4).contains(words)), "{words:?}");
    let states = [words[1], words[2], words[4]];
    assert_eq!(states, [2, 2, 2]);
    if size::<usize>() == 8 {
        assert!(borrowed[1..=2].iter().all(|bytes| (16..=24).contains(bytes)), "{borrowed:?}");
    }
}

// promise: D1
#[test]
fn a_slot_costs_its_bytes_and_a_fixed_rest() {
    let rest = size::<Slot<[u8; 512]>>() - 512;
    assert_eq!(size::<Slot<[u8; 4096]>>() - 4096, rest);
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
