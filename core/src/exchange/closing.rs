//! Closing: carries out the plan, one step of the host at a time.
//!
//! In: an exchange whose handler is done, then what came of each step. Out: the next step, or the reply. Which step
//! follows which is `plan.rs`; `steps.rs` prepares the bytes of each.

use core::fmt;
use core::ops::DerefMut;

use rand_core::TryCryptoRng;

use crate::config::Config;
use crate::entries::{Kind, Mark};
use crate::error::RngError;
use crate::exchange::rotation::Rotation;
use crate::id::Id;
use crate::keys::Keys;
use crate::plan::{self, Event, Fact, Intent};
use crate::sessions::Sessions;
use crate::slot::Slot;
use crate::step::{Ack, Ending, Reply, Step};
use crate::time::{Span, Timestamp};
use crate::token::IdKey;
use crate::transport::Stored;

/// An exchange that is closing.
#[must_use]
#[derive(Debug)]
pub enum End<B: DerefMut<Target = Slot>> {
    /// The host carries out a step.
    Step(Closing<B>),
    /// All is done.
    Done(Reply<B>),
}

/// Waits for the host to carry out a step.
///
/// Dropped, it leaves the session as the last step left it: as it was, or as it was going to be, or logged out.
#[must_use]
pub struct Closing<B: DerefMut<Target = Slot>> {
    slot: B,
}

impl<B: DerefMut<Target = Slot>> Closing<B> {
    /// The step to carry out. Asking again gives the same one.
    pub fn step(&mut self) -> Step<'_> {
        self.slot.step()
    }

    /// Takes in what came of the step.
    pub fn handle(mut self, sessions: &Sessions<Stored>, ack: Ack) -> End<B> {
        let event = self.slot.event(sessions, ack);
        self.slot.advance(&sessions.config, &sessions.keys, event);
        end(self.slot)
    }
}

impl<B: DerefMut<Target = Slot>> fmt::Debug for Closing<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Closing").field("phase", &self.slot.exchange.phase).finish_non_exhaustive()
    }
}

pub(crate) fn finish<B, R>(
    config: &Config,
    keys: &Keys<IdKey>,
    mut slot: B,
    ending: Ending,
    now: Timestamp,
    rng: &mut R,
) -> Result<End<B>, RngError<R::Error>>
where
    B: DerefMut<Target = Slot>,
    R: TryCryptoRng + ?Sized,
{
    let facts = slot.settle(config, ending, now);
    let exchange = &mut slot.exchange;
    exchange.retries = config.retries;
    let mints = match exchange.intent {
        Intent::Create | Intent::Replace => true,
        Intent::Nothing | Intent::Guest | Intent::Refuse | Intent::Destroy => false,
        _ => exchange.rotation(config).mints(),
    };
    if mints && exchange.fresh.is_none() {
        match (Id::draw(rng), exchange.intent) {
            (Ok(id), _) => exchange.fresh = Some(id),
            // Without an id there is nothing that could be done of these.
            (Err(error), Intent::Create | Intent::Regenerate | Intent::Bind) => return Err(error),
            // Renewal can wait for the next request, and a logout is carried out whatever comes after it.
            (Err(_), _) => exchange.intent = plan::intent(facts & !Fact::RENEW),
        }
    }
    slot.exchange.sweep = slot.sample(config);
    slot.advance(config, keys, Event::Start);
    Ok(end(slot))
}

fn end<B: DerefMut<Target = Slot>>(slot: B) -> End<B> {
    let exchange = &slot.exchange;
    if exchange.phase.is_some() {
        return End::Step(Closing { slot });
    }
    End::Done(reply(slot))
}

pub(crate) fn reply<B: DerefMut<Target = Slot>>(slot: B) -> Reply<B> {
    let left = slot.exchange.header.deadline.since(slot.exchange.now);
    Reply { slot, max_age: left.as_secs() }
}

impl Slot {
    /// The handler was done at `now`: settles what the exchange is about.
    pub(crate) fn settle(&mut self, config: &Config, ending: Ending, now: Timestamp) -> u16 {
        let exchange = &mut self.exchange;
        exchange.now = exchange.now.max(now);
        // The page that carries the CSRF token is not sent.
        exchange.wishes.guest &= ending == Ending::Answered;
        let facts = self.facts(config, ending);
        self.exchange.intent = plan::intent(facts);
        facts
    }

    pub(crate) fn facts(&self, config: &Config, ending: Ending) -> u16 {
        let exchange = &self.exchange;
        let wishes = &exchange.wishes;
        let live = exchange.is_live();
        let failed = ending == Ending::Failed;
        let rotation = exchange.rotation(config);
        let spent = || {
            let mut flash = self.entries().of_kind(Kind::FLASH);
            exchange.has_flash && flash.any(|flash| flash.has(Mark::Spent))
        };
        let holds_something =
            || exchange.entries > 0 || self.changes().of_kind(Kind::FLASH).next().is_some();
        let changed = if live {
            wishes.changed || exchange.lifetime_changes()
        } else {
            // What was written and taken out again makes no session.
            wishes.changed && holds_something()
        };
        let ended = wishes.ended.is_some_and(|ended| !(failed && ended.by_login));
        let unused = Span::between(exchange.seen, exchange.now);
        let facts = [
            (Fact::FAILED, failed),
            (Fact::LIVE, live),
            (Fact::ENDED, ended),
            (Fact::CHANGED, changed),
            (Fact::BOUND, wishes.bound),
            (Fact::REGENERATE, wishes.regenerate),
            (Fact::RENEW, rotation == Rotation::Renew),
            (Fact::TIDY, rotation == Rotation::Confirm || exchange.consumed || spent()),
            (Fact::TOUCH, unused >= exchange.header.idle.percent(config.touch_percent)),
            (Fact::GUEST, wishes.guest),
            (Fact::EXPIRED, live && exchange.now >= exchange.header.deadline),
        ];
        facts.iter().filter(|(_, holds)| *holds).fold(0, |set, (fact, _)| set | fact)
    }

    /// Whether this exchange is one of the sampled ones, without asking the random number generator.
    fn sample(&self, config: &Config) -> bool {
        let [a, b, c, d, e, f, g, h, ..] = *self.exchange.key.as_bytes();
        let seed = self.exchange.now.as_millis() ^ u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): consecutive seeds come out unrelated.
        let mixed = (seed ^ seed.wrapping_shr(30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed.wrapping_shr(27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed.wrapping_shr(31))
            .checked_rem(1000)
            .is_some_and(|draw| draw < u64::from(config.sweep_per_mille))
    }
}
