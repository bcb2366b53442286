//! The serial line: UART0. It holds its peer back while nobody reads (RTS), and waits for one that does not (CTS), so no
//! byte is lost and there is no buffer.

#![expect(unsafe_code, reason = "names registers")]

use core::fmt;
use core::time::Duration;

use crate::board::microbit::{clock, sleep};
use crate::board::register::Register;

/// Number of the interrupt.
pub(crate) const INTERRUPT: i16 = 2;

// SAFETY: the registers of UART0; nothing else uses them, and none reaches memory.
const START_RECEIVER: Register = unsafe { Register::at(0x4000_2000) };
// SAFETY: as above.
const START_TRANSMITTER: Register = unsafe { Register::at(0x4000_2008) };
// SAFETY: as above.
const RECEIVED: Register = unsafe { Register::at(0x4000_2108) };
// SAFETY: as above.
const TRANSMITTED: Register = unsafe { Register::at(0x4000_211c) };
// SAFETY: as above.
const INTERRUPT_ON: Register = unsafe { Register::at(0x4000_2304) };
// SAFETY: as above.
const INTERRUPT_OFF: Register = unsafe { Register::at(0x4000_2308) };
// SAFETY: as above.
const ENABLE: Register = unsafe { Register::at(0x4000_2500) };
/// The pins of RTS, TXD, CTS and RXD.
const PINS: [Register; 4] = [
    // SAFETY: as above.
    unsafe { Register::at(0x4000_2508) },
    // SAFETY: as above.
    unsafe { Register::at(0x4000_250c) },
    // SAFETY: as above.
    unsafe { Register::at(0x4000_2510) },
    // SAFETY: as above.
    unsafe { Register::at(0x4000_2514) },
];
// SAFETY: as above.
const RECEIVE: Register = unsafe { Register::at(0x4000_2518) };
// SAFETY: as above.
const TRANSMIT: Register = unsafe { Register::at(0x4000_251c) };
// SAFETY: as above.
const BAUD_RATE: Register = unsafe { Register::at(0x4000_2524) };
// SAFETY: as above.
const CONFIG: Register = unsafe { Register::at(0x4000_256c) };

/// Where the pins of the board are: RTS and CTS on its edge, the others at its USB interface.
const PIN_NUMBERS: [u32; 4] = [1, 24, 2, 25];
const BAUD_115200: u32 = 0x01d7_e000;
/// Of the configuration: RTS and CTS are used, and there is no parity.
const FLOW_CONTROL: u32 = 1;
const ENABLED: u32 = 4;
/// Of the interrupts.
const ON_RECEIVED: u32 = 1 << 2;
const ON_TRANSMITTED: u32 = 1 << 7;

/// A peer that does not take a byte for so long takes no more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts both directions.
pub(crate) fn start() {
    for (pin, number) in PINS.into_iter().zip(PIN_NUMBERS) {
        pin.write(number);
    }
    BAUD_RATE.write(BAUD_115200);
    CONFIG.write(FLOW_CONTROL);
    ENABLE.write(ENABLED);
    START_RECEIVER.write(1);
    START_TRANSMITTER.write(1);
}

/// What the interrupt calls: it ends the sleep, and is off until somebody waits again.
pub(crate) fn interrupted() {
    INTERRUPT_OFF.write(ON_RECEIVED | ON_TRANSMITTED);
    sleep::wake();
}

/// Gives the next byte; none if there is none for so long, or for ever if no limit is set.
pub(crate) fn receive(limit: Option<Duration>) -> Option<u8> {
    if !happens(RECEIVED, ON_RECEIVED, limit) {
        return None;
    }
    // Before the byte is taken: the next one sets it again.
    RECEIVED.write(0);
    Some(RECEIVE.read() as u8)
}

/// Waits for the first byte of a request, and leaves it where it is.
pub(crate) fn wait_for_byte() {
    happens(RECEIVED, ON_RECEIVED, None);
}

/// Forgets what comes until the line is silent for so long.
pub(crate) fn drain(silence: Duration) {
    while receive(Some(silence)).is_some() {}
}

/// Waits for an event, asleep.
fn happens(event: Register, interrupt: u32, limit: Option<Duration>) -> bool {
    let end = limit.map(|limit| clock::uptime() + limit);
    loop {
        if event.read() != 0 {
            return true;
        }
        if end.is_some_and(|end| clock::uptime() >= end) {
            return false;
        }
        INTERRUPT_ON.write(interrupt);
        sleep::sleep();
    }
}

/// The line, as what text is written to. An error is a peer that takes no more.
pub(crate) struct Transmitter;

impl fmt::Write for Transmitter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            TRANSMITTED.write(0);
            TRANSMIT.write(u32::from(byte));
            if !happens(TRANSMITTED, ON_TRANSMITTED, Some(PATIENCE)) {
                return Err(fmt::Error);
            }
        }
        Ok(())
    }
}
