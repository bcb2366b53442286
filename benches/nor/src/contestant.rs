//! Who does the work.

mod ekv;

mod ours;

mod sequential_storage;

use core::pin::pin;
use core::task::{Context, Poll, Waker};

use crate::flash::Flash;
use crate::script::RECORD;

pub(crate) use ekv::Ekv;
pub(crate) use ours::Ours;
pub(crate) use sequential_storage::SequentialStorage;

/// What stands beside a record, in a store that keeps values only: its revision and its times.
const META: usize = 16;

/// A store in flash. What it is told to do it has done when it returns; it panics if it cannot.
pub(crate) trait Contestant {
    /// What it is, and its release.
    const NAME: &'static str;

    /// An empty one, in all of this blank flash.
    fn new(flash: Flash) -> Self;

    /// Looks a record up and puts it into `record`; its length, if it is there.
    fn load(&mut self, key: &[u8; 16], record: &mut [u8]) -> Option<usize>;

    /// Stores a record, after a look-up of the same key.
    fn put(&mut self, key: &[u8; 16], record: &[u8]);

    /// Takes a record away, after a look-up of the same key.
    fn remove(&mut self, key: &[u8; 16]);
}

/// Runs what waits for nothing, as flash in RAM does not.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("flash in RAM does not wait"),
    }
}

/// A value that a record is in.
fn value(record: &[u8]) -> [u8; META + RECORD] {
    let mut value = [0; META + RECORD];
    value[META..].copy_from_slice(record);
    value
}
