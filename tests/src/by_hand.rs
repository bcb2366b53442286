//! The machine driven step by step, for tests that put something between two steps.

use core::ops::DerefMut;

use sansession::{Ack, Active, Begin, Closing, End, Reply, Sessions, Slot, Step, Stored};
use sansession_store::{Created, Freshness, Loaded, Store, Updated};

use crate::map_store::MapStore;

/// Answers what [`Sessions::begin`] asks from the store.
///
/// # Panics
/// If the record is not for this build or slot.
pub fn load<B: DerefMut<Target = Slot>>(
    sessions: &Sessions<Stored>,
    store: &MapStore,
    begin: Begin<B>,
) -> Active<B> {
    pollster::block_on(sansession_store::open(sessions, store, begin))
        .expect("a record of this build")
}

/// Carries out one step.
pub fn answer<B: DerefMut<Target = Slot>>(store: &MapStore, closing: &mut Closing<B>) -> Ack {
    let Ok(ack) = pollster::block_on(carry_out(store, closing.step()));
    ack
}

/// Carries out all steps.
pub fn drive<B: DerefMut<Target = Slot>>(
    store: &MapStore,
    sessions: &Sessions<Stored>,
    mut end: End<B>,
) -> Reply<B> {
    loop {
        match end {
            End::Done(reply) => return reply,
            End::Step(mut closing) => {
                let ack = answer(store, &mut closing);
                end = closing.handle(sessions, ack);
            }
        }
    }
}

async fn carry_out(store: &MapStore, step: Step<'_>) -> Result<Ack, <MapStore as Store>::Error> {
    Ok(match step {
        Step::Create { key, write } => match store.create(key, write).await? {
            Created::Stored => Ack::Stored,
            Created::Conflict => Ack::Conflict,
            Created::Full => Ack::Full,
        },
        Step::Update { key, expected, write } => match store.update(key, expected, write).await? {
            Updated::Stored => Ack::Stored,
            Updated::Conflict => Ack::Conflict,
            Updated::Missing => Ack::Missing,
            Updated::Full => Ack::Full,
        },
        Step::Touch { key, seen, expires } => done(store.touch(key, seen, expires).await?),
        Step::Destroy { key } => done(store.destroy(key).await?),
        Step::Load { key, buffer } => match store.load(key, buffer, Freshness::Latest).await? {
            Loaded::Found { len, meta } => Ack::Found { len, meta },
            Loaded::Missing => Ack::Missing,
        },
        _ => Ack::Failed,
    })
}

fn done(there: bool) -> Ack {
    if there { Ack::Stored } else { Ack::Missing }
}
