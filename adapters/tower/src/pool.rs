//! Handles with their slots, kept for the next request.

use std::sync::{Arc, Mutex, PoisonError};

use sansession::Slot;

use crate::handle::Handle;

/// Handles kept; what more requests at a time need is made and freed.
const KEPT: usize = 64;

#[derive(Default)]
pub(crate) struct Pool(Mutex<Vec<Arc<Handle>>>);

impl Pool {
    /// A handle that nobody else has. The last one given back comes first: its slot is still in the processor's cache.
    pub(crate) fn take(&self) -> Arc<Handle> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Keeps a handle, unless the application still has a clone of it: that one is left to it, closed.
    pub(crate) fn give(&self, mut handle: Arc<Handle>, slot: Option<Box<Slot>>) {
        let Some(alone) = Arc::get_mut(&mut handle) else { return };
        alone.reset(slot);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(handle);
        }
    }
}
