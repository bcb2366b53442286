//! The carried token: a whole session in the value of a cookie.
//!
//! In: the bytes of a cookie value. Out: fields and entries in the slot, or why not. The order is that of the id token:
//! length, base64url, authentication, and only then the fields. Byte by byte it is specified in the
//! [crate docs](crate#carried-token-v1).
//!
//! ```text
//! slot   | 17 unused | form | key id | fields | entries | trailer | ...
//! record | header 68                         | entries
//! ```
//!
//! The token is decoded to where its entries come to lie as those of a stored record do, so all that works on entries
//! works on both.

use rand_core::TryCryptoRng;

use crate::base64url;
use crate::bytes::{Reader, Writer, wipe};
use crate::config::Config;
use crate::entries::Entries;
use crate::error::RngError;
use crate::keys::{Keys, SubKeys};
use crate::protection::Protects;
use crate::record::{HEADER, Header};
use crate::slot::Layout;
use crate::time::{Span, Timestamp};
use crate::verdict::Verdict;

/// Bytes before the entries: form, key id and fields.
pub(crate) const HEAD: usize = 51;
/// Where the token begins in a slot.
pub(crate) const START: usize = HEADER - HEAD;

const OWN_LIFETIME: u8 = 1;
const GUEST: u8 = 2;

/// The most bytes of a cookie, name and value together, that browsers and other clients keep.
///
/// RFC 6265bis 5.7: "If the sum of the lengths of the name string and the value string is more than 4096 octets, abort";
/// some clients count one more.
const COOKIE: usize = 4095;

/// What stands before the entries.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    /// It is good for CSRF tokens only.
    pub(crate) guest: bool,
    /// How often the session was signed.
    pub(crate) revision: u32,
    /// What tells sessions apart in CSRF tokens.
    pub(crate) selector: [u8; 16],
    pub(crate) issued: Timestamp,
    /// Its hashes are not in a token.
    pub(crate) header: Header,
}

/// A token that is authentic and makes sense. Its entries are in the slot.
pub(crate) struct Opened {
    pub(crate) fields: Fields,
    /// Bytes of entries.
    pub(crate) entries: usize,
    pub(crate) has_flash: bool,
    /// By a key on its way out.
    pub(crate) old_key: bool,
}

/// Divides a slot of `slot` bytes: as much for the record as one cookie can need, but not more than three quarters;
/// the rest keeps the flash messages of this exchange.
pub(crate) fn layout<K: Protects>(config: &Config, slot: usize) -> Layout {
    let longest = START.saturating_add(longest(config));
    let split = longest.min(slot.saturating_sub(slot / 4));
    Layout { split, entries: split.saturating_sub(HEADER).saturating_sub(K::TRAILER) }
}

/// The most bytes of a token, before base64url, whose cookie browsers keep (promise T10).
fn longest(config: &Config) -> usize {
    base64url::decoded_len(COOKIE.saturating_sub(config.cookie.name.len()))
}

/// Decodes, authenticates and checks a cookie value. `space` is the slot's, from [`START`] to the end of its record.
pub(crate) fn open<K: Protects>(
    keys: &Keys<K>,
    text: &[u8],
    space: &mut [u8],
) -> Result<Opened, Verdict> {
    // A text that is too long for the space is refused before a byte of it is decoded.
    let token = base64url::decode(text, space).ok_or(Verdict::Malformed)?;
    let (head, rest) = token.split_first_chunk_mut::<2>().ok_or(Verdict::Malformed)?;
    let body = rest.len().checked_sub(K::TRAILER).ok_or(Verdict::Malformed)?;
    let (body, trailer) = rest.split_at_mut_checked(body).ok_or(Verdict::Malformed)?;
    // The id says which key to try; it picks no algorithm.
    let [form, key_id] = *head;
    let key = keys.by_id(key_id).ok_or(Verdict::Forged)?;
    let authentic = key.token.open(*head, body, trailer);
    // It would still open the session for who finds it in memory.
    wipe(trailer);
    if !authentic {
        return Err(Verdict::Forged);
    }
    let parsed = if form == K::FORM { parse(body) } else { None };
    let Parsed { fields, entries, has_flash } = parsed.ok_or(Verdict::Corrupt)?;
    Ok(Opened { fields, entries: entries.len(), has_flash, old_key: key.retiring })
}

/// What stands between the head and the trailer of a token.
pub(crate) struct Parsed<'a> {
    pub(crate) fields: Fields,
    pub(crate) entries: &'a [u8],
    has_flash: bool,
}

/// Reads what stands between head and trailer; `None` if nobody writes that.
pub(crate) fn parse(body: &[u8]) -> Option<Parsed<'_>> {
    let mut body = Reader(body);
    let fields = Fields::parse(&mut body)?;
    let entries = body.0;
    let has_flash = Entries::check(entries)?;
    (entries.is_empty() || !fields.guest).then_some(Parsed { fields, entries, has_flash })
}

/// Makes `token`, whose entries are in place, complete: fields before them, protection behind.
///
/// # Errors
/// [`RngError`]: there is no token.
pub(crate) fn protect<K: Protects, R: TryCryptoRng + ?Sized>(
    key: &SubKeys<K>,
    fields: &Fields,
    token: &mut [u8],
    rng: &mut R,
) -> Result<(), RngError<R::Error>> {
    let head = [K::FORM, key.id];
    let body = token.len().saturating_sub(K::TRAILER);
    let (body, trailer) = token.split_at_mut_checked(body).unwrap_or_default();
    fields.write(head, body);
    let body = body.get_mut(head.len()..).unwrap_or_default();
    key.token.protect(head, body, trailer, rng)
}

/// Bytes of the token of a session with `entries` bytes of entries.
pub(crate) const fn len<K: Protects>(entries: usize) -> usize {
    HEAD.saturating_add(entries).saturating_add(K::TRAILER)
}

impl Fields {
    fn parse(body: &mut Reader<'_>) -> Option<Self> {
        let [flags] = body.array()?;
        let revision = u32::from_le_bytes(body.array()?);
        let regenerates = u32::from_le_bytes(body.array()?);
        let selector = body.array()?;
        let created = Timestamp::from_bytes(body.array()?);
        let deadline = Timestamp::from_bytes(body.array()?);
        let idle = Span::from_bytes(body.array()?);
        let issued = Timestamp::from_bytes(body.array()?);
        let has = |flag| flags & flag != 0;
        let own_lifetime = has(OWN_LIFETIME);
        let header = Header { regenerates, created, deadline, idle, own_lifetime, ..Header::EMPTY };
        (flags & !(OWN_LIFETIME | GUEST) == 0).then_some(Self {
            guest: has(GUEST),
            revision,
            selector,
            issued,
            header,
        })
    }

    /// Writes head and fields to the front of a token.
    fn write(&self, head: [u8; 2], token: &mut [u8]) {
        let own_lifetime = if self.header.own_lifetime { OWN_LIFETIME } else { 0 };
        let guest = if self.guest { GUEST } else { 0 };
        let mut out = Writer(token);
        out.put(&head);
        out.put(&[own_lifetime | guest]);
        out.put(&self.revision.to_le_bytes());
        out.put(&self.header.regenerates.to_le_bytes());
        out.put(&self.selector);
        out.put(&self.header.created.to_bytes());
        out.put(&self.header.deadline.to_bytes());
        out.put(&self.header.idle.to_bytes());
        out.put(&self.issued.to_bytes());
    }
}

#[cfg(test)]
mod tests;
