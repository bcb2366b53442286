//! The Ethernet controller (MSS EMAC), as a driver of `embassy-net`.
//!
//! It works through two rings of descriptors in memory. One whose flag *empty* is set belongs to the controller if it
//! receives, and to the processor if it sends; only the other side clears it. The second descriptor that sends is always
//! empty and ends the ring, so one frame is under way at a time.

#![expect(unsafe_code, reason = "names registers, and shares memory with the controller")]

use core::ptr::{self, NonNull};
use core::sync::atomic::{Ordering, compiler_fence};
use core::task::Context;

use embassy_net_driver::{Capabilities, Driver, HardwareAddress, LinkState};
use embassy_sync::waitqueue::AtomicWaker;

use crate::board::register::Register;

/// Its number in the table of interrupts.
pub(crate) const INTERRUPT: i16 = 12;

const BASE: usize = 0x4004_1000;
// SAFETY: the registers of the EMAC of the SmartFusion2; only this module uses them. Those that
// start a transfer are written when the descriptors are whole.
const CONFIGURATION: Register = unsafe { Register::at(BASE) };
// SAFETY: as above.
const ADDRESS_HIGH: Register = unsafe { Register::at(BASE + 0x40) };
// SAFETY: as above.
const ADDRESS_LOW: Register = unsafe { Register::at(BASE + 0x44) };
// SAFETY: as above.
const SEND_CONTROL: Register = unsafe { Register::at(BASE + 0x180) };
// SAFETY: as above.
const SEND_DESCRIPTOR: Register = unsafe { Register::at(BASE + 0x184) };
// SAFETY: as above.
const SEND_STATUS: Register = unsafe { Register::at(BASE + 0x188) };
// SAFETY: as above.
const RECEIVE_CONTROL: Register = unsafe { Register::at(BASE + 0x18c) };
// SAFETY: as above.
const RECEIVE_DESCRIPTOR: Register = unsafe { Register::at(BASE + 0x190) };
// SAFETY: as above.
const RECEIVE_STATUS: Register = unsafe { Register::at(BASE + 0x194) };
// SAFETY: as above.
const INTERRUPT_MASK: Register = unsafe { Register::at(BASE + 0x198) };

/// Of the configuration: everything is reset.
const RESET: u32 = 1 << 31;
/// Of the configuration: sending and receiving are on.
const SEND_AND_RECEIVE: u32 = 1 | 1 << 2;
/// Of both controls: go on.
const GO: u32 = 1;
/// Of the receive status: written, a frame was taken.
const FRAME_TAKEN: u32 = 1;
/// Of the receive status: a frame came and no descriptor was empty. The controller has stopped.
const OVERFLOW: u32 = 1 << 2;
/// Of the send status, written: the frame that was sent and the end of the ring were seen.
const SENT: u32 = 0b11;
/// Of the mask: a frame was received, or there was no room for one.
const RECEIVED_OR_OVERFLOW: u32 = 1 << 4 | 1 << 6;

/// Of a descriptor's size.
const EMPTY: u32 = 1 << 31;
/// The bits of a descriptor's size that are its length.
const LENGTH: u32 = 0x7ff;

/// Frames that may wait to be taken. With fewer than sockets some are lost when all are busy, and come again seconds later.
const FRAMES: usize = 3;
/// Bytes of a buffer for a frame that is received: the longest of an Ethernet, in whole words.
const BUFFER: usize = 1536;
/// Bytes of a frame that is sent, with its header: what a socket sends at once, and headers.
const SENT_FRAME: usize = 896;
/// How often is looked whether a frame has gone.
const PATIENCE: u32 = 1_000_000;

static WAKER: AtomicWaker = AtomicWaker::new();

/// What the interrupt does: the driver looks, and lets the next one in.
pub(crate) fn interrupted() {
    INTERRUPT_MASK.write(0);
    WAKER.wake();
}

#[repr(C, align(4))]
struct Descriptor {
    address: u32,
    size: u32,
    next: u32,
}

impl Descriptor {
    const NONE: Self = Self { address: 0, size: 0, next: 0 };
}

#[repr(C, align(4))]
struct Buffer<const N: usize>([u8; N]);

/// What processor and controller share.
pub(crate) struct Memory {
    receive: [Descriptor; FRAMES],
    received: [Buffer<BUFFER>; FRAMES],
    send: [Descriptor; 2],
    sent: Buffer<SENT_FRAME>,
}

impl Memory {
    pub(crate) const fn new() -> Self {
        Self {
            receive: [Descriptor::NONE; FRAMES],
            received: [const { Buffer([0; BUFFER]) }; FRAMES],
            send: [Descriptor::NONE; 2],
            sent: Buffer([0; SENT_FRAME]),
        }
    }
}

/// The controller. It has the memory for ever.
pub(crate) struct Emac {
    receiver: Receiver,
    sender: Sender,
    address: [u8; 6],
}

impl Emac {
    /// Starts it under a hardware address.
    pub(crate) fn start(memory: &'static mut Memory, address: [u8; 6]) -> Self {
        CONFIGURATION.write(RESET);
        let [a, b, c, d, e, f] = address;
        ADDRESS_HIGH.write(u32::from_be_bytes([a, b, c, d]));
        ADDRESS_LOW.write(u32::from_be_bytes([e, f, 0, 0]));
        let first = bus(&memory.receive[0]);
        for place in 0..FRAMES {
            let next = (place + 1) % FRAMES;
            let next = bus(&memory.receive[next]);
            let address = bus(&memory.received[place]);
            memory.receive[place] = Descriptor { address, size: EMPTY, next };
        }
        let [start, end] = memory.send.each_ref().map(bus);
        memory.send = [
            Descriptor { address: bus(&memory.sent), size: EMPTY, next: end },
            Descriptor { address: 0, size: EMPTY, next: start },
        ];
        let emac = Self {
            receiver: Receiver {
                descriptors: NonNull::from(&mut memory.receive),
                buffers: NonNull::from(&mut memory.received),
                current: 0,
            },
            sender: Sender {
                descriptors: NonNull::from(&mut memory.send),
                buffer: NonNull::from(&mut memory.sent),
            },
            address,
        };
        compiler_fence(Ordering::Release);
        CONFIGURATION.write(SEND_AND_RECEIVE);
        RECEIVE_DESCRIPTOR.write(first);
        RECEIVE_CONTROL.write(GO);
        emac
    }
}

/// An address, as the controller takes it: this processor has 32 bits of them.
fn bus<T>(memory: &T) -> u32 {
    ptr::from_ref(memory) as usize as u32
}

struct Receiver {
    descriptors: NonNull<[Descriptor; FRAMES]>,
    buffers: NonNull<[Buffer<BUFFER>; FRAMES]>,
    current: usize,
}

impl Receiver {
    fn size(&self) -> *mut u32 {
        // SAFETY: `current` is below the length of an array that lives for ever; no reference is made.
        unsafe { &raw mut (*self.descriptors.as_ptr())[self.current].size }
    }

    fn is_empty(&self) -> bool {
        // SAFETY: the field is aligned and lives; the controller may write it at any time, hence volatile.
        let size = unsafe { self.size().read_volatile() };
        size & EMPTY != 0
    }

    /// Starts the controller again after it had no room.
    fn resume(&mut self) {
        if RECEIVE_STATUS.read() & OVERFLOW != 0 {
            RECEIVE_STATUS.write(OVERFLOW);
            // SAFETY: as in `size`.
            let current = unsafe { &raw const (*self.descriptors.as_ptr())[self.current] };
            RECEIVE_DESCRIPTOR.write(current as usize as u32);
            RECEIVE_CONTROL.write(GO);
        }
    }

    /// The frame of a descriptor that is not empty.
    fn frame(&mut self) -> &mut [u8] {
        // SAFETY: as in `is_empty`.
        let size = unsafe { self.size().read_volatile() };
        compiler_fence(Ordering::Acquire);
        // SAFETY: the descriptor is not empty, so its buffer is the processor's until `done`, which takes `&mut self`.
        let buffer = unsafe { &mut (*self.buffers.as_ptr())[self.current].0 };
        let length = (size & LENGTH) as usize;
        &mut buffer[..length.min(BUFFER)]
    }

    /// Gives the descriptor back, and goes on to the next.
    fn done(&mut self) {
        compiler_fence(Ordering::Release);
        // SAFETY: as in `is_empty`; nobody holds the frame any more.
        unsafe { self.size().write_volatile(EMPTY) };
        RECEIVE_STATUS.write(FRAME_TAKEN);
        self.current = (self.current + 1) % FRAMES;
    }
}

struct Sender {
    descriptors: NonNull<[Descriptor; 2]>,
    buffer: NonNull<Buffer<SENT_FRAME>>,
}

impl Sender {
    /// The buffer of the next frame: the last one has gone.
    fn frame(&mut self, length: usize) -> &mut [u8] {
        // SAFETY: `send` returns when the controller is done with the buffer, and takes `&mut self`.
        let buffer = unsafe { &mut self.buffer.as_mut().0 };
        &mut buffer[..length.min(SENT_FRAME)]
    }

    /// Sends what is in the buffer. A frame that does not go in time is lost, as frames are; TCP sends it again.
    fn send(&mut self, length: usize) {
        compiler_fence(Ordering::Release);
        // SAFETY: the array lives for ever; no reference is made.
        let first = unsafe { &raw mut (*self.descriptors.as_ptr())[0] };
        // SAFETY: as above.
        let size = unsafe { &raw mut (*first).size };
        // SAFETY: the field is aligned and lives, and the descriptor is the processor's.
        unsafe { size.write_volatile(length.min(SENT_FRAME) as u32) };
        SEND_DESCRIPTOR.write(first as usize as u32);
        SEND_CONTROL.write(GO);
        // SAFETY: as above; the controller writes it when the frame has gone.
        let gone = (0..PATIENCE).any(|_| unsafe { size.read_volatile() } & EMPTY != 0);
        if !gone {
            SEND_CONTROL.write(0);
        }
        SEND_STATUS.write(SENT);
    }
}

/// A frame that was received.
pub(crate) struct Received<'a>(&'a mut Receiver);

/// Room for a frame to be sent.
pub(crate) struct Room<'a>(&'a mut Sender);

impl embassy_net_driver::RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, read: F) -> R {
        let answer = read(self.0.frame());
        self.0.done();
        answer
    }
}

impl embassy_net_driver::TxToken for Room<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write: F) -> R {
        let answer = write(self.0.frame(length));
        self.0.send(length);
        answer
    }
}

impl Driver for Emac {
    type RxToken<'a> = Received<'a>;
    type TxToken<'a> = Room<'a>;

    fn receive(&mut self, context: &mut Context<'_>) -> Option<(Received<'_>, Room<'_>)> {
        if self.receiver.is_empty() {
            self.receiver.resume();
            WAKER.register(context.waker());
            INTERRUPT_MASK.write(RECEIVED_OR_OVERFLOW);
            // One may have come between the look and the mask.
            if self.receiver.is_empty() {
                return None;
            }
        }
        Some((Received(&mut self.receiver), Room(&mut self.sender)))
    }

    fn transmit(&mut self, _: &mut Context<'_>) -> Option<Room<'_>> {
        Some(Room(&mut self.sender))
    }

    fn link_state(&mut self, _: &mut Context<'_>) -> LinkState {
        LinkState::Up
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.max_transmission_unit = SENT_FRAME;
        capabilities.max_burst_size = Some(1);
        capabilities
    }

    fn hardware_address(&self) -> HardwareAddress {
        HardwareAddress::Ethernet(self.address)
    }
}
