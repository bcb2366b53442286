//! What is kept: heap of a session in a store, and what the machine takes of a caller's memory.

use sansession::{Active, Sessions, Slot, Stored};
use sansession_bench_allocator::so_far;

use crate::table::{Memory, number};
use crate::{ours, peers};

/// Sessions of which the heap is measured.
const SESSIONS: usize = 100_000;

/// The table of it.
pub(crate) fn memory() -> Memory {
    let mut table = Memory::default();
    let mut site = ours::stored::Site::new(SESSIONS);
    let (asked, taken) = per_session(|| drop(site.begin(1)));
    let mut site = peers::tower_sessions::Site::new();
    let (their_asked, their_taken) = per_session(|| drop(site.begin(1)));
    let what = format!("a session of 1 key, one of {}", number(SESSIONS as u64));
    table.add(&what, asked, Some(their_asked));
    table.add("the same, with what the allocator takes", taken, Some(their_taken));
    let state = size_of::<Slot<[u8; 512]>>() - 512;
    table.add("a slot, besides its N bytes", state, None);
    table.add("an exchange over a borrowed slot", size_of::<Active<&mut Slot>>(), None);
    table.add("`Sessions`, with up to four keys", size_of::<Sessions<Stored>>(), None);
    table
}

/// Bytes of heap: asked for, and taken by the allocator for them.
fn per_session(mut begin: impl FnMut()) -> (usize, usize) {
    let before = so_far();
    for _ in 0..SESSIONS {
        begin();
    }
    let after = so_far();
    let each = |before: usize, after: usize| (after - before).div_ceil(SESSIONS);
    (each(before.bytes, after.bytes), each(before.chunks, after.chunks))
}
