//! Token: what a cookie value says that a key vouches for.

use crate::bytes::wipe;
use crate::carried;
use crate::id::StoreKey;
use crate::inspect::{Contents, Rejection, claim};
use crate::keys::{Keys, SubKey};
use crate::protection::Protects;
use crate::sessions::Sessions;
use crate::step::Revision;
use crate::time::Timestamp;
use crate::token::{self, Token};
use crate::transport::{Carried, Protection, Stored};
use crate::verdict::Verdict;

/// What kind of token it is, by its first byte.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Form {
    /// The id of a stored session.
    SessionId,
    /// An id with no record behind it, good for CSRF tokens only.
    CsrfId,
    /// A carried session that can be read.
    Signed,
    /// A carried session that cannot be read without the key.
    Sealed,
}

impl Form {
    /// The name used by tools: lower case with hyphens.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SessionId => "session-id",
            Self::CsrfId => "csrf-id",
            Self::Signed => "signed",
            Self::Sealed => "sealed",
        }
    }

    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x11 => Some(Self::SessionId),
            0x12 => Some(Self::CsrfId),
            0x13 => Some(Self::Signed),
            0x14 => Some(Self::Sealed),
            _ => None,
        }
    }

    /// The byte, as the crate docs list them.
    pub const fn to_byte(self) -> u8 {
        match self {
            Self::SessionId => 0x11,
            Self::CsrfId => 0x12,
            Self::Signed => 0x13,
            Self::Sealed => 0x14,
        }
    }
}

/// What a token says, whatever the time.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Inspection<'a> {
    /// What kind of token it is.
    pub form: Form,
    /// The key that it is signed or sealed with.
    pub key_id: u8,
    /// Whether that key is on its way out.
    pub old_key: bool,
    /// Whether it opens no session and is good for CSRF tokens only.
    pub csrf_only: bool,
    /// When it was made. The idle time-out of a carried session counts from here.
    pub issued: Timestamp,
    /// The absolute deadline.
    pub deadline: Timestamp,
    /// What the store keys the session by, of the id of a stored session.
    pub handle: Option<StoreKey>,
    /// How often the session was signed, of a carried session.
    pub revision: Option<Revision>,
    /// The session, of a carried session.
    pub contents: Option<Contents<'a>>,
}

impl Sessions<Stored> {
    /// Says what an id token says, if it is authentic, and why it is not.
    ///
    /// # Errors
    /// [`Rejection`]; an exchange would find it [`Malformed`](Verdict::Malformed) or [`Forged`](Verdict::Forged).
    pub fn inspect(&self, value: &[u8]) -> Result<Inspection<'static>, Rejection> {
        let mut raw = [0; token::RAW];
        // For the key's id and the reason alone: nothing of it is told before the token verifies.
        let head = claim::head(value, &mut raw).map(|(form, key_id, _)| (form, key_id));
        wipe(&mut raw);
        let (form, key_id) = head?;
        if !matches!(form, Form::SessionId | Form::CsrfId) {
            return Err(Rejection::Form { form: form.to_byte() });
        }
        match token::decode(&self.keys, value) {
            Ok(verified) => Ok(Inspection {
                old_key: verified.old_key,
                ..Inspection::of_id(form, key_id, &verified.token)
            }),
            Err(token::Rejected::Forged) => Err(forged(&self.keys, key_id)),
            Err(token::Rejected::Malformed) => Err(Rejection::Length { chars: value.len() }),
        }
    }
}

impl<P: Protection> Sessions<Carried<P>> {
    /// Says what the token of a carried session says, if it is authentic, and why it is not.
    ///
    /// The token is decoded into `scratch`; `value.len()` bytes are always enough. Whatever was there is gone, also on
    /// an error.
    ///
    /// # Errors
    /// [`Rejection`]; an exchange would find it [`Malformed`](Verdict::Malformed), [`Forged`](Verdict::Forged) or
    /// [`Corrupt`](Verdict::Corrupt).
    pub fn inspect<'s>(
        &self,
        value: &[u8],
        scratch: &'s mut [u8],
    ) -> Result<Inspection<'s>, Rejection> {
        let (form, key_id, _) = claim::head(value, scratch)?;
        if form.to_byte() != P::Key::FORM {
            return Err(Rejection::Form { form: form.to_byte() });
        }
        let opened =
            carried::open(&self.keys, value, scratch).map_err(|verdict| match verdict {
                Verdict::Forged => forged(&self.keys, key_id),
                Verdict::Corrupt => Rejection::Contents,
                _ => Rejection::Length { chars: value.len() },
            })?;
        let entries = scratch.get(carried::HEAD..).and_then(|rest| rest.get(..opened.entries));
        let inspection =
            Inspection::of_carried(form, key_id, &opened.fields, entries.unwrap_or_default());
        Ok(Inspection { old_key: opened.old_key, ..inspection })
    }
}

fn forged<K: SubKey>(keys: &Keys<K>, id: u8) -> Rejection {
    if keys.by_id(id).is_some() { Rejection::Tag } else { Rejection::Key { id } }
}

impl<'a> Inspection<'a> {
    pub(super) fn of_id(form: Form, key_id: u8, token: &Token) -> Self {
        let csrf_only = form == Form::CsrfId;
        Self {
            form,
            key_id,
            old_key: false,
            csrf_only,
            issued: token.issued,
            deadline: token.deadline,
            handle: (!csrf_only).then(|| token.id.store_key()),
            revision: None,
            contents: None,
        }
    }

    /// `entries` have been checked.
    pub(super) fn of_carried(
        form: Form,
        key_id: u8,
        fields: &carried::Fields,
        entries: &'a [u8],
    ) -> Self {
        let session = !fields.guest;
        Self {
            form,
            key_id,
            old_key: false,
            csrf_only: fields.guest,
            issued: fields.issued,
            deadline: fields.header.deadline,
            handle: None,
            revision: session.then(|| Revision::new(u64::from(fields.revision))),
            contents: session.then_some(Contents { header: fields.header, entries }),
        }
    }
}
