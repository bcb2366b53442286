//! Sleep while there is nothing to do.

#![expect(unsafe_code, reason = "switches interrupts on")]

use core::pin::pin;
use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{Context, Poll, Waker};

/// Whether an interrupt came since the last sleep.
static WOKEN: AtomicBool = AtomicBool::new(false);

/// Ends the sleep; what interrupts call.
pub(crate) fn wake() {
    WOKEN.store(true, Ordering::Release);
}

/// Sleeps until an interrupt calls [`wake`], or has done so since the last sleep.
pub(crate) fn sleep() {
    // With interrupts off, none can come between the look and the sleep; one that is pending ends the sleep.
    cortex_m::interrupt::disable();
    if !WOKEN.load(Ordering::Acquire) {
        cortex_m::asm::wfi();
    }
    WOKEN.store(false, Ordering::Release);
    // SAFETY: it ends the section that began above; no other is open here.
    unsafe { cortex_m::interrupt::enable() };
}

/// Runs a future to its end. Those of a store in RAM never wait.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
        sleep();
    }
}
