//! Time: `embassy-time` over `SysTick`, a thousand ticks in a second.

use core::cell::RefCell;
use core::task::Waker;

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use critical_section::Mutex;
use embassy_time_driver::Driver;
use embassy_time_queue_utils::Queue;
use embedded_hal::delay::DelayNs;

/// Clock cycles in a second.
const CLOCK: u32 = 142_000_000;

struct Ticks(Mutex<RefCell<State>>);

struct State {
    now: u64,
    next: u64,
    queue: Queue,
}

embassy_time_driver::time_driver_impl!(static TICKS: Ticks = Ticks(Mutex::new(RefCell::new(State {
    now: 0,
    next: u64::MAX,
    queue: Queue::new(),
}))));

impl Driver for Ticks {
    fn now(&self) -> u64 {
        critical_section::with(|section| self.0.borrow(section).borrow().now)
    }

    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|section| {
            let mut state = self.0.borrow(section).borrow_mut();
            if state.queue.schedule_wake(at, waker) {
                let now = state.now;
                state.next = state.queue.next_expiration(now);
            }
        });
    }
}

#[cortex_m_rt::exception]
fn SysTick() {
    critical_section::with(|section| {
        let mut state = TICKS.0.borrow(section).borrow_mut();
        state.now += 1;
        if state.now >= state.next {
            let now = state.now;
            state.next = state.queue.next_expiration(now);
        }
    });
}

/// Starts the ticks.
pub(crate) fn start(timer: &mut SYST) {
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(CLOCK / 1000 - 1);
    timer.clear_current();
    timer.enable_counter();
    timer.enable_interrupt();
}

/// Waits by counting cycles, as it is also called before interrupts are on.
pub(crate) struct Cycles;

impl DelayNs for Cycles {
    fn delay_ns(&mut self, nanos: u32) {
        let cycles = u64::from(nanos) * u64::from(CLOCK) / 1_000_000_000 + 1;
        // Four seconds are fewer than 2^32 cycles.
        cortex_m::asm::delay(u32::try_from(cycles).unwrap_or(u32::MAX));
    }
}
