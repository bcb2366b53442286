//! The transports: whether the cookie carries an id or the whole session.
//!
//! They are types, so that the code of one that is not used is not linked.

use core::convert::Infallible;
use core::marker::PhantomData;

use crate::protection::{Protects, SignedKey};
use crate::token::IdKey;

/// The transport in which the cookie carries an id and a store keeps the record.
#[derive(Clone, Copy, Debug)]
pub enum Stored {}

/// The transport in which the cookie carries the whole session: no store, and no more than a cookie holds.
///
/// `P` is how the cookie is protected: [`Signed`] shows the browser what is in it, `Sealed` does not.
///
/// What a server that keeps nothing cannot do is told in the [crate docs](crate#carried-sessions): an older cookie that
/// somebody kept opens the session as it was then, until its deadlines or the [epoch](crate::Config::epoch).
#[derive(Clone, Copy, Debug)]
pub struct Carried<P = Signed>(PhantomData<P>, Infallible);

/// Protects a carried session by HMAC-SHA256: it can be read, and not changed.
#[derive(Clone, Copy, Debug)]
pub enum Signed {}

/// Protects a carried session by XChaCha20-Poly1305: it can be neither read nor changed.
#[cfg(feature = "sealed")]
#[derive(Clone, Copy, Debug)]
pub enum Sealed {}

/// [`Signed`] or `Sealed`.
pub trait Protection: private::Protected {}

impl Protection for Signed {}

#[cfg(feature = "sealed")]
impl Protection for Sealed {}

/// [`Stored`] or [`Carried`].
pub trait Transport: private::Transport {}

impl Transport for Stored {}

impl<P: Protection> Transport for Carried<P> {}

pub(crate) mod private {
    use super::{IdKey, Protects, SignedKey};
    use crate::keys::SubKey;

    pub trait Transport {
        /// What the value of the cookie is protected by.
        type Key: SubKey;
    }

    impl Transport for super::Stored {
        type Key = IdKey;
    }

    pub trait Protected {
        type Key: Protects;
    }

    impl<P: super::Protection> Transport for super::Carried<P> {
        type Key = P::Key;
    }

    impl Protected for super::Signed {
        type Key = SignedKey;
    }

    #[cfg(feature = "sealed")]
    impl Protected for super::Sealed {
        type Key = crate::protection::SealedKey;
    }
}
