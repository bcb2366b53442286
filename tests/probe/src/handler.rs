//! The handler: every operation of an open exchange.

use core::fmt::Write as _;
use core::time::Duration;

use sansession::{Active, Sessions, Slot, StoreKey, Transport};

use crate::world::World;

pub(crate) fn operate<T: Transport>(
    world: &mut World<'_>,
    sessions: &Sessions<T>,
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
