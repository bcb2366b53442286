//! The firmware of the second board: the same application in 16 KB of RAM, over a serial line.
//!
//! `volatile.rs` is the device, `serial.rs` runs requests, `board/microbit` has the registers.
#![no_std]
#![no_main]

mod board;

mod volatile;

mod serial;

use static_cell::ConstStaticCell;

use board::microbit::{clock, faults, line};
use board::stack::{self, Gauge};
use serial::Memory;
use volatile::Site;

#[cortex_m_rt::entry]
fn main() -> ! {
    static MEMORY: ConstStaticCell<Memory> = ConstStaticCell::new(Memory::EMPTY);
    stack::paint();
    clock::start();
    faults::listen();
    let site = Site::open();
    let memory = MEMORY.take();
    Gauge::new().look();
    // What requests use is told apart from what the start used.
    stack::paint();
    line::start();
    log!("ready");
    let mut gauge = Gauge::new();
    loop {
        serial::next(site, memory);
        gauge.look();
    }
}
