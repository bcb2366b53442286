//! Steps: prepares the bytes of each, and says what an answer means for it.

use crate::config::Config;
use crate::exchange::rotation::Rotation;
use crate::exchange::{Cookie, TokenText};
use crate::id::Id;
use crate::keys::Keys;
use crate::plan::{self, Event, Fact, Intent, Next, Phase};
use crate::record::{Form as RecordForm, Header};
use crate::sessions::Sessions;
use crate::slot::Slot;
use crate::step::{Ack, Ending, Meta, Revision, Step, Write};
use crate::token::{self, Form, IdKey, Token};
use crate::transport::Stored;
use crate::verdict::{Outcome, Verdict};

impl Slot {
    /// Follows the plan from `event` until the host has something to do, or all is done.
    pub(crate) fn advance(&mut self, config: &Config, keys: &Keys<IdKey>, event: Event) {
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
                Next::Recheck => self.prepare_recheck(),
                Next::Update => self.prepare_update(config, keys),
                Next::Create => self.prepare_create(config, keys),
            };
            match prepared {
                Ok(phase) => {
                    self.exchange.phase = Some(phase);
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

    /// Only a new id shows whose update the record is.
    fn prepare_recheck(&mut self) -> Result<Phase, Event> {
        if self.exchange.minted { Ok(Phase::Recheck) } else { Err(Event::Lost) }
    }

    fn prepare_update(&mut self, config: &Config, keys: &Keys<IdKey>) -> Result<Phase, Event> {
        let rotation = match self.exchange.rotation(config) {
            Rotation::Renew if self.exchange.fresh.is_none() => Rotation::Keep,
            Rotation::Regenerate if self.exchange.fresh.is_none() => return Err(Event::NoId),
            rotation => rotation,
        };
        self.consume_flash();
        self.stamp_flash(self.exchange.revision.next()).map_err(|_| Event::Stuck)?;
        self.exchange.minted = rotation.mints();
        self.exchange.header = self.exchange.next_header(config, rotation);
        self.write_record(config, keys)?;
        Ok(Phase::Update)
    }

    /// A new session: after no session, after the end of the old one, or in place of one lost meanwhile.
    fn prepare_create(&mut self, config: &Config, keys: &Keys<IdKey>) -> Result<Phase, Event> {
        if self.exchange.is_live() {
            // Lost while a login was under way: only this exchange's own writes go into the new one.
            self.exchange.standing = None;
            self.exchange.entries = 0;
            self.exchange.sealed = None;
            self.replay().map_err(|_| Event::Stuck)?;
        }
        let fresh = self.exchange.fresh.as_ref().ok_or(Event::NoId)?;
        let current = fresh.verifier_hash();
        self.exchange.key = fresh.store_key();
        self.exchange.intent = Intent::Create;
        self.exchange.minted = true;
        self.exchange.header = Header { current, ..self.exchange.first_header(config) };
        self.stamp_flash(Revision::FIRST).map_err(|_| Event::Stuck)?;
        self.write_record(config, keys)?;
        Ok(Phase::Create)
    }

    /// Makes the record in the slot what the store is to keep.
    fn write_record(&mut self, config: &Config, keys: &Keys<IdKey>) -> Result<(), Event> {
        let header = self.exchange.header;
        let bound = self.principal().is_some();
        let form =
            if config.seals_records { RecordForm::Sealed { bound } } else { RecordForm::Clear };
        header.write(form, self.parts().header);
        match form {
            RecordForm::Clear => Ok(()),
            // The key is there, and so is the id that the record is stored under.
            RecordForm::Sealed { .. } => self.seal(keys).ok_or(Event::Stuck),
        }
    }

    /// The step of the phase.
    pub(crate) fn step(&mut self) -> Step<'_> {
        if matches!(self.exchange.phase, Some(Phase::Reload | Phase::Recheck)) {
            let (key, buffer) = self.reload_space();
            return Step::Load { key, buffer };
        }
        let exchange = &self.exchange;
        let key = &exchange.key;
        let (seen, expires) = (exchange.now, exchange.header.expires(exchange.now));
        let principal = self.principal();
        let newly_bound = exchange.wishes.bound;
        let write = Write { record: self.record(), seen, expires, principal, newly_bound };
        match exchange.phase {
            Some(Phase::Create) => Step::Create { key, write },
            Some(Phase::Update) => Step::Update { key, expected: exchange.revision, write },
            Some(Phase::Destroy) => Step::Destroy {
                key: exchange.wishes.ended.as_ref().map_or(key, |ended| &ended.key),
            },
            _ => Step::Touch { key, seen, expires },
        }
    }

    /// What an answer means for the step that was asked for.
    pub(crate) fn event(&mut self, sessions: &Sessions<Stored>, ack: Ack) -> Event {
        match (self.exchange.phase, ack) {
            (Some(Phase::Reload), Ack::Found { len, meta }) => self.reloaded(sessions, len, meta),
            (Some(Phase::Reload), Ack::Missing) => Event::Gone,
            (Some(Phase::Recheck), Ack::Found { len, meta }) => self.rechecked(sessions, len, meta),
            (Some(Phase::Reload | Phase::Recheck), _) => Event::Lost,
            (_, Ack::Stored) => Event::Stored,
            (Some(Phase::Create | Phase::Update), Ack::Conflict) => Event::Conflict,
            (Some(Phase::Update | Phase::Touch | Phase::Destroy), Ack::Missing) => Event::Gone,
            (_, Ack::Full) => Event::Full,
            (_, Ack::Conflict | Ack::Missing | Ack::Found { .. } | Ack::Failed) => Event::Failed,
        }
    }

    /// Judges the record loaded again as at the start, and makes the changes again on it.
    fn reloaded(&mut self, sessions: &Sessions<Stored>, len: usize, meta: Meta) -> Event {
        match self.take_in(sessions, len, meta) {
            Err(error) => {
                self.exchange.record_error = Some(error);
                return Event::Lost;
            }
            Ok(Err(_)) => return Event::Gone,
            Ok(Ok(())) => {}
        }
        if self.holds_fresh() {
            return Event::Own;
        }
        match self.judge() {
            Ok(standing) => self.exchange.standing = Some(standing),
            Err(Verdict::Obsolete) => return Event::Obsolete,
            Err(_) => return Event::Gone,
        }
        if self.replay().is_err() {
            return Event::Stuck;
        }
        // A soft step may have been done by the other request, or be due no longer.
        let facts = self.facts(&sessions.config, Ending::Answered);
        let can_mint = self.exchange.fresh.is_some();
        self.exchange.intent = plan::intent(if can_mint { facts } else { facts & !Fact::RENEW });
        Event::Good
    }

    /// After a failure: was the step done, and only its answer lost?
    fn rechecked(&mut self, sessions: &Sessions<Stored>, len: usize, meta: Meta) -> Event {
        match self.take_in(sessions, len, meta) {
            Ok(Ok(())) if self.holds_fresh() => Event::Own,
            _ => Event::Lost,
        }
    }

    /// Whether the record in the slot has the id that this exchange made and stored (promise L17).
    fn holds_fresh(&self) -> bool {
        let exchange = &self.exchange;
        let fresh = match exchange.intent {
            Intent::Create => exchange.fresh.as_ref().map(Id::verifier_hash),
            _ => exchange.new_verifier(),
        };
        exchange.minted && fresh.is_some_and(|fresh| exchange.header.current.matches(&fresh))
    }

    fn conclude(&mut self, config: &Config, keys: &Keys<IdKey>, outcome: Outcome) {
        let exchange = &mut self.exchange;
        exchange.phase = None;
        exchange.outcome = outcome;
        let id = match outcome {
            Outcome::Created => exchange.fresh.clone().map(|id| (Form::Session, id)),
            Outcome::Updated | Outcome::Rotated if exchange.minted => {
                exchange.renewed_id().map(|id| (Form::Session, id))
            }
            Outcome::Guest => exchange.fresh.clone().map(|id| (Form::Guest, id)),
            Outcome::Destroyed if exchange.wishes.guest => {
                exchange.fresh.clone().map(|id| (Form::Guest, id))
            }
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
        let mut text = TokenText([0; token::TEXT]);
        if token::encode(keys, &token, &mut text.0).is_some() {
            exchange.token = Some(text);
            exchange.cookie = Cookie::Set;
        }
    }
}
