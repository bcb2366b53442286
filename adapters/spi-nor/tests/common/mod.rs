//! A part of the 25 series as its data sheets describe it, in RAM, with a clock that only delays move.
//!
//! Bits are only cleared, a program wraps around at the end of its page, nothing is heard while the part is busy but the
//! question for its status, and nothing is changed without an enable before it.

#![allow(dead_code, reason = "each test uses a part")]

use std::cell::RefCell;
use std::rc::Rc;

use embedded_hal::delay::DelayNs;
use embedded_hal::spi::{ErrorKind, ErrorType, Operation, SpiDevice};

const PAGE: usize = 256;
const SECTOR: usize = 4096;

/// What takes how long, in nanoseconds.
pub(crate) const PROGRAM: u64 = 700_000;
pub(crate) const ERASE: u64 = 45_000_000;

pub(crate) struct Chip {
    pub(crate) id: [u8; 3],
    pub(crate) bytes: Vec<u8>,
    pub(crate) now: u64,
    /// Busy until then.
    pub(crate) done: u64,
    pub(crate) enabled: bool,
    /// Never takes an enable.
    pub(crate) protected: bool,
    /// Nobody there: what the bus reads as.
    pub(crate) absent: Option<u8>,
    /// The bus fails from this transaction on.
    pub(crate) fails_at: Option<usize>,
    /// Each command that was heard.
    pub(crate) heard: Vec<u8>,
    /// How many were not, because the part was busy.
    pub(crate) missed: usize,
    /// Delays that were asked for.
    pub(crate) pauses: usize,
}

pub(crate) type Shared = Rc<RefCell<Chip>>;

impl Chip {
    /// A part of 64 KiB by its id, full of junk.
    pub(crate) fn shared() -> Shared {
        let bytes = (0..64 * 1024_u32).map(|at| at.wrapping_mul(0x9e37_79b1).to_be_bytes()[0]);
        Rc::new(RefCell::new(Self {
            id: [0xef, 0x40, 0x10],
            bytes: bytes.collect(),
            now: 0,
            done: 0,
            enabled: false,
            protected: false,
            absent: None,
            fails_at: None,
            heard: Vec::new(),
            missed: 0,
            pauses: 0,
        }))
    }

    fn busy(&self) -> bool {
        self.now < self.done
    }

    fn run(&mut self, input: &[u8], output: &mut [u8]) {
        if let Some(level) = self.absent {
            return output.fill(level);
        }
        let (&command, rest) = input.split_first().expect("a transaction begins with a command");
        if self.busy() && command != 0x05 {
            self.missed += 1;
            return output.fill(0xff);
        }
        self.heard.push(command);
        match command {
            0x05 => output.fill(u8::from(self.busy()) | u8::from(self.enabled) << 1),
            0x06 => self.enabled = !self.protected,
            0x9f => output.copy_from_slice(&self.id),
            0x03 => {
                let at = address(rest, self.bytes.len());
                output.copy_from_slice(&self.bytes[at..at + output.len()]);
            }
            0x02 if self.enabled => {
                let at = address(rest, self.bytes.len());
                for (byte, value) in rest[3..].iter().enumerate() {
                    self.bytes[at - at % PAGE + (at + byte) % PAGE] &= value;
                }
                self.begin(PROGRAM);
            }
            0x20 if self.enabled => {
                let at = address(rest, self.bytes.len());
                self.bytes[at - at % SECTOR..][..SECTOR].fill(0xff);
                self.begin(ERASE);
            }
            0x02 | 0x20 => {}
            _ => panic!("no part has the command {command:#x}"),
        }
    }

    fn begin(&mut self, takes: u64) {
        self.enabled = false;
        self.done = self.now.saturating_add(takes);
    }
}

fn address(rest: &[u8], size: usize) -> usize {
    let &[high, middle, low, ..] = rest else { panic!("an address has three bytes") };
    u32::from_be_bytes([0, high, middle, low]) as usize % size
}

/// The bus to a part.
pub(crate) struct Bus(pub(crate) Shared);

/// A bus that fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Broken;

impl embedded_hal::spi::Error for Broken {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for Bus {
    type Error = Broken;
}

impl SpiDevice for Bus {
    fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), Broken> {
        let mut chip = self.0.borrow_mut();
        if chip.fails_at.is_some_and(|at| chip.heard.len() >= at) {
            return Err(Broken);
        }
        let mut input = Vec::new();
        let mut output: &mut [u8] = &mut [];
        for operation in operations {
            match operation {
                Operation::Write(bytes) => {
                    assert!(!bytes.is_empty(), "not every bus takes an empty operation");
                    input.extend_from_slice(bytes);
                }
                Operation::Read(bytes) if output.is_empty() => output = bytes,
                _ => panic!("not expected: {operation:?}"),
            }
        }
        chip.run(&input, output);
        Ok(())
    }
}

/// The clock of a part.
pub(crate) struct Timer(pub(crate) Shared);

impl DelayNs for Timer {
    fn delay_ns(&mut self, nanos: u32) {
        let mut chip = self.0.borrow_mut();
        chip.now += u64::from(nanos);
        chip.pauses += 1;
    }
}

/// A driver that was opened on the part.
pub(crate) fn open(chip: &Shared) -> sansession_spi_nor::SpiNor<Bus, Timer> {
    sansession_spi_nor::SpiNor::new(Bus(chip.clone()), Timer(chip.clone())).expect("it answers")
}
