//! Fixed fields in and out of byte strings, without an index that could be wrong.

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

/// The first `N` bytes of a longer array.
pub(crate) fn truncate<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    const { assert!(N <= 32) }
    let mut out = [0; N];
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    out
}
