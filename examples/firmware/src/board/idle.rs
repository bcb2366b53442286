//! The executor, and sleep while there is nothing to do.
//!
//! The stock executor for this processor sleeps with `wfe`, which an emulator does not: it spins. So here is a loop over
//! the raw one that sleeps with `wfi`.

#![expect(unsafe_code, reason = "the raw executor's contract")]

use core::sync::atomic::{AtomicBool, Ordering};

use embassy_executor::{Spawner, raw::Executor};
use static_cell::StaticCell;

use crate::board::stack::{self, Gauge};

/// Whether a task was woken since the last look.
static WOKEN: AtomicBool = AtomicBool::new(false);

/// What the executor calls when there is something to do, also from interrupts.
// SAFETY: the name and signature are those that `embassy-executor` asks for, and there is one.
#[unsafe(export_name = "__pender")]
fn pender(_: *mut ()) {
    WOKEN.store(true, Ordering::Release);
}

/// Runs tasks for ever; `start` spawns the first ones.
pub(crate) fn run(start: impl FnOnce(Spawner)) -> ! {
    static EXECUTOR: StaticCell<Executor> = StaticCell::new();
    stack::paint();
    let executor: &'static Executor = EXECUTOR.init(Executor::new(core::ptr::null_mut()));
    start(executor.spawner());
    let mut gauge = Gauge::new();
    loop {
        gauge.look();
        // SAFETY: it was initialised, is polled here only, and never from within itself.
        unsafe { executor.poll() };
        // With interrupts off, none can come between the look and the sleep; one that is pending ends the sleep.
        cortex_m::interrupt::disable();
        if !WOKEN.swap(false, Ordering::AcqRel) {
            cortex_m::asm::wfi();
        }
        // SAFETY: it ends the section that began above; no other is open here.
        unsafe { cortex_m::interrupt::enable() };
    }
}
