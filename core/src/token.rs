//! The token: the authenticated text in an id cookie.
//!
//! In: the bytes of a cookie value. Out: an id with its times, or why not. The order is fixed: length, base64url,
//! tag, and only then the fields; nothing is parsed from bytes that have not been authenticated. Byte by byte it is
//! specified in the [crate docs](crate#token-v1).

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::bytes::{Reader, Writer, wipe};
use crate::id::Id;
use crate::keys::{Keys, SubKey};
use crate::mac::Keyed;
use crate::time::Timestamp;

/// Characters in an id token.
pub(crate) const TEXT: usize = 104;
/// Bytes under the tag: form, key id, selector, verifier, issued, deadline.
const BODY: usize = 46;
/// The body with its tag; a multiple of three, so every character carries six bits and has one spelling.
pub(crate) const RAW: usize = 78;

/// What an id token stands for. The number is its first byte: format version 1 in the high nibble, form in the low.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// The id of a stored session.
    Session = 0x11,
    /// An id with no record behind it, good for CSRF tokens only.
    Guest = 0x12,
}

impl Form {
    const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x11 => Some(Self::Session),
            0x12 => Some(Self::Guest),
            _ => None,
        }
    }

    pub(crate) const fn to_byte(self) -> u8 {
        match self {
            Self::Session => 0x11,
            Self::Guest => 0x12,
        }
    }
}

/// The key that id tokens are signed with.
pub struct IdKey(pub(crate) Keyed);

impl SubKey for IdKey {
    const PURPOSE: &'static [u8] = b"id token";

    fn new(derived: &[u8; 32]) -> Self {
        Self(Keyed::new(derived))
    }
}

#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) form: Form,
    pub(crate) id: Id,
    pub(crate) issued: Timestamp,
    pub(crate) deadline: Timestamp,
}

/// A token that verified, and whether by a key on its way out.
pub(crate) struct Verified {
    pub(crate) token: Token,
    pub(crate) old_key: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rejected {
    /// Not the shape of a token.
    Malformed,
    /// The shape of a token, but not signed by a key of this ring for this cookie.
    Forged,
}

/// Writes the text of `token`, signed by the newest key.
pub(crate) fn encode<'t>(
    keys: &Keys<IdKey>,
    token: &Token,
    text: &'t mut [u8; TEXT],
) -> Option<&'t str> {
    let key = keys.newest()?;
    let mut raw = [0; RAW];
    let mut out = Writer(&mut raw);
    out.put(&[token.form.to_byte(), key.id]);
    out.put(&token.id.selector);
    out.put(&token.id.verifier);
    out.put(&token.issued.to_bytes());
    out.put(&token.deadline.to_bytes());
    let (body, tag) = raw.split_at_mut_checked(BODY)?;
    crate::bytes::copy(tag, &key.token.0.tag(&[body]));
    let encoded = Base64UrlUnpadded::encode(&raw, text).ok();
    wipe(&mut raw);
    encoded
}

/// Reads and authenticates a cookie value.
pub(crate) fn decode(keys: &Keys<IdKey>, text: &[u8]) -> Result<Verified, Rejected> {
    let text: &[u8; TEXT] = text.try_into().map_err(|_| Rejected::Malformed)?;
    let mut raw = [0; RAW];
    // In constant time: whoever sends it may be guessing.
    let decoded = Base64UrlUnpadded::decode(text, &mut raw).is_ok();
    let verified = if decoded { authenticate(keys, &raw) } else { Err(Rejected::Malformed) };
    wipe(&mut raw);
    verified
}

fn authenticate(keys: &Keys<IdKey>, raw: &[u8; RAW]) -> Result<Verified, Rejected> {
    let (body, tag) = raw.split_first_chunk::<BODY>().ok_or(Rejected::Malformed)?;
    let tag: &[u8; 32] = tag.try_into().map_err(|_| Rejected::Malformed)?;
    // The id says which key to try; it is the only byte used before the tag is checked, and it picks no algorithm.
    let [_, key_id, ..] = *body;
    let key = keys.by_id(key_id).ok_or(Rejected::Forged)?;
    if !key.token.0.verifies(&[body], tag) {
        return Err(Rejected::Forged);
    }
    let token = parse(body).ok_or(Rejected::Malformed)?;
    Ok(Verified { token, old_key: key.retiring })
}

/// Reads the fields off the front of `raw`.
pub(crate) fn parse(raw: &[u8]) -> Option<Token> {
    let mut body = Reader(raw);
    let [form, _key_id] = body.array()?;
    Some(Token {
        form: Form::from_byte(form)?,
        id: Id { selector: body.array()?, verifier: body.array()? },
        issued: Timestamp::from_bytes(body.array()?),
        deadline: Timestamp::from_bytes(body.array()?),
    })
}

#[cfg(test)]
mod tests;
