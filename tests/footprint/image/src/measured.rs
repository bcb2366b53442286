//! Measures one exchange on the emulator: the stack that it takes, and between which marks its instructions are.
//!
//! The emulator counts instructions by the names of the functions that it enters; see the plugin beside this.

use cortex_m_semihosting::{debug, hprintln};
use sansession::Outcome;

use crate::handler::{LOGIN, WORK};

/// What unused stack is filled with.
const PAINT: u32 = 0x5eed_ba5e;

/// From here on instructions count. It differs from the other mark, lest the two become one function.
#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn footprint_begins() {
    cortex_m::asm::nop();
    cortex_m::asm::nop();
}

/// Up to here.
#[inline(never)]
#[unsafe(no_mangle)]
extern "C" fn footprint_ends() {
    cortex_m::asm::nop();
}

unsafe extern "C" {
    /// Where variables end, and the stack may grow down to.
    static mut __ebss: u32;
}

/// Logs a visitor in, and measures the next exchange: read one value, write another.
macro_rules! measure {
    ($name:literal, $site:expr) => {
        let mut site = $site;
        let login = site.visit(LOGIN, || {});
        // Once to see that it works, once for its instructions, once for its stack.
        let work = site.visit(WORK, || {});
        footprint_begins();
        let counted = site.visit(WORK, || footprint_ends());
        let (painted, stack) = stack_of(|| site.visit(WORK, || {}));
        let updated = Some(Outcome::Updated);
        if login != Some(Outcome::Created) || [work, counted, painted] != [updated; 3] {
            hprintln!("{}: {:?} {:?} {:?} {:?}", $name, login, work, counted, painted);
            debug::exit(debug::EXIT_FAILURE);
        }
        let (sessions, slot) = site.memory();
        hprintln!("{} stack {} sessions {} slot {}", $name, stack, sessions, slot);
    };
}

/// Measures each transport that is linked, and leaves the emulator.
pub(crate) fn main() -> ! {
    stored();
    signed();
    sealed();
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}

#[inline(never)]
fn stored() {
    #[cfg(feature = "stored")]
    {
        measure!("stored", crate::stored::Site::new());
    }
}

#[inline(never)]
fn signed() {
    #[cfg(feature = "signed")]
    {
        measure!("signed", crate::carried::Site::signed());
    }
}

#[inline(never)]
fn sealed() {
    #[cfg(feature = "sealed")]
    {
        measure!("sealed", crate::carried::Site::sealed());
    }
}

/// Runs `work`, and says how many bytes of stack it used.
#[inline(never)]
fn stack_of<R>(work: impl FnOnce() -> R) -> (R, u32) {
    let end = &raw const __ebss as u32;
    let top = cortex_m::register::msp::read();
    // Room for what this function itself may yet push.
    let below = top - 64;
    for at in (end..below).step_by(4) {
        // SAFETY: between the variables and the stack pointer nothing is alive.
        unsafe { (at as *mut u32).write_volatile(PAINT) };
    }
    let result = work();
    let mut at = end;
    // SAFETY: the same memory is read.
    while at < below && unsafe { (at as *const u32).read_volatile() } == PAINT {
        at += 4;
    }
    (result, top - at)
}
