//! A SHA-256 that counts its compressions, so that unit tests can hold the code to its budget.

// digest's macro asks for features of the crate that it is used in.
#![allow(unexpected_cfgs)]

extern crate std;

use core::cell::Cell;
use core::fmt;

use digest::block_api::{
    AlgorithmName, Block, BlockSizeUser, Buffer, BufferKindUser, CtOutWrapper, Eager,
    FixedOutputCore, OutputSizeUser, UpdateCore,
};
use digest::common::hazmat::{DeserializeStateError, SerializableState, SerializedState};
use digest::consts::U32;
use digest::typenum::{U40, U64};
use digest::{HashMarker, Output, Reset};

std::thread_local! {
    static COMPRESSIONS: Cell<usize> = const { Cell::new(0) };
}

/// Runs `work` and tells how many SHA-256 compressions it took.
pub(crate) fn compressions<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = COMPRESSIONS.get();
    let result = work();
    (result, COMPRESSIONS.get().saturating_sub(before))
}

fn count(blocks: usize) {
    COMPRESSIONS.set(COMPRESSIONS.get().saturating_add(blocks));
}

type Inner = CtOutWrapper<sha2::block_api::Sha256VarCore, U32>;

#[derive(Clone, Default)]
pub(crate) struct CountedCore(Inner);

impl HashMarker for CountedCore {}
impl digest::zeroize::ZeroizeOnDrop for CountedCore {}
impl BlockSizeUser for CountedCore {
    type BlockSize = U64;
}
impl BufferKindUser for CountedCore {
    type BufferKind = Eager;
}
impl OutputSizeUser for CountedCore {
    type OutputSize = U32;
}
impl UpdateCore for CountedCore {
    fn update_blocks(&mut self, blocks: &[Block<Self>]) {
        count(blocks.len());
        self.0.update_blocks(blocks);
    }
}
impl FixedOutputCore for CountedCore {
    fn finalize_fixed_core(&mut self, buffer: &mut Buffer<Self>, out: &mut Output<Self>) {
        // FIPS 180-4, 5.1.1: a one bit, zeros and a 64-bit length close the message; past byte 55 they need one more block.
        count(if buffer.get_pos() < 56 { 1 } else { 2 });
        self.0.finalize_fixed_core(buffer, out);
    }
}
impl Reset for CountedCore {
    fn reset(&mut self) {
        self.0.reset();
    }
}
impl AlgorithmName for CountedCore {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counted")
    }
}
impl SerializableState for CountedCore {
    type SerializedStateSize = U40;
    fn serialize(&self) -> SerializedState<Self> {
        self.0.serialize()
    }
    fn deserialize(state: &SerializedState<Self>) -> Result<Self, DeserializeStateError> {
        Inner::deserialize(state).map(Self)
    }
}

digest::buffer_fixed!(
    /// SHA-256, counted.
    pub(crate) struct Sha256(CountedCore);
    impl: FixedHashTraits;
);
