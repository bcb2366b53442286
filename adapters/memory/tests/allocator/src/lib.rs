//! An allocator for tests: counts the bytes in use, and looks for a secret in memory that is freed.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What no freed block may contain. Tests build it at run time, piece by piece, so that no other copy of it is made.
pub const SECRET: [u8; 8] = *b"\xf1\x5e\xc2\xe7\x00\xff\x5e\xc2";

static BYTES: AtomicUsize = AtomicUsize::new(0);
static CHUNKS: AtomicUsize = AtomicUsize::new(0);
static LEAKS: AtomicUsize = AtomicUsize::new(0);
static WANTED: AtomicU64 = AtomicU64::new(u64::from_ne_bytes(SECRET));

/// Looks for these bytes in place of [`SECRET`] from now on, in what is freed.
pub fn look_for(secret: [u8; 8]) {
    WANTED.store(u64::from_ne_bytes(secret), Ordering::SeqCst);
}

/// Bytes that were asked for and are in use.
pub fn bytes() -> usize {
    BYTES.load(Ordering::SeqCst)
}

/// Bytes that glibc's allocator takes for them: 8 more for each block, rounded up to 16.
pub fn chunks() -> usize {
    CHUNKS.load(Ordering::SeqCst)
}

/// Blocks that were freed with the secret in them.
pub fn leaks() -> usize {
    LEAKS.load(Ordering::SeqCst)
}

/// The system's allocator under observation.
pub struct Observed;

unsafe impl GlobalAlloc for Observed {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Ordering::SeqCst);
        CHUNKS.fetch_add(chunk(layout), Ordering::SeqCst);
        // Zeroed, so that every byte may be looked at when the block is freed.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Ordering::SeqCst);
        CHUNKS.fetch_sub(chunk(layout), Ordering::SeqCst);
        // Volatile, so that a write just before is not left out because nobody else will read it.
        let byte = |at: usize| unsafe { place.add(at).read_volatile() };
        let wanted = WANTED.load(Ordering::SeqCst).to_ne_bytes();
        let starts = 0..(layout.size() + 1).saturating_sub(wanted.len());
        if starts
            .into_iter()
            .any(|start| (0..wanted.len()).all(|at| byte(start + at) == wanted[at]))
        {
            LEAKS.fetch_add(1, Ordering::SeqCst);
        }
        unsafe { System.dealloc(place, layout) }
    }
}

fn chunk(layout: Layout) -> usize {
    (layout.size() + 8).next_multiple_of(16).max(32)
}
