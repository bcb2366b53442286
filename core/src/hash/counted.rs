//! Counts compressions, so that unit tests can hold the code to its budget.

extern crate std;

use core::cell::Cell;

std::thread_local! {
    static COMPRESSIONS: Cell<usize> = const { Cell::new(0) };
}

/// Runs `work` and tells how many SHA-256 compressions it took.
pub(crate) fn compressions<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = COMPRESSIONS.get();
    let result = work();
    (result, COMPRESSIONS.get().saturating_sub(before))
}

pub(super) fn count(blocks: usize) {
    COMPRESSIONS.set(COMPRESSIONS.get().saturating_add(blocks));
}
