//! One exchange after the other on a bare processor: what is linked is what a device carries.
//!
//! The handler logs in, reads, writes and logs out; with the feature `whole` it also does all else that a handler can
//! do. Input comes from memory that the optimiser cannot see into, output goes to such memory.
#![no_std]
#![no_main]

mod world;

#[cfg(any(feature = "stored", feature = "signed", feature = "sealed"))]
mod handler;

#[cfg(any(feature = "signed", feature = "sealed"))]
mod carried;
#[cfg(feature = "stored")]
mod stored;

#[cfg(feature = "measured")]
mod measured;

use core::panic::PanicInfo;

/// A visit to a site of each transport that is linked, again and again.
#[cortex_m_rt::entry]
fn main() -> ! {
    #[cfg(feature = "measured")]
    measured::main();
    #[cfg(not(feature = "measured"))]
    {
        #[cfg(feature = "stored")]
        let mut stored = stored::Site::new();
        #[cfg(feature = "signed")]
        let mut signed = carried::Site::signed();
        #[cfg(feature = "sealed")]
        let mut sealed = carried::Site::sealed();
        loop {
            world::whatever_firmware_does();
            #[cfg(feature = "stored")]
            stored.visit(world::operation(), || {});
            #[cfg(feature = "signed")]
            signed.visit(world::operation(), || {});
            #[cfg(feature = "sealed")]
            sealed.visit(world::operation(), || {});
        }
    }
}

/// No panic is reachable in the core; the runtime wants a handler all the same.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    cortex_m::asm::udf()
}
