//! A register of a peripheral.

#![expect(unsafe_code, reason = "registers are memory that the compiler does not know")]

/// One 32-bit register.
#[derive(Clone, Copy)]
pub(crate) struct Register(*mut u32);

impl Register {
    /// Names the register at an address.
    ///
    /// # Safety
    /// There is a register of this width, on this board, that can be read and written at any time without harm to memory
    /// that Rust owns. A register that starts a transfer is the business of whoever writes it.
    pub(crate) const unsafe fn at(address: usize) -> Self {
        Self(address as *mut u32)
    }

    pub(crate) fn read(self) -> u32 {
        // SAFETY: promised at `at`.
        unsafe { self.0.read_volatile() }
    }

    pub(crate) fn write(self, value: u32) {
        // SAFETY: promised at `at`.
        unsafe { self.0.write_volatile(value) }
    }
}
