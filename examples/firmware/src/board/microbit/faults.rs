//! Interrupts, and what ends the firmware, with an exit code that says why. A product would restart.

#![expect(unsafe_code, reason = "handlers of exceptions are unsafe to define")]

use core::panic::PanicInfo;

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
use cortex_m_rt::{ExceptionFrame, exception};

use crate::board::microbit::{clock, line};
use crate::board::semihosting::exit;

/// Exit code of a panic.
const PANIC: u32 = 101;
/// Exit code of a fault of the processor.
const FAULT: u32 = 102;
/// Exit code of an interrupt that nobody asked for.
const INTERRUPT: u32 = 103;

#[derive(Clone, Copy)]
struct Numbered(i16);

// SAFETY: the numbers are those of this chip, and always the same.
unsafe impl InterruptNumber for Numbered {
    fn number(self) -> u16 {
        self.0.unsigned_abs()
    }
}

/// Lets the interrupts in that are used.
pub(crate) fn listen() {
    for number in [clock::INTERRUPT, line::INTERRUPT] {
        // SAFETY: no section is open that keeps it out, and its handler shares nothing but what a section guards.
        unsafe { NVIC::unmask(Numbered(number)) };
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crate::log!("{info}");
    exit(PANIC)
}

// SAFETY: it does not return, and reads the frame only.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    crate::log!("fault: {frame:?}");
    exit(FAULT)
}

// SAFETY: it calls the handlers of the interrupts that are switched on, or does not return.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    match number {
        clock::INTERRUPT => clock::ticked(),
        line::INTERRUPT => line::interrupted(),
        _ => {
            crate::log!("interrupt {number}");
            exit(INTERRUPT)
        }
    }
}
