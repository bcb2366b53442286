//! What ends the firmware, with an exit code that says why. A product would restart.

#![expect(unsafe_code, reason = "handlers of exceptions are unsafe to define")]

use core::panic::PanicInfo;

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
use cortex_m_rt::{ExceptionFrame, exception};

use crate::board::emac;
use crate::board::semihosting::exit;

/// Exit code of a panic.
const PANIC: u32 = 101;
/// Exit code of a fault of the processor.
const FAULT: u32 = 102;
/// Exit code of an interrupt that nobody asked for.
const INTERRUPT: u32 = 103;

/// The one interrupt that is used.
#[derive(Clone, Copy)]
struct Ethernet;

// SAFETY: the number is one that the processor has, and always the same.
unsafe impl InterruptNumber for Ethernet {
    fn number(self) -> u16 {
        emac::INTERRUPT.unsigned_abs()
    }
}

/// Lets the controller's interrupts in.
pub(crate) fn listen() {
    // SAFETY: no section is open that keeps it out, and its handler shares nothing but an atomic.
    unsafe { NVIC::unmask(Ethernet) };
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    exit(PANIC)
}

// SAFETY: it does not return, and reads the frame only.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    crate::log!("fault at {:x}", frame.pc());
    exit(FAULT)
}

// SAFETY: it calls the one handler of an interrupt that is switched on, or does not return.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    if number == emac::INTERRUPT {
        emac::interrupted();
    } else {
        crate::log!("interrupt {number}");
        exit(INTERRUPT)
    }
}
