//! The same flash behind an async driver, which waits before and after each thing it does, so that a future can be
//! dropped with the thing done and not known, or not done at all.

use core::future::poll_fn;
use core::task::Poll;

use embedded_storage::nor_flash::{ErrorType, NorFlash as _, ReadNorFlash as _};
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};

use super::{Cut, Flash};

#[derive(Debug)]
pub(crate) struct Slow<'a, const R: usize, const W: usize, const E: usize>(
    pub(crate) &'a mut Flash<R, W, E>,
);

/// Waits until it is polled again.
async fn pause() {
    let mut polled = false;
    poll_fn(|context| {
        if core::mem::replace(&mut polled, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl<const R: usize, const W: usize, const E: usize> ErrorType for Slow<'_, R, W, E> {
    type Error = Cut;
}

impl<const R: usize, const W: usize, const E: usize> ReadNorFlash for Slow<'_, R, W, E> {
    const READ_SIZE: usize = R;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Cut> {
        self.0.read(offset, bytes)?;
        pause().await;
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl<const R: usize, const W: usize, const E: usize> NorFlash for Slow<'_, R, W, E> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Cut> {
        pause().await;
        self.0.erase(from, to)?;
        pause().await;
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Cut> {
        pause().await;
        self.0.write(offset, bytes)?;
        pause().await;
        Ok(())
    }
}
