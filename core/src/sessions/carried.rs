//! Sessions whose cookie carries everything.

use core::ops::DerefMut;

use rand_core::TryCryptoRng;

use crate::carried;
use crate::config::Config;
use crate::error::{ConfigError, RngError};
use crate::exchange::active::Active;
use crate::exchange::{resume, sign};
use crate::header::Budget;
use crate::keys::KeyRing;
use crate::sessions::{CANDIDATES, Sessions};
use crate::slot::Slot;
use crate::step::{Ending, Reply};
use crate::time::Timestamp;
use crate::transport::{Carried, Protection, Signed};

impl Sessions<Carried<Signed>> {
    /// Sessions in signed cookies: the browser can read what is in them.
    ///
    /// # Errors
    /// [`ConfigError`] as of [`Config::checked`].
    pub fn carried(config: Config, keys: &KeyRing) -> Result<Self, ConfigError> {
        Self::new(config, keys)
    }
}

#[cfg(feature = "sealed")]
impl Sessions<Carried<crate::Sealed>> {
    /// Sessions in sealed cookies: the browser cannot read what is in them.
    ///
    /// # Errors
    /// [`ConfigError`] as of [`Config::checked`].
    pub fn sealed(config: Config, keys: &KeyRing) -> Result<Self, ConfigError> {
        Self::new(config, keys)
    }
}

impl<P: Protection> Sessions<Carried<P>> {
    /// Opens an exchange with the values of the request's `Cookie` headers, in order. Whatever was in `slot` is gone.
    ///
    /// A cookie that is longer than the slot's record space is malformed to it: give slots that share a cookie one size.
    pub fn begin<'h, H, B>(&self, cookie_headers: H, now: Timestamp, slot: B) -> Active<B>
    where
        H: IntoIterator<Item = &'h [u8]>,
        B: DerefMut<Target = Slot>,
    {
        self.begin_unless(cookie_headers, now, slot, |_| None)
    }

    /// [Begins](Sessions::begin), and refuses a principal's sessions that began before the time that `not_before` gives for
    /// it. That time is all that a host must keep to log somebody out everywhere.
    ///
    /// The time of a session is when it, or its last login, [began](Active::created): one that is signed anew after
    /// the cut, by a request that was under way, is refused all the same.
    pub fn begin_unless<'h, H, B>(
        &self,
        cookie_headers: H,
        now: Timestamp,
        mut slot: B,
        mut not_before: impl FnMut(&str) -> Option<Timestamp>,
    ) -> Active<B>
    where
        H: IntoIterator<Item = &'h [u8]>,
        B: DerefMut<Target = Slot>,
    {
        let layout = carried::layout::<P::Key>(&self.config, slot.len());
        slot.exchange.begin(&self.config, layout, now);
        slot.exchange.carried = true;
        let mut budget = Budget::new();
        let mut candidates = CANDIDATES;
        for line in cookie_headers {
            for value in budget.values(line, self.config.cookie.name).take(candidates) {
                candidates = candidates.saturating_sub(1);
                if resume::resume(&mut slot, &self.config, &self.keys, value, &mut not_before) {
                    return Active { slot };
                }
            }
        }
        Active { slot }
    }

    /// Closes an exchange: signs what the cookie is to say.
    ///
    /// `now` is the time at which the handler was done. `rng` is asked for a new session, and sealed cookies ask it
    /// for each.
    ///
    /// # Errors
    /// [`RngError`]: no cookie is sent, and the exchange is over. A logout is carried out all the same, and what does not
    /// matter to the handler's answer is [`Outcome::SoftFailed`](crate::Outcome::SoftFailed).
    pub fn finish<B, R>(
        &self,
        active: Active<B>,
        ending: Ending,
        now: Timestamp,
        rng: &mut R,
    ) -> Result<Reply<B>, RngError<R::Error>>
    where
        B: DerefMut<Target = Slot>,
        R: TryCryptoRng + ?Sized,
    {
        sign::finish(&self.config, &self.keys, active.slot, ending, now, rng)
    }
}
