//! How long a part may take.

/// Upper bounds of waiting, in microseconds. Each wait is a number of equal pauses with a look at the status between
/// them, so it ends whatever the part says.
///
/// The defaults are above the worst case of the data sheets of the series. A part that is at its end gets slower: a bound
/// that is too tight makes a failure of what would have been done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub struct Patience {
    pub(crate) program: Wait,
    pub(crate) erase: Wait,
}

/// One kind of wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Wait {
    /// Between two looks, in microseconds.
    pub(crate) pause: u32,
    /// How many pauses at most.
    pub(crate) pauses: u32,
}

impl Wait {
    const fn of(pause: u32, limit: u32) -> Self {
        Self { pause, pauses: limit.div_ceil(pause) }
    }
}

impl Patience {
    /// 20 ms for a page, 5 s for a sector.
    pub const fn new() -> Self {
        Self { program: Wait::of(50, 20_000), erase: Wait::of(1_000, 5_000_000) }
    }

    /// Sets the longest that a page may take to be programmed, in microseconds.
    pub const fn program(mut self, micros: u32) -> Self {
        self.program = Wait::of(self.program.pause, micros);
        self
    }

    /// Sets the longest that a sector may take to be erased, in microseconds.
    pub const fn erase(mut self, micros: u32) -> Self {
        self.erase = Wait::of(self.erase.pause, micros);
        self
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::new()
    }
}
