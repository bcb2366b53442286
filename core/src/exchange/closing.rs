//! Closing: carries out the plan, one step of the host at a time.
//!
//! In: what came of the last step. Out: the next step, or the reply. Which step follows which is `plan.rs`; this file
//! prepares the bytes for each.

use core::fmt;
use core::ops::DerefMut;

use rand_core::TryCryptoRng;

use crate::config::Config;
use crate::entries::Kind;
use crate::error::RngError;
use crate::exchange::Cookie;
use crate::exchange::rotation::Rotation;
use crate::id::Id;
use crate::keys::Keys;
use crate::plan::{self, Event, Fact, Intent, Next, Phase};
use crate::record::{self, HEADER};
use crate::sessions::Sessions;
use crate::slot::Slot;
use crate::step::{Ack, Ending, Reply, Revision, Step, Write};
use crate::time::{Span, Timestamp};
use crate::token::{self, Form, Token};
use crate::verdict::Outcome;

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
    pub fn handle<T>(mut self, sessions: &Sessions<T>, ack: Ack) -> End<B> {
        let event = self.slot.event(&sessions.config, ack);
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
    keys: &Keys,
    mut slot: B,
    ending: Ending,
    now: Timestamp,
    rng: &mut R,
) -> Result<End<B>, RngError<R::Error>>
where
    B: DerefMut<Target = Slot>,
    R: TryCryptoRng + ?Sized,
{
    let exchange = &mut slot.exchange;
    exchange.now = exchange.now.max(now);
    exchange.retries = config.retries;
    let facts = slot.facts(config, ending);
    let exchange = &mut slot.exchange;
    exchange.intent = plan::intent(facts);
    let mints = match exchange.intent {
        Intent::Create | Intent::Replace => true,
        Intent::Nothing | Intent::Guest | Intent::Destroy => false,
        _ => exchange.rotation(config).mints(),
    };
    if mints && exchange.fresh.is_none() {
        exchange.fresh = Some(Id::draw(rng)?);
    }
    slot.exchange.sweep = slot.sample(config);
    slot.advance(config, keys, Event::Start);
    Ok(end(slot))
}

fn end<B: DerefMut<Target = Slot>>(slot: B) -> End<B> {
    let exchange = &slot.exchange;
    if exchange.phase == Phase::Done {
        let left = exchange.header.deadline.since(exchange.now);
        End::Done(Reply { slot, max_age: left.as_secs() })
    } else {
        End::Step(Closing { slot })
    }
}

impl Slot {
    fn facts(&self, config: &Config, ending: Ending) -> u16 {
        let exchange = &self.exchange;
        let wishes = &exchange.wishes;
        let live = exchange.is_live();
        let rotation = exchange.rotation(config);
        let marked = || self.entries().of_kind(Kind::FLASH).any(|flash| flash.is_marked());
        let idle_used = Span::between(exchange.seen, exchange.now);
        let facts = [
            (Fact::FAILED, ending == Ending::Failed),
            (Fact::LIVE, live),
            (Fact::ENDED, wishes.ended.is_some()),
            (Fact::CHANGED, wishes.changed || (live && wishes.lifetime.is_some())),
            (Fact::BOUND, wishes.bound),
            (Fact::REGENERATE, wishes.regenerate),
            (Fact::RENEW, rotation == Rotation::Renew),
            (Fact::TIDY, rotation == Rotation::Confirm || exchange.consumed || marked()),
            (Fact::TOUCH, idle_used >= exchange.header.idle.percent(config.touch_percent)),
            (Fact::GUEST, wishes.guest),
        ];
        facts.iter().filter(|(_, holds)| *holds).fold(0, |set, (fact, _)| set | fact)
    }

    /// Whether this exchange is one of the sampled ones, without asking the random number generator.
    fn sample(&self, config: &Config) -> bool {
        let [a, b, c, d, e, f, g, h, ..] = *self.exchange.key.as_bytes();
        let seed = self.exchange.now.as_millis() ^ u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        // Fibonacci hashing: the high half of a product with 2^64 / golden ratio spreads consecutive inputs.
        let spread = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_shr(32);
        spread.checked_rem(1000).is_some_and(|draw| draw < u64::from(config.sweep_per_mille))
    }

    /// Follows the plan from `event` until the host has something to do.
    fn advance(&mut self, config: &Config, keys: &Keys, event: Event) {
        let mut event = event;
        loop {
            let prepared = match plan::next(self.exchange.intent, event) {
                Next::Done(outcome) => {
                    self.conclude(config, keys, outcome);
                    return;
                }
                Next::Touch => Ok(Phase::Touch),
                Next::Destroy => Ok(Phase::Destroy),
                Next::Reload => self.prepare_reload(),
                Next::Update => self.prepare_update(config),
                Next::Create => self.prepare_create(config),
            };
            match prepared {
                Ok(phase) => {
                    self.exchange.phase = phase;
                    return;
                }
                Err(stuck) => event = stuck,
            }
        }
    }

    fn prepare_reload(&mut self) -> Result<Phase, Event> {
        self.exchange.retries = self.exchange.retries.checked_sub(1).ok_or(Event::Stuck)?;
        Ok(Phase::Reload)
    }

    fn prepare_update(&mut self, config: &Config) -> Result<Phase, Event> {
        let mut rotation = self.exchange.rotation(config);
        if self.exchange.fresh.is_none() && rotation.mints() {
            rotation = Rotation::Keep;
        }
        self.consume_flash();
        self.stamp_flash(self.exchange.revision.next()).map_err(|_| Event::Stuck)?;
        let presented = self.presented_hash().unwrap_or_default();
        self.exchange.minted = rotation.mints();
        self.exchange.header = self.exchange.next_header(config, rotation, presented);
        self.write_header();
        Ok(Phase::Update)
    }

    /// A new session: after no session, after the end of the old one, or in place of one lost meanwhile.
    fn prepare_create(&mut self, config: &Config) -> Result<Phase, Event> {
        if self.exchange.is_live() {
            // Lost while a login was under way: only this exchange's own writes go into the new one.
            self.exchange.standing = None;
            self.exchange.entries = 0;
            self.replay().map_err(|_| Event::Stuck)?;
        }
        self.exchange.intent = Intent::Create;
        self.exchange.minted = true;
        self.exchange.header = self.exchange.first_header(config);
        self.exchange.key = self.exchange.fresh.as_ref().map(Id::store_key).unwrap_or_default();
        self.stamp_flash(Revision::FIRST).map_err(|_| Event::Stuck)?;
        self.write_header();
        Ok(Phase::Create)
    }

    fn write_header(&mut self) {
        let header = self.exchange.header;
        header.write(self.parts().header);
    }

    fn step(&mut self) -> Step<'_> {
        if self.exchange.phase == Phase::Reload {
            let (key, buffer) = self.reload_space();
            return Step::Load { key, buffer };
        }
        let exchange = &self.exchange;
        let key = &exchange.key;
        let (seen, expires) = (exchange.now, exchange.header.expires(exchange.now));
        let principal = record::principal(self.record().get(HEADER..).unwrap_or_default());
        let write = Write { record: self.record(), seen, expires, principal };
        match exchange.phase {
            Phase::Create => Step::Create { key, write },
            Phase::Update => Step::Update { key, expected: exchange.revision, write },
            Phase::Touch => Step::Touch { key, seen, expires },
            Phase::Destroy | Phase::Reload | Phase::Done => {
                Step::Destroy { key: exchange.wishes.ended.as_ref().unwrap_or(key) }
            }
        }
    }

    /// What an answer means for the step that was asked for.
    fn event(&mut self, config: &Config, ack: Ack) -> Event {
        match (self.exchange.phase, ack) {
            (Phase::Reload, Ack::Found { len, meta }) => self.reloaded(config, len, meta),
            (Phase::Reload, Ack::Missing) => Event::Gone,
            (Phase::Reload, _) | (_, Ack::Found { .. } | Ack::Failed) => Event::Failed,
            (_, Ack::Stored) => Event::Stored,
            (Phase::Create | Phase::Update, Ack::Conflict) => Event::Conflict,
            (Phase::Update | Phase::Touch | Phase::Destroy, Ack::Missing) => Event::Gone,
            (_, Ack::Full) => Event::Full,
            (_, Ack::Conflict | Ack::Missing) => Event::Failed,
        }
    }

    /// Judges the record loaded again as at the start, and makes the changes again on it.
    fn reloaded(&mut self, config: &Config, len: usize, meta: crate::step::Meta) -> Event {
        match self.take_in(len, meta) {
            Err(_) => return Event::Failed,
            Ok(Err(_)) => return Event::Gone,
            Ok(Ok(())) => {}
        }
        if self.exchange.minted && self.holds_fresh() {
            return Event::Own;
        }
        match self.judge() {
            Ok(standing) => self.exchange.standing = Some(standing),
            Err(crate::Verdict::Obsolete) => return Event::Obsolete,
            Err(_) => return Event::Gone,
        }
        if self.replay().is_err() {
            return Event::Stuck;
        }
        // A soft step may have been done by the other request, or be due no longer.
        self.exchange.intent = plan::intent(self.facts(config, Ending::Answered));
        Event::Good
    }

    /// Whether the record in the slot has the id that this exchange made (promise L17).
    fn holds_fresh(&self) -> bool {
        let exchange = &self.exchange;
        let fresh = if exchange.intent == Intent::Create {
            exchange.fresh.as_ref().map(Id::verifier_hash)
        } else {
            exchange.new_verifier()
        };
        fresh.is_some_and(|fresh| exchange.header.current.matches(&fresh))
    }

    fn conclude(&mut self, config: &Config, keys: &Keys, outcome: Outcome) {
        let exchange = &mut self.exchange;
        exchange.phase = Phase::Done;
        exchange.outcome = outcome;
        let guest = exchange.wishes.guest;
        let id = match outcome {
            Outcome::Created => exchange.fresh.clone().map(|id| (Form::Session, id)),
            Outcome::Updated | Outcome::Rotated if exchange.minted => {
                exchange.renewed_id().map(|id| (Form::Session, id))
            }
            Outcome::Guest => exchange.fresh.clone().map(|id| (Form::Guest, id)),
            Outcome::Destroyed if guest => exchange.fresh.clone().map(|id| (Form::Guest, id)),
            Outcome::Destroyed => {
                exchange.cookie = Cookie::Remove;
                None
            }
            _ => None,
        };
        let Some((form, id)) = id else { return };
        if form == Form::Guest {
            exchange.header = exchange.first_header(config);
        }
        let token = Token { form, id, issued: exchange.now, deadline: exchange.header.deadline };
        if let Some(text) = self.record_space().first_chunk_mut()
            && token::encode(keys, &token, text).is_some()
        {
            self.exchange.cookie = Cookie::Set;
        }
    }
}
