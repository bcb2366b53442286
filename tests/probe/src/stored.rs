//! An exchange of a stored session.

use core::fmt::Write as _;

use sansession::{
    Ack, Begin, End, Ending, Freshness, Meta, Revision, Sessions, Slot, Step, Summary,
};

use crate::handler::operate;
use crate::world::World;

pub(crate) fn run(world: &mut World<'_>) -> Option<()> {
    let sessions = Sessions::stored(world.config(), &world.ring()?).ok()?;
    let mut slot = Slot::<[u8; 1024]>::new();
    let mut line = [0; 512];
    world.fill(&mut line);
    let now = world.time();
    let mut begin = sessions.begin([line.as_slice()], now, slot.erase());
    let mut active = loop {
        let mut loading = match begin {
            Begin::Ready(active) => break active,
            Begin::Load(loading) => loading,
        };
        let (key, buffer, freshness) = loading.request();
        let _ = write!(world, "{key}");
        world.fill(buffer);
        begin = if world.byte() == 0 {
            loading.missing(freshness).ok()?
        } else {
            let (len, meta) = found(world);
            loading.found(&sessions, len, meta, Freshness::Latest).ok()?
        };
    };
    while world.byte() != 0 {
        operate(world, &sessions, &mut active)?;
    }
    let ending = if world.byte() == 0 { Ending::Answered } else { Ending::Failed };
    let now = world.time();
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

fn found(world: &mut World<'_>) -> (usize, Meta) {
    let meta = Meta::new(Revision::new(world.number()), world.time());
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
        Step::Load { buffer, .. } => world.fill(buffer),
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
