//! How much of the stack was ever used: it is painted at the start, and the paint that is left is looked for.

#![expect(unsafe_code, reason = "looks at memory that no variable is in")]

const PAINT: u32 = 0xc0de_57ac;

unsafe extern "C" {
    /// Where the stack may grow to: the end of the variables.
    static mut __ebss: u32;
    /// Where it begins.
    static mut _stack_start: u32;
}

/// Paints what is below the caller's frame.
#[inline(never)]
pub(crate) fn paint() {
    // What this function itself uses is far less.
    let end = (cortex_m::register::msp::read() as usize).saturating_sub(256);
    let mut word = &raw mut __ebss;
    while (word as usize) < end {
        // SAFETY: it is aligned, in RAM, behind all variables, and below all frames.
        unsafe { word.write_volatile(PAINT) };
        word = word.wrapping_add(1);
    }
}

/// Watches how far the paint has gone.
pub(crate) struct Gauge {
    told: usize,
}

impl Gauge {
    pub(crate) const fn new() -> Self {
        Self { told: 0 }
    }

    /// Writes to the log when the stack was deeper than ever before.
    pub(crate) fn look(&mut self) {
        let (start, end) = (&raw const __ebss as usize, &raw const _stack_start as usize);
        // Of what was told, nothing can have got less.
        let painted = (start..end - self.told).step_by(4).take_while(|word| {
            // SAFETY: it is aligned and in RAM; frames above are not looked at, but for the first word of one.
            unsafe { (*word as *const u32).read_volatile() == PAINT }
        });
        let used = end - start - 4 * painted.count();
        if used > self.told {
            self.told = used;
            crate::log!("stack: {used} of {} bytes", end - start);
        }
    }
}
