//! Fixed fields in and out of byte strings, without an index that could be wrong.

use subtle::{Choice, ConstantTimeEq};

/// Reads fields off the front of a byte string.
#[derive(Clone)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }

    pub(crate) fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }
}

/// Writes fields to the front of a buffer. What does not fit is not written; callers size their buffers by constants.
pub(crate) struct Writer<'a>(pub(crate) &'a mut [u8]);

impl Writer<'_> {
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        if let Some((head, tail)) = core::mem::take(&mut self.0).split_at_mut_checked(bytes.len()) {
            copy(head, bytes);
            self.0 = tail;
        }
    }
}

/// Copies `source` over `target` where both have the same length; `copy_from_slice` without its panic.
pub(crate) fn copy(target: &mut [u8], source: &[u8]) {
    if target.len() == source.len() {
        target.copy_from_slice(source);
    }
}

/// Moves `count` bytes from `from` to `to`; `copy_within` without its panics. What does not lie in the buffer is not moved.
///
/// It works on the stretch that the move touches, because there the optimiser sees that the checks of `copy_within`
/// hold, also where it saves space.
#[inline(never)]
pub(crate) fn shift(buffer: &mut [u8], from: usize, count: usize, to: usize) {
    if let Some(up) = to.checked_sub(from) {
        let stretch =
            buffer.get_mut(from..).and_then(|rest| rest.get_mut(..up.saturating_add(count)));
        if let Some(stretch) = stretch {
            stretch.copy_within(..stretch.len().wrapping_sub(up), up);
        }
    } else if let Some(down) = from.checked_sub(to) {
        let stretch =
            buffer.get_mut(to..).and_then(|rest| rest.get_mut(..down.saturating_add(count)));
        if let Some(stretch) = stretch {
            stretch.copy_within(down.., 0);
        }
    }
}

/// Overwrites secrets with zeros, and sees to it that the optimiser leaves that in, as whole words.
pub(crate) fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    zeroize::optimization_barrier(bytes);
}

/// Compares secrets in constant time, eight bytes at once.
pub(crate) fn equal<const N: usize>(a: &[u8; N], b: &[u8; N]) -> bool {
    const { assert!(N.is_multiple_of(8)) }
    let (a, b) = (a.as_chunks().0, b.as_chunks().0);
    let pairs = a.iter().zip(b).map(|(a, b)| (u64::from_ne_bytes(*a), u64::from_ne_bytes(*b)));
    pairs.fold(Choice::from(1), |same, (a, b)| same & a.ct_eq(&b)).into()
}

/// The first `N` bytes of a longer array.
pub(crate) fn truncate<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    const { assert!(N <= 32) }
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}
