//! What tools ask of cookies and records.

use core::fmt::Write as _;

use sansession::Sessions;
use sansession::inspect::{
    Claim, Contents, CookieHeaders, Inspection, NameSpace, Record, Rejection,
};

use crate::world::World;

pub(crate) fn run(world: &mut World<'_>) -> Option<()> {
    let mut value = [0; 512];
    world.fill(&mut value);
    let mut scratch = [0; 512];
    let sessions = Sessions::stored(world.config(), &world.ring()?).ok()?;
    tell(world, sessions.inspect(&value));
    #[cfg(feature = "signed")]
    {
        let sessions = Sessions::carried(world.config(), &world.ring()?).ok()?;
        tell(world, sessions.inspect(&value, &mut scratch));
    }
    #[cfg(feature = "sealed")]
    {
        let sessions = Sessions::sealed(world.config(), &world.ring()?).ok()?;
        tell(world, sessions.inspect(&value, &mut scratch));
    }
    match Claim::read(&value, &mut scratch) {
        Ok(Claim { form, unverified: Some(said), .. }) => {
            let _ = world.write_str(form.name());
            tell(world, Ok(said));
        }
        Ok(claim) => {
            let _ = write!(world, "{claim:?}");
        }
        Err(why) => tell(world, Err(why)),
    }
    match Record::read(&value) {
        Ok(record) => {
            let _ = write!(world, "{record:?}");
            tell_contents(world, &record.contents);
        }
        Err(why) => tell(world, Err(why)),
    }
    let mut headers = CookieHeaders::new();
    let found = headers.values(&value, world.text()).count();
    world.tell(u8::try_from(found).unwrap_or_default());
    Some(())
}

fn tell(world: &mut World<'_>, said: Result<Inspection<'_>, Rejection>) {
    match said {
        Ok(said) => {
            let _ = write!(world, "{said:?}");
            if let Some(contents) = said.contents {
                tell_contents(world, &contents);
            }
        }
        Err(why) => {
            let _ = write!(world, "{why} {why:?}");
        }
    }
}

fn tell_contents(world: &mut World<'_>, contents: &Contents<'_>) {
    for entry in contents.entries() {
        let _ = write!(world, "{}{entry:?}", entry.key);
        world.tell(u8::from(matches!(entry.space, NameSpace::Data)));
        if let Ok(text) = entry.decode::<&str>() {
            let _ = world.write_str(text);
        }
    }
    let _ = world.write_str(contents.principal().unwrap_or_default());
    world.tell(u8::from(contents.idle().is_zero()));
    let (seen, now) = (world.time(), world.time());
    world.tell(u8::from(contents.in_time(seen, now).is_ok()));
}
