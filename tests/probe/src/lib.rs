//! The proof that the core has no reachable panic and needs no allocator.
//!
//! Everything the public API can do is reached from three exported functions. The panic handler calls a function that
//! exists nowhere, and there is no allocator, so this links only if the optimiser found no path to a panic and no use
//! of `alloc`. `cargo xtask probe` links it, and checks that it does not link with either of the two features that put
//! such a path in.

#![cfg_attr(feature = "proof", no_std)]

#[cfg(feature = "with-alloc")]
extern crate alloc;

use core::convert::Infallible;
use core::fmt::Write as _;
use core::time::Duration;

use rand_core::{TryCryptoRng, TryRng};
use sansession::{
    Ack, Active, Begin, Config, End, Ending, Freshness, Key, KeyRing, Meta, Revision, Sessions,
    Slot, Step, StoreKey, Stored, Summary, Timestamp,
};

#[cfg(feature = "proof")]
unsafe extern "C" {
    fn sansession_probe_panicked() -> !;
}

#[cfg(feature = "proof")]
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo<'_>) -> ! {
    unsafe { sansession_probe_panicked() }
}

/// The input that an optimiser cannot foresee, and the output that it cannot leave out.
struct World<'a> {
    input: &'a [u8],
    output: &'a mut [u8],
}

impl World<'_> {
    fn byte(&mut self) -> u8 {
        match self.input {
            [first, rest @ ..] => {
                self.input = rest;
                *first
            }
            [] => 0,
        }
    }

    fn bytes(&mut self) -> &[u8] {
        let len = usize::from(self.byte());
        let (head, tail) = self.input.split_at_checked(len).unwrap_or((self.input, &[]));
        self.input = tail;
        head
    }

    fn text(&mut self) -> &str {
        core::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    fn number(&mut self) -> u64 {
        u64::from(self.byte()) << (self.byte() & 63)
    }

    fn tell(&mut self, byte: u8) {
        for place in self.output.iter_mut() {
            *place = place.rotate_left(1) ^ byte;
        }
    }
}

impl core::fmt::Write for World<'_> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        for byte in text.bytes() {
            self.tell(byte);
        }
        Ok(())
    }
}

impl TryRng for World<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from(self.byte()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.byte()))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for place in bytes {
            *place = self.byte();
        }
        Ok(())
    }
}

impl TryCryptoRng for World<'_> {}

/// Runs an exchange that the input makes up.
///
/// # Safety
/// `input` and `output` must be valid for `input_len` and `output_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sansession_probe(
    input: *const u8,
    input_len: usize,
    output: *mut u8,
    output_len: usize,
) {
    let input = unsafe { core::slice::from_raw_parts(input, input_len) };
    let output = unsafe { core::slice::from_raw_parts_mut(output, output_len) };
    let mut world = World { input, output };
    let _ = run(&mut world);
}

fn run(world: &mut World<'_>) -> Option<()> {
    let config = Config::new()
        .idle(Duration::from_millis(world.number()))
        .absolute(Duration::from_millis(world.number()))
        .renew(Duration::from_millis(world.number()), Duration::from_millis(world.number()))
        .touch_share(world.byte())
        .skew(Duration::from_millis(world.number()))
        .retries(world.byte())
        .sweep_share(u16::from(world.byte()))
        .epoch(u32::from(world.byte()));
    let older = Key::new(world.byte(), world.bytes()).ok()?;
    let ring = KeyRing::new(Key::new(world.byte(), world.bytes()).ok()?).and_older(older).ok()?;
    let sessions = Sessions::stored(config, &ring).ok()?;
    let mut slot = Slot::<[u8; 1024]>::new();
    let mut line = [0; 512];
    for place in &mut line {
        *place = world.byte();
    }
    let now = Timestamp::from_millis(world.number());
    let mut begin = sessions.begin([line.as_slice()], now, slot.erase());
    let mut active = loop {
        let mut loading = match begin {
            Begin::Ready(active) => break active,
            Begin::Load(loading) => loading,
        };
        let (key, buffer, freshness) = loading.request();
        let _ = write!(world, "{key}");
        fill(world, buffer);
        begin = if world.byte() == 0 {
            loading.missing(freshness).ok()?
        } else {
            let (len, meta) = found(world);
            loading.found(len, meta, Freshness::Latest).ok()?
        };
    };
    while world.byte() != 0 {
        operate(world, &sessions, &mut active)?;
    }
    let ending = if world.byte() == 0 { Ending::Answered } else { Ending::Failed };
    let now = Timestamp::from_millis(world.number());
    let mut end = sessions.finish(active, ending, now, world).ok()?;
    let reply = loop {
        let mut closing = match end {
            End::Done(reply) => break reply,
            End::Step(closing) => closing,
        };
        let ack = carry_out(world, closing.step());
        end = closing.handle(&sessions, ack);
    };
    let _ = write!(world, "{} {}", reply.verdict(), reply.outcome());
    if let Some(cookie) = reply.set_cookie(&sessions) {
        let _ = write!(world, "{cookie}");
    }
    world.tell(u8::from(reply.sweep()));
    reply.into_slot().wipe();
    Some(())
}

fn fill(world: &mut World<'_>, buffer: &mut [u8]) {
    for place in buffer {
        *place = world.byte();
    }
}

fn found(world: &mut World<'_>) -> (usize, Meta) {
    let meta = Meta {
        revision: Revision::new(world.number()),
        seen: Timestamp::from_millis(world.number()),
    };
    (usize::from(world.byte()) << (world.byte() & 31), meta)
}

fn carry_out(world: &mut World<'_>, step: Step<'_>) -> Ack {
    match step {
        Step::Create { key, write } | Step::Update { key, write, .. } => {
            let _ = write!(world, "{key}{}", write.principal.unwrap_or_default());
            for byte in write.record {
                world.tell(*byte);
            }
            if let Some(summary) = Summary::read(write.record, write.seen) {
                let _ = write!(world, "{}", summary.principal.unwrap_or_default());
            }
        }
        Step::Touch { key, .. } | Step::Destroy { key } => {
            let _ = write!(world, "{key}");
        }
        Step::Load { buffer, .. } => fill(world, buffer),
        _ => {}
    }
    match world.byte() {
        0 => Ack::Stored,
        1 => Ack::Conflict,
        2 => Ack::Missing,
        3 => Ack::Full,
        4 => Ack::Failed,
        _ => {
            let (len, meta) = found(world);
            Ack::Found { len, meta }
        }
    }
}

fn operate(
    world: &mut World<'_>,
    sessions: &Sessions<Stored>,
    active: &mut Active<&mut Slot>,
) -> Option<()> {
    let mut name = [0; 300];
    let key = text(world, &mut name);
    let mut place = [0; 300];
    match world.byte() {
        0 => active.insert(key, &(world.byte(), world.number())).ok()?,
        1 => active.insert_str(key, text(world, &mut place)).ok()?,
        2 => world.tell(active.get::<u8>(key).ok()??),
        3 => {
            let _ = world.write_str(active.get::<&str>(key).ok()??);
        }
        4 => world.tell(u8::from(active.remove(key))),
        5 => world.tell(u8::from(active.contains(key))),
        6 => active.clear(),
        7 => active.keys().for_each(|key| world.tell(u8::from(key.is_empty()))),
        8 => active.flash(key, &world.number()).ok()?,
        9 => active.flash_str(key, text(world, &mut place)).ok()?,
        10 => active.flash_now(key, &world.number()).ok()?,
        11 => world.tell(active.flashed::<u8>(key).ok()??),
        12 => active.flash_keys().for_each(|key| world.tell(u8::from(key.is_empty()))),
        13 => world.tell(u8::from(active.keep(key).ok()?)),
        14 => active.reflash().ok()?,
        15 => world.tell(u8::from(active.discard(key))),
        16 => active.regenerate(),
        17 => active.invalidate(),
        18 => active.login(key).ok()?,
        19 => active
            .set_lifetime(
                Duration::from_millis(world.number()),
                Duration::from_millis(world.number()),
            )
            .ok()?,
        20 => {
            let token = active.csrf_token(sessions, world).ok()?;
            let _ = world.write_str(token.as_str());
        }
        21 => world.tell(u8::from(active.verify_csrf(sessions, key))),
        22 => {
            let _ = world.write_str(active.principal().unwrap_or_default());
        }
        23 => world.tell(u8::from(active.created().is_some())),
        24 => world.tell(u8::from(active.deadline().is_some())),
        25 => world.tell(u8::from(active.revision().is_some())),
        26 => world.tell(u8::from(active.handle() == key.parse::<StoreKey>().ok())),
        _ => world.tell(u8::from(active.verdict() == sansession::Verdict::Resumed)),
    }
    Some(())
}

fn text<'a>(world: &mut World<'_>, place: &'a mut [u8]) -> &'a str {
    let given = world.text();
    match place.get_mut(..given.len()) {
        Some(place) => {
            place.copy_from_slice(given.as_bytes());
            core::str::from_utf8(place).unwrap_or_default()
        }
        None => "",
    }
}

/// A path to a panic.
#[cfg(feature = "with-panic")]
#[unsafe(no_mangle)]
pub extern "C" fn sansession_probe_may_panic(number: usize) -> usize {
    [1, 2, 3][number]
}

/// A use of the allocator.
#[cfg(feature = "with-alloc")]
#[unsafe(no_mangle)]
pub extern "C" fn sansession_probe_allocates(number: usize) -> usize {
    alloc::vec::Vec::<u8>::with_capacity(number).capacity()
}
