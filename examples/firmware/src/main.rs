//! The firmware: the application of this package's library, on a board.
//!
//! `site.rs` says what is where in flash and puts the device together, `web.rs` runs requests, `board.rs` has the registers.
//! From here the tasks start.
#![no_std]
#![no_main]

mod board;

mod clock;

mod memory;

mod site;

mod web;

use core::cell::{Cell, RefCell};

use embassy_executor::Spawner;
use embassy_net::tcp::TcpSocket;
use embassy_net::{Ipv4Address, Ipv4Cidr, Runner, Stack, StackResources, StaticConfigV4};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embassy_time::Duration;
use picoserve::{Config, Router, Server};
use sansession_firmware::RECORD;
use sansession_web::Slots;
use static_cell::{ConstStaticCell, StaticCell};

use board::emac::{self, Emac};
use board::{faults, idle, semihosting, time};
use memory::Memory;
use site::{Site, Start};
use web::{ANSWER, Web};

/// Sockets: what a browser opens at once.
const SOCKETS: usize = 3;
/// Bytes that a socket takes in before they are read, and that it sends before they are acknowledged.
const RECEIVE: usize = 512;
const SEND: usize = 768;
/// Bytes of a request: its head and its body. What a browser sends of itself is half of it.
const REQUEST: usize = 1280;
/// Exit code of a start that failed.
const STOPPED: u32 = 1;

/// Where the emulator's network has the board.
const ADDRESS: Ipv4Cidr = Ipv4Cidr::new(Ipv4Address::new(10, 0, 2, 15), 24);
const GATEWAY: Ipv4Address = Ipv4Address::new(10, 0, 2, 2);
/// A hardware address that nobody was given: the second bit says so.
const HARDWARE: [u8; 6] = [0x02, 0, 0, 0, 0, 1];

static HTTP: Config = Config::const_default().keep_connection_alive();

/// The buffers of a task that serves a socket.
struct Buffers {
    receive: [u8; RECEIVE],
    send: [u8; SEND],
    request: [u8; REQUEST],
}

impl Buffers {
    const EMPTY: Self = Self { receive: [0; RECEIVE], send: [0; SEND], request: [0; REQUEST] };
}

#[embassy_executor::task]
async fn network(mut runner: Runner<'static, Emac>) -> ! {
    runner.run().await
}

#[embassy_executor::task(pool_size = SOCKETS)]
async fn serve(
    stack: Stack<'static>,
    site: &'static Site,
    answer: &'static Mutex<NoopRawMutex, [u8; ANSWER]>,
    slots: &'static Slots<SOCKETS, { 2 * RECORD }>,
    buffers: &'static mut Buffers,
) -> ! {
    let Buffers { receive, send, request } = buffers;
    let peer = Cell::new([0; 4]);
    let app = Router::from_service(Web { site, slots, answer, peer: &peer });
    loop {
        let mut connection = TcpSocket::new(stack, receive, send);
        connection.set_timeout(Some(Duration::from_secs(45)));
        if connection.accept(80).await.is_err() {
            continue;
        }
        let address = connection.remote_endpoint().map(|endpoint| match endpoint.addr {
            embassy_net::IpAddress::Ipv4(address) => address.octets(),
        });
        peer.set(address.unwrap_or_default());
        // A connection that breaks is the matter of who broke it.
        let _ = Server::new(&app, &HTTP, request).serve(connection).await;
    }
}

/// Finds the flash.
#[inline(never)]
fn find() -> Result<&'static RefCell<Memory>, Start> {
    static MEMORY: StaticCell<RefCell<Memory>> = StaticCell::new();
    let mut line = [0; 128];
    let arguments = semihosting::arguments(&mut line);
    let cut = arguments.split(' ').find_map(|argument| argument.strip_prefix("cut=")?.parse().ok());
    let memory = Memory::open(cut).map_err(site::because(Start::Flash))?;
    Ok(MEMORY.init(RefCell::new(memory)))
}

/// Starts the network and its task.
#[inline(never)]
fn connect(spawner: Spawner) -> Result<Stack<'static>, Start> {
    static FRAMES: ConstStaticCell<emac::Memory> = ConstStaticCell::new(emac::Memory::new());
    static RESOURCES: StaticCell<StackResources<SOCKETS>> = StaticCell::new();
    let mut seed = [0; 8];
    semihosting::entropy(&mut seed).map_err(|_| Start::Entropy)?;
    let config = embassy_net::Config::ipv4_static(StaticConfigV4 {
        address: ADDRESS,
        gateway: Some(GATEWAY),
        dns_servers: heapless::Vec::new(),
    });
    let emac = Emac::start(FRAMES.take(), HARDWARE);
    faults::listen();
    let resources = RESOURCES.init_with(StackResources::new);
    let (stack, runner) = embassy_net::new(emac, config, resources, u64::from_le_bytes(seed));
    spawner.spawn(network(runner).map_err(|_| Start::Tasks)?);
    Ok(stack)
}

/// Starts the tasks that serve.
#[inline(never)]
fn listen(spawner: Spawner, stack: Stack<'static>, site: &'static Site) -> Result<(), Start> {
    static ANSWER_OF_ONE: ConstStaticCell<Mutex<NoopRawMutex, [u8; ANSWER]>> =
        ConstStaticCell::new(Mutex::new([0; ANSWER]));
    static BUFFERS: [ConstStaticCell<Buffers>; SOCKETS] =
        [const { ConstStaticCell::new(Buffers::EMPTY) }; SOCKETS];
    static SLOTS: StaticCell<Slots<SOCKETS, { 2 * RECORD }>> = StaticCell::new();
    let slots: &_ = SLOTS.init_with(Slots::new);
    let answer = ANSWER_OF_ONE.take();
    for buffers in &BUFFERS {
        spawner.spawn(serve(stack, site, answer, slots, buffers.take()).map_err(|_| Start::Tasks)?);
    }
    Ok(())
}

fn start(spawner: Spawner) -> Result<(), Start> {
    if let Some(mut peripherals) = cortex_m::Peripherals::take() {
        time::start(&mut peripherals.SYST);
    }
    let memory = find()?;
    let store = site::mount(memory);
    let site = Site::open(memory, store)?;
    let stack = connect(spawner)?;
    listen(spawner, stack, site)?;
    log!("ready");
    Ok(())
}

#[cortex_m_rt::entry]
fn main() -> ! {
    idle::run(|spawner| {
        if start(spawner).is_err() {
            semihosting::exit(STOPPED)
        }
    })
}
