//! CSRF tokens: nothing is stored for them.
//!
//! ```text
//! token = base64url( key id | mask (32) | mask XOR HMAC(csrf key, kind | selector | regenerates) )
//! ```
//!
//! Masked afresh at each use, so that compression of a page does not give it away (BREACH). It changes with every
//! regenerate, login and invalidate, and stays the same over renewals.

use core::fmt;
use core::ops::DerefMut;

use base64ct::{Base64UrlUnpadded, Encoding};
use rand_core::TryCryptoRng;

use crate::bytes::{Reader, Writer, equal, wipe};
use crate::error::RngError;
use crate::exchange::active::Active;
use crate::exchange::{Exchange, Guest};
use crate::id::Id;
use crate::keys::CsrfKey;
use crate::sessions::Sessions;
use crate::slot::Slot;
use crate::transport::Transport;

/// Bytes of a token before base64url.
const RAW: usize = 65;
/// Characters of a token.
const TEXT: usize = 87;

/// A CSRF token: 87 characters of base64url, to be put into a form or a header of the page. `Debug` is redacted.
#[derive(Clone, Copy)]
pub struct CsrfToken([u8; TEXT]);

impl CsrfToken {
    /// The characters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(..)")
    }
}

/// CSRF tokens.
impl<B: DerefMut<Target = Slot>> Active<B> {
    /// Makes a token for this session's forms.
    ///
    /// Without a session, an id cookie with no record behind it is sent along, good for this check only. Ask for the
    /// token after the last `login`, `regenerate`, `invalidate` or first write of the request: they change it.
    ///
    /// # Errors
    /// [`RngError`]; no token.
    pub fn csrf_token<T: Transport, R>(
        &mut self,
        sessions: &Sessions<T>,
        rng: &mut R,
    ) -> Result<CsrfToken, RngError<R::Error>>
    where
        R: TryCryptoRng + ?Sized,
    {
        let mut mask = [0; 32];
        rng.try_fill_bytes(&mut mask).map_err(RngError)?;
        let exchange = &mut self.slot.exchange;
        exchange.prepare_csrf(rng)?;
        let mut raw = [0; RAW];
        if let (Some(key), Some(basis)) = (sessions.keys.newest(), exchange.csrf_basis()) {
            let mut out = Writer(&mut raw);
            out.put(&[key.id]);
            out.put(&mask);
            out.put(&xor(mask, prf(&key.csrf, &basis)));
        }
        let mut text = [0; TEXT];
        // 65 bytes are 87 characters: it always fits.
        let _ = Base64UrlUnpadded::encode(&raw, &mut text);
        wipe(&mut raw);
        Ok(CsrfToken(text))
    }

    /// Whether `token` was made for the session, or the id without one, that this request came with.
    ///
    /// Compares in constant time; ask before `login`, `regenerate` and `invalidate`.
    pub fn verify_csrf<T: Transport>(&self, sessions: &Sessions<T>, token: &str) -> bool {
        let mut raw = [0; RAW];
        let Some(basis) = self.slot.exchange.csrf_arrived() else {
            return false;
        };
        if token.len() != TEXT || Base64UrlUnpadded::decode(token, &mut raw).is_err() {
            return false;
        }
        let mut raw = Reader(&raw);
        let (Some([key]), Some(mask), Some(masked)) =
            (raw.array::<1>(), raw.array::<32>(), raw.array::<32>())
        else {
            return false;
        };
        let Some(key) = sessions.keys.by_id(key) else {
            return false;
        };
        equal(&xor(mask, masked), &prf(&key.csrf, &basis))
    }
}

fn prf(key: &CsrfKey, basis: &Basis<'_>) -> [u8; 32] {
    key.0.tag(&[&[basis.kind], basis.selector, &basis.regenerates.to_le_bytes()])
}

/// What a token stands on.
struct Basis<'a> {
    kind: u8,
    selector: &'a [u8; 16],
    /// How often the session's id was regenerated.
    regenerates: u32,
}

/// An id that opens a session, or will, or never had one.
const GOOD: u8 = 1;
/// An id that opens its session no more: who still has it must not learn the tokens of who has the session.
const RETIRED: u8 = 2;

fn xor(mut a: [u8; 32], b: [u8; 32]) -> [u8; 32] {
    for (a, b) in a.iter_mut().zip(b) {
        *a ^= b;
    }
    a
}

impl Exchange {
    /// Draws the id of the session, or guest, to come, where this exchange has none.
    fn prepare_csrf<R: TryCryptoRng + ?Sized>(
        &mut self,
        rng: &mut R,
    ) -> Result<(), RngError<R::Error>> {
        if self.is_live()
            || (self.guest.is_some() && !self.wishes.changed && self.wishes.ended.is_none())
        {
            return Ok(());
        }
        self.draw_fresh(rng)?;
        self.wishes.guest = true;
        Ok(())
    }

    /// Draws the id that this exchange makes, if it has none yet.
    pub(crate) fn draw_fresh<R: TryCryptoRng + ?Sized>(
        &mut self,
        rng: &mut R,
    ) -> Result<(), RngError<R::Error>> {
        if self.fresh.is_none() {
            self.fresh = Some(Id::draw(rng)?);
        }
        Ok(())
    }

    /// What the answer's token stands on: the session as it will be.
    fn csrf_basis(&self) -> Option<Basis<'_>> {
        match (&self.presented, &self.fresh) {
            (Some(presented), _) if self.is_live() => {
                let more = u32::from(self.wishes.regenerate || self.wishes.bound);
                let regenerates = self.header.regenerates.wrapping_add(more);
                Some(Basis { kind: GOOD, selector: &presented.id.selector, regenerates })
            }
            (_, Some(fresh)) => {
                Some(Basis { kind: GOOD, selector: &fresh.selector, regenerates: 0 })
            }
            _ => self.guest.as_ref().map(Guest::basis),
        }
    }

    /// What the request's token stood on: the session as it was loaded.
    fn csrf_arrived(&self) -> Option<Basis<'_>> {
        match &self.presented {
            Some(presented) if self.is_live() => {
                let (selector, regenerates) = (&presented.id.selector, self.header.regenerates);
                Some(Basis { kind: GOOD, selector, regenerates })
            }
            _ if self.wishes.ended.is_some() => None,
            _ => self.guest.as_ref().map(Guest::basis),
        }
    }
}

impl Guest {
    fn basis(&self) -> Basis<'_> {
        let kind = if self.retired { RETIRED } else { GOOD };
        Basis { kind, selector: &self.id.selector, regenerates: 0 }
    }
}
