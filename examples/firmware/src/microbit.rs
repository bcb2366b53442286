//! The firmware of the second board: the same application in 16 KB of RAM, over a serial line.
//!
//! `volatile.rs` is the device, `serial.rs` runs requests, `board/microbit` has the registers.
#![no_std]
#![no_main]

mod board;

mod volatile;

mod serial;

use static_cell::{ConstStaticCell, StaticCell};

use board::microbit::{clock, faults, line};
use board::semihosting;
use board::stack::{self, Gauge};
use serial::Memory;
use volatile::{NotMade, Site};

/// Exit code of a start that failed.
const STOPPED: u32 = 1;

fn start() -> Result<&'static Site, NotMade> {
    static SITE: StaticCell<Site> = StaticCell::new();
    clock::start();
    faults::listen();
    let site = Site::make()?;
    line::start();
    Ok(SITE.init(site))
}

#[cortex_m_rt::entry]
fn main() -> ! {
    static MEMORY: ConstStaticCell<Memory> = ConstStaticCell::new(Memory::EMPTY);
    stack::paint();
    let Ok(site) = start() else { semihosting::exit(STOPPED) };
    let memory = MEMORY.take();
    log!("ready");
    let mut gauge = Gauge::new();
    loop {
        serial::next(site, memory);
        gauge.look();
    }
}
