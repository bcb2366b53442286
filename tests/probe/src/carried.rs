//! An exchange of a carried session.

use core::fmt::Write as _;

use sansession::{Carried, Ending, Protection, Sessions, Slot};

use crate::handler::operate;
use crate::world::World;

#[cfg(feature = "signed")]
pub(crate) fn signed(world: &mut World<'_>) -> Option<()> {
    let sessions = Sessions::carried(world.config(), &world.ring()?).ok()?;
    run(world, &sessions)
}

#[cfg(feature = "sealed")]
pub(crate) fn sealed(world: &mut World<'_>) -> Option<()> {
    let sessions = Sessions::sealed(world.config(), &world.ring()?).ok()?;
    run(world, &sessions)
}

fn run<P: Protection>(world: &mut World<'_>, sessions: &Sessions<Carried<P>>) -> Option<()> {
    let mut slot = Slot::<[u8; 1024]>::new();
    let mut line = [0; 512];
    world.fill(&mut line);
    let (now, cut) = (world.time(), world.time());
    let not_before = |principal: &str| (!principal.is_empty()).then_some(cut);
    let mut active = sessions.begin_unless([line.as_slice()], now, slot.erase(), not_before);
    while world.byte() != 0 {
        operate(world, sessions, &mut active)?;
    }
    let ending = if world.byte() == 0 { Ending::Answered } else { Ending::Failed };
    let now = world.time();
    let reply = sessions.finish(active, ending, now, world).ok()?;
    let _ = write!(world, "{} {}", reply.verdict(), reply.outcome());
    if let Some(cookie) = reply.set_cookie(sessions) {
        let _ = write!(world, "{cookie}");
    }
    reply.into_slot().wipe();
    Some(())
}
