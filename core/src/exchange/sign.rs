//! Sign: closes the exchange of a carried session.
//!
//! In: an exchange whose handler is done. Out: the reply, with what the cookie is to say in the slot. What becomes of
//! which exchange is a table in `plan.rs`.

use core::ops::DerefMut;

use rand_core::TryCryptoRng;

use crate::carried::{self, Fields, START};
use crate::config::Config;
use crate::error::RngError;
use crate::exchange::{Cookie, closing};
use crate::keys::Keys;
use crate::plan::{self, Answer, Without};
use crate::protection::Protects;
use crate::slot::Slot;
use crate::step::{Ending, Reply, Revision};
use crate::time::Timestamp;
use crate::verdict::Outcome;

pub(crate) fn finish<B, K, R>(
    config: &Config,
    keys: &Keys<K>,
    mut slot: B,
    ending: Ending,
    now: Timestamp,
    rng: &mut R,
) -> Result<Reply<B>, RngError<R::Error>>
where
    B: DerefMut<Target = Slot>,
    K: Protects,
    R: TryCryptoRng + ?Sized,
{
    slot.settle(config, ending, now);
    let (answer, outcome) = plan::carried(slot.exchange.intent);
    let signed = match answer {
        Answer::Keep => Ok((Cookie::Keep, outcome)),
        // A CSRF token was handed out after the logout.
        Answer::Remove if slot.exchange.wishes.guest => {
            slot.sign_guest(config, keys, rng).map(|()| (Cookie::Set, outcome))
        }
        Answer::Remove => Ok((Cookie::Remove, outcome)),
        Answer::Guest => slot.sign_guest(config, keys, rng).map(|()| (Cookie::Set, outcome)),
        Answer::Sign(_) => slot.sign_session(config, keys, rng).map(|fits| match fits {
            Ok(()) => (Cookie::Set, outcome),
            Err(Outgrown) => (Cookie::Keep, Outcome::Conflict),
        }),
    };
    let (cookie, outcome) = match (signed, answer) {
        (Ok(done), _) => done,
        (Err(_), Answer::Sign(Without::Later)) => (Cookie::Keep, Outcome::SoftFailed),
        (Err(_), Answer::Sign(Without::Logout)) => (Cookie::Remove, Outcome::RngFailed),
        (Err(_), Answer::Remove) => (Cookie::Remove, outcome),
        (Err(error), _) => return Err(error),
    };
    slot.exchange.cookie = cookie;
    slot.exchange.outcome = outcome;
    Ok(closing::reply(slot))
}

/// The session does not fit any more. The check where the handler writes does not let it come to this.
struct Outgrown;

impl Slot {
    /// Makes the token of the session as it is now.
    fn sign_session<K: Protects, R: TryCryptoRng + ?Sized>(
        &mut self,
        config: &Config,
        keys: &Keys<K>,
        rng: &mut R,
    ) -> Result<Result<(), Outgrown>, RngError<R::Error>> {
        let exchange = &mut self.exchange;
        let header = if exchange.is_live() {
            exchange.next_header(config, exchange.rotation(config))
        } else {
            exchange.draw_fresh(rng)?;
            exchange.first_header(config)
        };
        exchange.header = header;
        exchange.revision =
            if exchange.is_live() { exchange.revision.next() } else { Revision::FIRST };
        let revision = exchange.revision;
        self.consume_flash();
        if self.stamp_flash(revision).is_err() {
            return Ok(Err(Outgrown));
        }
        self.sign(keys, false, rng).map(Ok)
    }

    /// Makes a token that is good for CSRF tokens only.
    fn sign_guest<K: Protects, R: TryCryptoRng + ?Sized>(
        &mut self,
        config: &Config,
        keys: &Keys<K>,
        rng: &mut R,
    ) -> Result<(), RngError<R::Error>> {
        let exchange = &mut self.exchange;
        exchange.draw_fresh(rng)?;
        exchange.header = exchange.first_header(config);
        exchange.entries = 0;
        self.sign(keys, true, rng)
    }

    fn sign<K: Protects, R: TryCryptoRng + ?Sized>(
        &mut self,
        keys: &Keys<K>,
        guest: bool,
        rng: &mut R,
    ) -> Result<(), RngError<R::Error>> {
        let exchange = &mut self.exchange;
        let id = match &exchange.presented {
            Some(presented) if exchange.standing.is_some() => Some(&presented.id),
            _ => exchange.fresh.as_ref(),
        };
        // A ring has a key, and the id was drawn; without them there is no token, and no cookie.
        let (Some(key), Some(id)) = (keys.newest(), id) else { return Ok(()) };
        let fields = Fields {
            guest,
            revision: u32::try_from(exchange.revision.get()).unwrap_or(u32::MAX),
            selector: id.selector,
            issued: exchange.now,
            header: exchange.header,
        };
        let len = carried::len::<K>(exchange.entries);
        exchange.carried_len = len;
        let space = self.record_space().get_mut(START..).unwrap_or_default();
        carried::protect(key, &fields, space.get_mut(..len).unwrap_or_default(), rng)
    }
}
