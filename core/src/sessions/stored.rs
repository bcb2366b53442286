//! Sessions whose cookie carries an id, and whose record a store keeps.

use core::ops::DerefMut;

use rand_core::TryCryptoRng;

use crate::config::Config;
use crate::error::{ConfigError, RngError};
use crate::exchange::active::Active;
use crate::exchange::closing::{self, End};
use crate::exchange::loading::{self, Begin};
use crate::exchange::{Candidate, Exchange, Guest};
use crate::header::Budget;
use crate::keys::KeyRing;
use crate::sessions::{CANDIDATES, Sessions};
use crate::set_cookie;
use crate::slot::{Layout, Slot};
use crate::step::Ending;
use crate::time::{Span, Timestamp};
use crate::token::{self, Form, Rejected, Token};
use crate::transport::Stored;
use crate::verdict::Verdict;

impl Sessions<Stored> {
    /// Checks the configuration and derives the keys that its cookie is signed with.
    ///
    /// # Errors
    /// [`ConfigError`] as of [`Config::checked`].
    pub fn stored(config: Config, keys: &KeyRing) -> Result<Self, ConfigError> {
        Self::new(config, keys)
    }

    /// The most bytes that the value of their `Set-Cookie` header ever has, for hosts that write it into a buffer.
    pub fn set_cookie_len(&self) -> usize {
        set_cookie::longest(&self.config.cookie, &[b'A'; token::TEXT])
    }

    /// Opens an exchange with the values of the request's `Cookie` headers, in order.
    ///
    /// No store is asked before a cookie has been authenticated: after forged, malformed or no cookies the exchange is
    /// [`Begin::Ready`] at once. Whatever was in `slot` is gone.
    pub fn begin<'h, H, B>(&self, cookie_headers: H, now: Timestamp, mut slot: B) -> Begin<B>
    where
        H: IntoIterator<Item = &'h [u8]>,
        B: DerefMut<Target = Slot>,
    {
        let layout = Layout::stored(&slot);
        let exchange = &mut slot.exchange;
        exchange.begin(&self.config, layout, now);
        let mut budget = Budget::new();
        let mut candidates = CANDIDATES;
        for line in cookie_headers {
            for value in budget.values(line, self.config.cookie.name).take(candidates) {
                candidates = candidates.saturating_sub(1);
                self.authenticate(exchange, value);
            }
        }
        loading::first(slot)
    }

    /// Sorts a cookie value into the exchange: an id to look up, an id for CSRF tokens, or a verdict.
    fn authenticate(&self, exchange: &mut Exchange, value: &[u8]) {
        let now = exchange.now;
        let verdict = match token::decode(&self.keys, value) {
            Err(Rejected::Malformed) => Verdict::Malformed,
            Err(Rejected::Forged) => Verdict::Forged,
            // Issued by a clock ahead of ours, beyond what nodes may differ by: as good as never issued.
            Ok(verified) if verified.token.issued > now.plus(Span::of(self.config.skew)) => {
                Verdict::Unknown
            }
            Ok(verified) if verified.token.form == Form::Guest => {
                if now < verified.token.deadline {
                    exchange.guest.get_or_insert(Guest { id: verified.token.id, retired: false });
                }
                Verdict::None
            }
            Ok(verified) if now >= verified.token.deadline => Verdict::ExpiredAbsolute,
            Ok(verified) => {
                let Token { id, deadline, .. } = verified.token;
                // A copy of a dead id must not take the place of a good one.
                let known = exchange.candidates.iter().flatten().any(|known| known.id.is(&id));
                let place = exchange.candidates.iter_mut().find(|place| place.is_none());
                if !known && let Some(place) = place {
                    *place = Some(Candidate { id, old_key: verified.old_key, deadline });
                }
                Verdict::None
            }
        };
        exchange.verdict = exchange.verdict.max(verdict);
    }

    /// Closes an exchange: plans what is to be stored and says what the host must do first.
    ///
    /// `now` is the time at which the handler was done. `rng` is asked only if a new id is needed.
    ///
    /// # Errors
    /// [`RngError`]: nothing is stored, no cookie is sent, and the exchange is over.
    pub fn finish<B, R>(
        &self,
        active: Active<B>,
        ending: Ending,
        now: Timestamp,
        rng: &mut R,
    ) -> Result<End<B>, RngError<R::Error>>
    where
        B: DerefMut<Target = Slot>,
        R: TryCryptoRng + ?Sized,
    {
        closing::finish(&self.config, &self.keys, active.slot, ending, now, rng)
    }
}
