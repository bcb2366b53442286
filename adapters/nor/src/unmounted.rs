//! A store in its place before it is open.
//!
//! The table of sessions is the largest thing of a store, and opening may fail: the store that `mount` returns was moved
//! over the stack, more than once. A device without a stack for that makes the store where it stays, and opens it there.

use core::fmt;

/// A store that is not open yet: it cannot be asked for anything.
///
/// From `unmounted` of [`NorStore`](crate::NorStore), `AsyncNorStore` and [`Tiered`](crate::Tiered), which are `const`: as
/// the value of a `static` it is zeros, if the driver is. `flash` gives the driver, should it have to learn first what it
/// drives. `mount` opens the store where it is, and needs no more stack than any other call. If that fails, nothing was
/// written, and it can be tried again.
///
/// ```
/// # use core::convert::Infallible;
/// # use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
/// use sansession_nor::{Geometry, NorStore, Sizes, Unmounted};
///
/// # struct Flash;
/// # impl ErrorType for Flash {
/// #     type Error = Infallible;
/// # }
/// # impl ReadNorFlash for Flash {
/// #     const READ_SIZE: usize = 1;
/// #     fn read(&mut self, _: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
/// #         bytes.fill(0xff);
/// #         Ok(())
/// #     }
/// #     fn capacity(&self) -> usize {
/// #         64 * 1024
/// #     }
/// # }
/// # impl NorFlash for Flash {
/// #     const WRITE_SIZE: usize = 1;
/// #     const ERASE_SIZE: usize = 4096;
/// #     fn erase(&mut self, _: u32, _: u32) -> Result<(), Infallible> {
/// #         Ok(())
/// #     }
/// #     fn write(&mut self, _: u32, _: &[u8]) -> Result<(), Infallible> {
/// #         Ok(())
/// #     }
/// # }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // On a device this is what is in a `ConstStaticCell` of the crate `static_cell`.
/// let mut place: Unmounted<NorStore<Flash, 64>> = NorStore::unmounted(Flash);
///
/// let geometry = Geometry::within(0, 64 * 1024, Sizes { read: 1, write: 1, erase: 4096 })?;
/// let store: &NorStore<Flash, 64> = place.mount(geometry)?;
/// # Ok(()) }
/// ```
pub struct Unmounted<S>(pub(crate) S);

impl<S> fmt::Debug for Unmounted<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unmounted").finish_non_exhaustive()
    }
}
