//! Uptime, from TIMER0. The processor of this chip has no `SysTick`.

#![expect(unsafe_code, reason = "names registers")]

use core::cell::Cell;
use core::time::Duration;

use critical_section::Mutex;

use crate::board::microbit::sleep;
use crate::board::register::Register;

/// Number of the interrupt.
pub(crate) const INTERRUPT: i16 = 8;

// SAFETY: the registers of TIMER0; nothing else uses them, and none reaches memory.
const START: Register = unsafe { Register::at(0x4000_8000) };
// SAFETY: as above.
const CLEAR: Register = unsafe { Register::at(0x4000_800c) };
// SAFETY: as above.
const COMPARED: Register = unsafe { Register::at(0x4000_8140) };
// SAFETY: as above.
const SHORTCUTS: Register = unsafe { Register::at(0x4000_8200) };
// SAFETY: as above.
const INTERRUPT_ON: Register = unsafe { Register::at(0x4000_8304) };
// SAFETY: as above.
const BIT_MODE: Register = unsafe { Register::at(0x4000_8508) };
// SAFETY: as above.
const PRESCALER: Register = unsafe { Register::at(0x4000_8510) };
// SAFETY: as above.
const COMPARE: Register = unsafe { Register::at(0x4000_8540) };

/// Milliseconds of a tick.
const TICK: u32 = 10;
/// Of the prescaler: a sixteenth of 16 MHz.
const MICROSECONDS: u32 = 4;
/// Of the bit mode.
const WIDTH_32: u32 = 3;
/// Of the shortcuts: the counter starts over when it is equal.
const COMPARE_CLEARS: u32 = 1;
/// Of the interrupts.
const ON_COMPARE: u32 = 1 << 16;

static TICKS: Mutex<Cell<u64>> = Mutex::new(Cell::new(0));

/// Starts the ticks.
pub(crate) fn start() {
    BIT_MODE.write(WIDTH_32);
    PRESCALER.write(MICROSECONDS);
    COMPARE.write(TICK * 1000);
    SHORTCUTS.write(COMPARE_CLEARS);
    INTERRUPT_ON.write(ON_COMPARE);
    CLEAR.write(1);
    START.write(1);
}

/// A tick; what the interrupt calls.
pub(crate) fn ticked() {
    COMPARED.write(0);
    critical_section::with(|section| {
        let ticks = TICKS.borrow(section);
        ticks.set(ticks.get() + 1);
    });
    sleep::wake();
}

/// Time since the start, in ticks of 10 ms.
pub(crate) fn uptime() -> Duration {
    let ticks = critical_section::with(|section| TICKS.borrow(section).get());
    Duration::from_millis(ticks * u64::from(TICK))
}

/// Sleeps for so long.
pub(crate) fn wait(span: Duration) {
    let end = uptime() + span;
    while uptime() < end {
        sleep::sleep();
    }
}
