//! Claim: what a cookie value says without a key to check it by.

use crate::base64url;
use crate::carried::{self, Parsed};
use crate::inspect::{Form, Inspection, Rejection};
use crate::protection::{Protects, SignedKey};
use crate::token;

/// What a cookie value claims. Nothing vouches for it: anybody can make a value that claims anything.
///
/// An exchange never reads so much of a token before it has verified it; this is for people who have no key at hand.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Claim<'a> {
    /// What kind of token it claims to be.
    pub form: Form,
    /// The key that it claims to be made with.
    pub key_id: u8,
    /// What else it claims. A sealed token tells nothing, and there is nothing to tell of contents that no release writes.
    pub unverified: Option<Inspection<'a>>,
}

impl<'a> Claim<'a> {
    /// Reads a cookie value into `scratch`, for which `value.len()` bytes are always enough.
    ///
    /// # Errors
    /// [`Rejection::Length`], [`Rejection::Alphabet`] or [`Rejection::Form`]: it is no token, whatever the keys are.
    pub fn read(value: &[u8], scratch: &'a mut [u8]) -> Result<Self, Rejection> {
        let (form, key_id, token) = head(value, scratch)?;
        let unverified = match form {
            Form::SessionId | Form::CsrfId if token.len() == token::RAW => {
                token::parse(token).map(|token| Inspection::of_id(form, key_id, &token))
            }
            Form::SessionId | Form::CsrfId => {
                return Err(Rejection::Length { chars: value.len() });
            }
            Form::Signed => body(token).and_then(carried::parse).map(|parsed| {
                let Parsed { fields, entries, .. } = parsed;
                Inspection::of_carried(form, key_id, &fields, entries)
            }),
            Form::Sealed => None,
        };
        Ok(Self { form, key_id, unverified })
    }
}

/// Decodes a value and reads the two bytes that stand in the clear in every token.
pub(super) fn head<'s>(
    value: &[u8],
    scratch: &'s mut [u8],
) -> Result<(Form, u8, &'s [u8]), Rejection> {
    let length = Rejection::Length { chars: value.len() };
    if value.len() % 4 == 1 || base64url::decoded_len(value.len()) > scratch.len() {
        return Err(length);
    }
    let token = base64url::decode(value, scratch).ok_or(Rejection::Alphabet)?;
    let [form, key_id, ..] = *token else { return Err(length) };
    Ok((Form::from_byte(form).ok_or(Rejection::Form { form })?, key_id, token))
}

/// What stands between the head and the trailer of a signed token.
fn body(token: &[u8]) -> Option<&[u8]> {
    let body = token.len().checked_sub(SignedKey::TRAILER)?;
    token.get(..body)?.get(2..)
}
