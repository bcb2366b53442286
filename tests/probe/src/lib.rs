//! The proof that the core has no reachable panic and needs no allocator.
//!
//! Everything the public API can do is reached from exported functions, one per transport. The panic handler calls a
//! function that exists nowhere, and there is no allocator, so this links only if the optimiser found no path to a panic
//! and no use of `alloc`. `cargo xtask probe` links it, and checks that it does not link with either of the two features
//! that put such a path in.

#![cfg_attr(feature = "proof", no_std)]

#[cfg(feature = "with-alloc")]
extern crate alloc;

mod handler;
mod inspect;
mod world;

#[cfg(any(feature = "signed", feature = "sealed"))]
mod carried;
#[cfg(feature = "stored")]
mod stored;

#[cfg(feature = "proof")]
unsafe extern "C" {
    fn sansession_probe_panicked() -> !;
}

#[cfg(feature = "proof")]
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe { sansession_probe_panicked() }
}

macro_rules! probe {
    ($($(#[$meta:meta])* $name:ident => $run:path;)*) => {$(
        $(#[$meta])*
        /// Runs an exchange that the input makes up.
        ///
        /// # Safety
        /// `input` and `output` must be valid for `input_len` and `output_len` bytes.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            input: *const u8,
            input_len: usize,
            output: *mut u8,
            output_len: usize,
        ) {
            let input = unsafe { core::slice::from_raw_parts(input, input_len) };
            let output = unsafe { core::slice::from_raw_parts_mut(output, output_len) };
            let _ = $run(&mut world::World { input, output });
        }
    )*};
}

probe! {
    sansession_probe_inspect => inspect::run;
    #[cfg(feature = "stored")]
    sansession_probe_stored => stored::run;
    #[cfg(feature = "signed")]
    sansession_probe_signed => carried::signed;
    #[cfg(feature = "sealed")]
    sansession_probe_sealed => carried::sealed;
}

/// A path to a panic.
#[cfg(feature = "with-panic")]
#[unsafe(no_mangle)]
pub extern "C" fn sansession_probe_may_panic(number: usize) -> usize {
    [1, 2, 3][number]
}

/// A use of the allocator.
#[cfg(feature = "with-alloc")]
#[unsafe(no_mangle)]
pub extern "C" fn sansession_probe_allocates(number: usize) -> usize {
    alloc::vec::Vec::<u8>::with_capacity(number).capacity()
}
