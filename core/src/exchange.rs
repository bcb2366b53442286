//! The exchange: one request and its response, passing through the machine.
//!
//! ```text
//!          begin                     found / missing                 finish                    handle
//! request ------> Loading ----------------------------> Active -----------------> Closing ----------------> Reply
//!    |               ^  | next candidate                ^   |  nothing to store     ^  | next step           ^
//!    |               +--+                               |   +-----------------------|--|---------------------+
//!    +-- no session cookie -----------------------------+                           +--+
//! ```
//!
//! Each state is a type over the slot, moved by value; this module holds what the slot remembers between them. A carried
//! session is there with its cookie, and has only the states Active and Reply.

use crate::bytes::wipe;
use crate::config::{Config, FlashMode};
use crate::error::RecordError;
use crate::id::{Id, StoreKey};
use crate::plan::{Intent, Phase};
use crate::record::{Header, Standing};
use crate::slot::Layout;
use crate::step::Revision;
use crate::time::{Span, Timestamp};
use crate::token;
use crate::verdict::{Outcome, Verdict};

pub(crate) mod active;
pub(crate) mod closing;
pub(crate) mod csrf;
pub(crate) mod encode;
pub(crate) mod flash;
pub(crate) mod load;
pub(crate) mod loading;
pub(crate) mod merge;
pub(crate) mod resume;
pub(crate) mod room;
pub(crate) mod rotation;
pub(crate) mod sign;
pub(crate) mod steps;

/// What a slot remembers of its exchange.
pub(crate) struct Exchange {
    pub(crate) layout: Layout,
    /// The cookie carries the session; no store is asked.
    pub(crate) carried: bool,
    pub(crate) now: Timestamp,
    pub(crate) verdict: Verdict,
    /// Authentic ids that have not been looked up yet.
    pub(crate) candidates: [Option<Candidate>; 2],
    /// The id being looked up, or the one that opened the session.
    pub(crate) presented: Option<Candidate>,
    /// An id that opens no session, good for CSRF tokens only.
    pub(crate) guest: Option<Guest>,
    /// The session that an id was renewed of long ago.
    pub(crate) obsolete: Option<StoreKey>,
    /// A record that could not be read here.
    pub(crate) record_error: Option<RecordError>,
    /// The record was asked for past caches.
    pub(crate) latest: bool,
    /// Set while a session is open.
    pub(crate) standing: Option<Standing>,
    /// Of the session being looked up, open, or about to be stored.
    pub(crate) key: StoreKey,
    pub(crate) header: Header,
    pub(crate) revision: Revision,
    pub(crate) seen: Timestamp,
    /// Bytes of entries in the record.
    pub(crate) entries: usize,
    /// The record in the slot is sealed, but for the header and so many bytes of entries.
    pub(crate) sealed: Option<usize>,
    /// Bytes of changes.
    pub(crate) changes: usize,
    /// The changes did not all fit into their half: they cannot be made again on a fresh record.
    pub(crate) unmergeable: bool,
    pub(crate) flash_on_open: bool,
    /// The record that was loaded holds flash messages.
    pub(crate) has_flash: bool,
    /// This exchange took used-up flash messages out of the record in the slot.
    pub(crate) consumed: bool,
    pub(crate) wishes: Wishes,
    /// The id made in this exchange. All tries use the same one.
    pub(crate) fresh: Option<Id>,
    pub(crate) intent: Intent,
    /// The step that the host carries out; none when all is done.
    pub(crate) phase: Option<Phase>,
    pub(crate) retries: u8,
    /// The write under way carries the fresh id.
    pub(crate) minted: bool,
    pub(crate) cookie: Cookie,
    /// The text of an id token.
    pub(crate) token: Option<TokenText>,
    /// Bytes of the carried token that was made in this exchange.
    pub(crate) carried_len: usize,
    pub(crate) outcome: Outcome,
    pub(crate) sweep: bool,
}

/// An authentic id out of a cookie.
#[derive(Clone)]
pub(crate) struct Candidate {
    pub(crate) id: Id,
    /// Signed by a key on its way out.
    pub(crate) old_key: bool,
    /// The absolute deadline that the browser knows.
    pub(crate) deadline: Timestamp,
}

/// What the handler asked for, besides the changes that are kept as entries.
pub(crate) struct Wishes {
    /// The session that is to be destroyed.
    pub(crate) ended: Option<Ended>,
    pub(crate) regenerate: bool,
    /// `login` was called.
    pub(crate) bound: bool,
    /// Data, flash or principal were written.
    pub(crate) changed: bool,
    /// All data was cleared before what the changes say.
    pub(crate) cleared: bool,
    pub(crate) lifetime: Option<(Span, Span)>,
    /// A CSRF token was handed out without a session.
    pub(crate) guest: bool,
}

/// An authentic id without a session.
pub(crate) struct Guest {
    pub(crate) id: Id,
    /// It had one once.
    pub(crate) retired: bool,
}

/// A session that the handler ended.
#[derive(Clone, Copy)]
pub(crate) struct Ended {
    pub(crate) key: StoreKey,
    /// By binding another principal, not by a logout: dropped with the login if the handler fails.
    pub(crate) by_login: bool,
}

/// The text of a token. Wiped on drop.
pub(crate) struct TokenText(pub(crate) [u8; token::TEXT]);

impl Drop for TokenText {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// What goes back to the browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cookie {
    Keep,
    /// The token is in the exchange, or a carried one in the slot.
    Set,
    Remove,
}

impl Exchange {
    pub(crate) const fn new() -> Self {
        Self {
            layout: Layout::NONE,
            carried: false,
            now: Timestamp::ZERO,
            verdict: Verdict::None,
            candidates: [None, None],
            presented: None,
            guest: None,
            obsolete: None,
            record_error: None,
            latest: false,
            standing: None,
            key: StoreKey::from_bytes([0; 16]),
            header: Header::EMPTY,
            revision: Revision::NONE,
            seen: Timestamp::ZERO,
            entries: 0,
            sealed: None,
            changes: 0,
            unmergeable: false,
            flash_on_open: true,
            has_flash: false,
            consumed: false,
            wishes: Wishes::NONE,
            fresh: None,
            intent: Intent::Nothing,
            phase: None,
            retries: 0,
            minted: false,
            cookie: Cookie::Keep,
            token: None,
            carried_len: 0,
            outcome: Outcome::Unchanged,
            sweep: false,
        }
    }

    /// Forgets all, in place: what held an id is wiped where it stands. A new value copied over it would bring along
    /// whatever lay on the stack in the room of its empty options.
    pub(crate) fn reset(&mut self) {
        let Self {
            layout,
            carried,
            now,
            verdict,
            candidates,
            presented,
            guest,
            obsolete,
            record_error,
            latest,
            standing,
            key,
            header,
            revision,
            seen,
            entries,
            sealed,
            changes,
            unmergeable,
            flash_on_open,
            has_flash,
            consumed,
            wishes,
            fresh,
            intent,
            phase,
            retries,
            minted,
            cookie,
            token,
            carried_len,
            outcome,
            sweep,
        } = self;
        *layout = Layout::NONE;
        *carried = false;
        *now = Timestamp::ZERO;
        *verdict = Verdict::None;
        *candidates = [None, None];
        *presented = None;
        *guest = None;
        *obsolete = None;
        *record_error = None;
        *latest = false;
        *standing = None;
        *key = StoreKey::from_bytes([0; 16]);
        *header = Header::EMPTY;
        *revision = Revision::NONE;
        *seen = Timestamp::ZERO;
        *entries = 0;
        *sealed = None;
        *changes = 0;
        *unmergeable = false;
        *flash_on_open = true;
        *has_flash = false;
        *consumed = false;
        *wishes = Wishes::NONE;
        *fresh = None;
        *intent = Intent::Nothing;
        *phase = None;
        *retries = 0;
        *minted = false;
        *cookie = Cookie::Keep;
        *token = None;
        *carried_len = 0;
        *outcome = Outcome::Unchanged;
        *sweep = false;
    }

    /// Starts anew, for a request that arrived at `now`.
    pub(crate) fn begin(&mut self, config: &Config, layout: Layout, now: Timestamp) {
        self.reset();
        self.layout = layout;
        self.now = now;
        self.flash_on_open = matches!(config.flash, FlashMode::OnOpen);
    }

    /// The id that the record in the slot belongs to.
    #[cfg(feature = "sealed")]
    pub(crate) fn id_of_record(&self) -> Option<&Id> {
        match self.intent {
            Intent::Create => self.fresh.as_ref(),
            _ => self.presented.as_ref().map(|presented| &presented.id),
        }
    }

    pub(crate) const fn is_live(&self) -> bool {
        self.standing.is_some()
    }
}

impl Wishes {
    const NONE: Self = Self {
        ended: None,
        regenerate: false,
        bound: false,
        changed: false,
        cleared: false,
        lifetime: None,
        guest: false,
    };
}
