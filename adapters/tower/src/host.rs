//! The host: what the machine does not have. Somebody who keeps the sessions, a clock, and memory.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header};
use sansession::{Active, Ending, Slot, Timestamp};

use crate::handle::Lazy;
use crate::keeper::{Finished, Keeper, Work};
use crate::lease::Lease;
use crate::pool::Pool;
use crate::refused::Refused;
use crate::settled::Style;

#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) keeper: Arc<dyn Keeper>,
    pub(crate) clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub(crate) slots: fn() -> Box<Slot>,
    pub(crate) style: Style,
    pub(crate) pool: Arc<Pool>,
}

impl Host {
    pub(crate) fn new(keeper: impl Keeper + 'static, slots: fn() -> Box<Slot>) -> Self {
        Self {
            keeper: Arc::new(keeper),
            clock: Arc::new(unix_time),
            slots,
            style: Style::default(),
            pool: Arc::default(),
        }
    }

    /// A lazy session for a request with these headers, and the layer's hold on it.
    pub(crate) fn lease(self: &Arc<Self>, headers: &HeaderMap) -> (Lazy, Lease) {
        let mut handle = self.pool.take();
        if let Some(handle) = Arc::get_mut(&mut handle) {
            let host = Arc::clone(self);
            handle.prepare(host, headers.get_all(header::COOKIE).iter().cloned());
        }
        (Lazy(Arc::clone(&handle)), Lease::new(Arc::clone(self), handle))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Closes an exchange.
    pub(crate) fn close(
        &self,
        active: Active<Box<Slot>>,
        ending: Ending,
    ) -> Result<Work<'static, Finished>, Refused> {
        Arc::clone(&self.keeper).close(active, ending, self.now())
    }
}

fn unix_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::ZERO.after(since)
}
