//! An allocator for benchmarks: counts what the current thread allocates, in a few instructions.
//!
//! Whoever allocates more would otherwise pay more for being watched.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static USE: Cell<Use> = const { Cell::new(Use { allocations: 0, bytes: 0, chunks: 0 }) };
}

/// What a thread has taken from the allocator.
#[derive(Clone, Copy)]
pub struct Use {
    /// Blocks that were asked for, those that were asked to grow or shrink included.
    pub allocations: u64,
    /// Bytes that were asked for and not given back.
    pub bytes: usize,
    /// Bytes that glibc's allocator takes for them: 8 more for each block, rounded up to 16, at least 32.
    pub chunks: usize,
}

/// What this thread has taken so far. What was given back by another thread is not seen.
pub fn so_far() -> Use {
    USE.get()
}

/// The system's allocator, counted.
pub struct Counted;

unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(1, layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        took(1, layout.size(), 0);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        took(0, 0, layout.size());
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        took(1, size, layout.size());
        unsafe { System.realloc(place, layout, size) }
    }
}

#[inline]
fn took(allocations: u64, taken: usize, given: usize) {
    let before = USE.get();
    USE.set(Use {
        allocations: before.allocations + allocations,
        bytes: before.bytes.wrapping_add(taken).wrapping_sub(given),
        chunks: before.chunks.wrapping_add(chunk(taken)).wrapping_sub(chunk(given)),
    });
}

/// Nothing takes nothing; no block of zero bytes is ever asked for.
#[inline]
fn chunk(size: usize) -> usize {
    if size == 0 { 0 } else { (size + 8).next_multiple_of(16).max(32) }
}
