//! The layer's hold on a handle. However the request ends, the handle is closed and goes back to the pool.

use std::sync::Arc;

use sansession::Slot;

use crate::handle::{Handle, Shut};
use crate::host::Host;

pub(crate) struct Lease {
    pub(crate) host: Arc<Host>,
    /// Taken by the drop.
    handle: Option<Arc<Handle>>,
    slot: Option<Box<Slot>>,
}

impl Lease {
    pub(crate) fn new(host: Arc<Host>, handle: Arc<Handle>) -> Self {
        Self { host, handle: Some(handle), slot: None }
    }

    /// Takes the exchange out of the handle, which is closed from here on.
    pub(crate) fn shut(&mut self) -> Shut {
        match self.handle.as_ref().map(|handle| handle.shut()) {
            Some(Shut::Unopened(slot)) => {
                self.slot = self.slot.take().or(slot);
                Shut::Unopened(None)
            }
            Some(shut) => shut,
            None => Shut::Unopened(None),
        }
    }

    /// Keeps the slot of a finished exchange.
    pub(crate) fn keep(&mut self, slot: Box<Slot>) {
        self.slot = Some(slot);
    }
}

/// Also for a request that was dropped before the handler was done: it changes nothing (promise L16).
impl Drop for Lease {
    fn drop(&mut self) {
        let _ = self.shut();
        if let Some(handle) = self.handle.take() {
            self.host.pool.give(handle, self.slot.take());
        }
    }
}
