//! Flash in RAM that does what the data sheets say, and nothing more.
//!
//! Writes clear bits only, a word is written once between two erases, everything must be aligned; whatever else is asked
//! for is a panic. Power can be cut at any word of a write and any part of an erase; what is left there is chosen.

#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod model;

pub(crate) mod slow;

use core::fmt;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// What a cut leaves in the words that were being written, and the pages that were being erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Torn {
    /// What was there before.
    Old,
    /// What should have been there afterwards.
    New,
    /// Anything.
    Random,
    /// Ones.
    Ones,
    /// Zeros.
    Zeros,
    /// Each word one of the above.
    Mixed,
}

pub(crate) const TORN: [Torn; 6] =
    [Torn::Old, Torn::New, Torn::Random, Torn::Ones, Torn::Zeros, Torn::Mixed];

/// What was done to a flash.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Counts {
    pub(crate) reads: u64,
    pub(crate) bytes_read: u64,
    pub(crate) writes: u64,
    pub(crate) bytes_written: u64,
    pub(crate) erases: u64,
}

/// Flash with words of `W` bytes, read in `R`, erased in `E`.
#[derive(Clone)]
pub(crate) struct Flash<const R: usize, const W: usize, const E: usize> {
    pub(crate) bytes: Vec<u8>,
    written: Vec<bool>,
    pub(crate) erases: Vec<u64>,
    pub(crate) counts: Counts,
    /// Words and erase blocks until the power goes.
    pub(crate) fuse: Option<u64>,
    /// Whether a blown fuse was one operation that failed, and not the power.
    pub(crate) hiccups: bool,
    pub(crate) torn: Torn,
    pub(crate) random: Random,
    dead: bool,
    /// A byte that no erase clears any more.
    pub(crate) stuck: Option<usize>,
}

/// There is no power.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cut;

impl NorFlashError for Cut {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl<const R: usize, const W: usize, const E: usize> Flash<R, W, E> {
    /// Flash as it comes from somebody else: full of junk.
    pub(crate) fn new(bytes: usize) -> Self {
        let mut random = Random(bytes as u64);
        Self {
            bytes: (0..bytes).map(|_| random.byte()).collect(),
            written: vec![true; bytes / W],
            erases: vec![0; bytes / E],
            counts: Counts::default(),
            fuse: None,
            hiccups: false,
            torn: Torn::Old,
            random,
            dead: false,
            stuck: None,
        }
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead
    }

    /// The power comes back.
    pub(crate) fn revive(&mut self) {
        self.dead = false;
        self.fuse = None;
    }

    /// Counts one word or block down; true if that is where it ends.
    fn burns(&mut self) -> bool {
        match &mut self.fuse {
            Some(0) => {
                self.fuse = None;
                self.dead = !self.hiccups;
                true
            }
            Some(left) => {
                *left -= 1;
                false
            }
            None => false,
        }
    }

    fn live(&self) -> Result<(), Cut> {
        if self.dead { Err(Cut) } else { Ok(()) }
    }

    /// Leaves a torn word, of which `new` was to be written.
    fn tear(&mut self, at: usize, new: &[u8]) {
        let model = match self.torn {
            Torn::Mixed => TORN[self.random.below(5)],
            model => model,
        };
        for (byte, new) in self.bytes[at..at + new.len()].iter_mut().zip(new) {
            *byte = match model {
                Torn::Old | Torn::Mixed => *byte,
                Torn::New => *new,
                Torn::Random => self.random.byte(),
                Torn::Ones => 0xff,
                Torn::Zeros => 0,
            };
        }
        // Flash cannot tell whether a word that is blank was ever written to.
        let blank = self.bytes[at..at + new.len()].iter().all(|byte| *byte == 0xff);
        for word in at / W..(at + new.len()) / W {
            self.written[word] = !blank;
        }
    }

    /// A page rots.
    pub(crate) fn spoil(&mut self, from: usize, len: usize) {
        for byte in &mut self.bytes[from..from + len] {
            *byte = self.random.byte();
        }
    }
}

impl<const R: usize, const W: usize, const E: usize> ErrorType for Flash<R, W, E> {
    type Error = Cut;
}

impl<const R: usize, const W: usize, const E: usize> ReadNorFlash for Flash<R, W, E> {
    const READ_SIZE: usize = R;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Cut> {
        self.live()?;
        let at = offset as usize;
        assert!(
            at.is_multiple_of(R) && bytes.len().is_multiple_of(R),
            "a read at {at} of {} bytes",
            bytes.len()
        );
        bytes.copy_from_slice(&self.bytes[at..at + bytes.len()]);
        self.counts.reads += 1;
        self.counts.bytes_read += bytes.len() as u64;
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const R: usize, const W: usize, const E: usize> NorFlash for Flash<R, W, E> {
    const WRITE_SIZE: usize = W;
    const ERASE_SIZE: usize = E;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Cut> {
        self.live()?;
        let (from, to) = (from as usize, to as usize);
        assert!(from % E == 0 && to % E == 0 && from <= to, "an erase of {from}..{to}");
        for block in from / E..to / E {
            // An erase takes a while, and can be cut in the middle of it: some words are done.
            let words = E / W;
            let cut = self.burns().then(|| self.random.below(words + 1));
            for word in 0..words {
                let at = block * E + word * W;
                if cut.is_some_and(|cut| word >= cut) {
                    self.tear(at, &[0xff; 32][..W]);
                } else {
                    self.bytes[at..at + W].fill(0xff);
                    self.written[at / W] = false;
                }
            }
            if cut.is_some() {
                return Err(Cut);
            }
            if let Some(at) = self.stuck.filter(|at| at / E == block) {
                self.bytes[at] = 0;
            }
            self.erases[block] += 1;
            self.counts.erases += 1;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Cut> {
        self.live()?;
        let at = offset as usize;
        assert!(
            at.is_multiple_of(W) && bytes.len().is_multiple_of(W),
            "a write at {at} of {} bytes",
            bytes.len()
        );
        for (word, new) in bytes.chunks(W).enumerate() {
            let at = at + word * W;
            if self.burns() {
                // Half of the time the driver hands all words over at once, and all that are left are undefined.
                let rest = if self.random.below(2) == 0 { new } else { &bytes[word * W..] };
                for (word, new) in rest.chunks(W).enumerate() {
                    self.tear(at + word * W, new);
                }
                return Err(Cut);
            }
            assert!(!self.written[at / W], "a word is written twice, at {at}");
            assert!(self.bytes[at..at + W].iter().all(|byte| *byte == 0xff), "not blank, at {at}");
            self.written[at / W] = true;
            self.bytes[at..at + W].copy_from_slice(new);
        }
        self.counts.writes += 1;
        self.counts.bytes_written += bytes.len() as u64;
        Ok(())
    }
}

impl<const R: usize, const W: usize, const E: usize> fmt::Debug for Flash<R, W, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flash<{R}, {W}, {E}>")
    }
}

/// `SplitMix64`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let number = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).expect("it is less than end")
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}
