//! Every choice of transition, as data.
//!
//! Two tables. The first says what an exchange is about, from what came in and what the handler did. The second says
//! what follows from each answer of the store. Nothing else in this crate decides what is stored, in which order, or
//! what a failure means; `closing.rs` only carries it out. The state graph in the docs is printed from here.

use crate::verdict::Outcome;

/// A fact about an exchange that is about to close. A set of them is a `u16`.
pub(crate) struct Fact;

impl Fact {
    /// The handler failed: a 5xx or a panic.
    pub(crate) const FAILED: u16 = 1;
    /// A session is open.
    pub(crate) const LIVE: u16 = 1 << 1;
    /// The session that was open was invalidated.
    pub(crate) const ENDED: u16 = 1 << 2;
    /// The handler wrote data, flash, principal or lifetime.
    pub(crate) const CHANGED: u16 = 1 << 3;
    /// The handler called `login`.
    pub(crate) const BOUND: u16 = 1 << 4;
    /// The handler called `regenerate`.
    pub(crate) const REGENERATE: u16 = 1 << 5;
    /// The id is due for renewal.
    pub(crate) const RENEW: u16 = 1 << 6;
    /// Flash was used up, or the renewed id was seen for the first time.
    pub(crate) const TIDY: u16 = 1 << 7;
    /// The time of last use is due to be stored.
    pub(crate) const TOUCH: u16 = 1 << 8;
    /// A CSRF token was handed out without a session.
    pub(crate) const GUEST: u16 = 1 << 9;
}

/// What an exchange is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Intent {
    Nothing,
    /// Hand out an id for CSRF tokens.
    Guest,
    Touch,
    Tidy,
    Renew,
    Change,
    Regenerate,
    /// `login` on an open session.
    Bind,
    Create,
    Destroy,
    /// `invalidate`, and writes after it.
    Replace,
}

/// The first row whose `with` facts all hold and whose `without` facts all do not.
#[rustfmt::skip]
pub(crate) const INTENTS: [(Intent, u16, u16); 13] = [
    // intent             with                          without
    (Intent::Destroy,     Fact::FAILED | Fact::ENDED,   0),
    (Intent::Nothing,     Fact::FAILED,                 0),
    (Intent::Replace,     Fact::ENDED | Fact::CHANGED,  0),
    (Intent::Destroy,     Fact::ENDED,                  0),
    (Intent::Create,      Fact::CHANGED,                Fact::LIVE),
    (Intent::Guest,       Fact::GUEST,                  Fact::LIVE),
    (Intent::Nothing,     0,                            Fact::LIVE),
    (Intent::Bind,        Fact::BOUND,                  0),
    (Intent::Regenerate,  Fact::REGENERATE,             0),
    (Intent::Change,      Fact::CHANGED,                0),
    (Intent::Renew,       Fact::RENEW,                  0),
    (Intent::Tidy,        Fact::TIDY,                   0),
    (Intent::Touch,       Fact::TOUCH,                  0),
];

/// What an exchange with these facts is about.
pub(crate) fn intent(facts: u16) -> Intent {
    let row =
        INTENTS.iter().find(|(_, with, without)| facts & with == *with && facts & without == 0);
    row.map_or(Intent::Nothing, |(intent, _, _)| *intent)
}

/// What came of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Event {
    /// The exchange closes.
    Start,
    /// The store did it.
    Stored,
    /// The record's revision is another, or the key to be created is taken.
    Conflict,
    /// No such record, or the one loaded again no longer knows the presented id.
    Gone,
    /// The one loaded again has ended the grace of the presented id.
    Obsolete,
    /// The one loaded again is good, and the changes have been made again on it.
    Good,
    /// The one loaded again already holds this exchange's new id: an earlier try was stored, its answer lost.
    Own,
    /// The tries are used up, or the changes do not fit the record loaded again.
    Stuck,
    /// The store has no room.
    Full,
    /// The store failed.
    Failed,
}

/// What to do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    Touch,
    Update,
    Create,
    Destroy,
    /// Load again, past caches, judge again, and make the changes again.
    Reload,
    Done(Outcome),
}

/// The step that the machine waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    Touch,
    Update,
    Create,
    Destroy,
    Reload,
    Done,
}

use Next::{Create, Destroy, Done, Reload, Touch, Update};
use Outcome as O;

/// The columns of [`TABLE`].
pub(crate) const EVENTS: [Event; 10] = [
    Event::Start,
    Event::Stored,
    Event::Conflict,
    Event::Gone,
    Event::Obsolete,
    Event::Good,
    Event::Own,
    Event::Stuck,
    Event::Full,
    Event::Failed,
];

/// A row: what follows from each event, in the order of [`EVENTS`].
type Row = [Next; 10];

/// A soft step that could not be done.
const SOFT: Next = Done(O::SoftFailed);
const NONE: Next = Done(O::Unchanged);
const CLASH: Next = Done(O::Conflict);
const ROOM: Next = Done(O::StoreFull);
const FAIL: Next = Done(O::StoreFailed);

/// What follows from each answer. `Create` after another step starts a row of its own.
#[rustfmt::skip]
pub(crate) const TABLE: [(Intent, Row); 11] = [
    //                    start           stored              conflict  gone             obsolete            good    own                 stuck  full  failed
    (Intent::Nothing,    [NONE,           NONE,               NONE,     NONE,            NONE,               NONE,   NONE,               NONE,  NONE, NONE]),
    (Intent::Guest,      [Done(O::Guest), NONE,               NONE,     NONE,            NONE,               NONE,   NONE,               NONE,  NONE, NONE]),
    (Intent::Touch,      [Touch,          Done(O::Touched),   NONE,     NONE,            NONE,               NONE,   NONE,               NONE,  SOFT, SOFT]),
    (Intent::Tidy,       [Update,         Done(O::Updated),   Reload,   NONE,            NONE,               Update, Done(O::Updated),   NONE,  SOFT, SOFT]),
    (Intent::Renew,      [Update,         Done(O::Rotated),   Reload,   NONE,            NONE,               Update, Done(O::Rotated),   NONE,  SOFT, SOFT]),
    (Intent::Change,     [Update,         Done(O::Updated),   Reload,   Done(O::Gone),   Done(O::Obsolete),  Update, Done(O::Updated),   CLASH, ROOM, FAIL]),
    (Intent::Regenerate, [Update,         Done(O::Rotated),   Reload,   Done(O::Gone),   Done(O::Obsolete),  Update, Done(O::Rotated),   CLASH, ROOM, FAIL]),
    (Intent::Bind,       [Update,         Done(O::Rotated),   Reload,   Create,          Create,             Update, Done(O::Rotated),   CLASH, ROOM, FAIL]),
    (Intent::Create,     [Create,         Done(O::Created),   Reload,   CLASH,           CLASH,              CLASH,  Done(O::Created),   CLASH, ROOM, FAIL]),
    (Intent::Destroy,    [Destroy,        Done(O::Destroyed), FAIL,     Done(O::Destroyed), FAIL,            FAIL,   FAIL,               FAIL,  FAIL, FAIL]),
    (Intent::Replace,    [Destroy,        Create,             FAIL,     Create,          FAIL,               FAIL,   FAIL,               FAIL,  FAIL, FAIL]),
];

/// What follows from `event` for an exchange that is about `intent`.
pub(crate) fn next(intent: Intent, event: Event) -> Next {
    let row = TABLE.iter().find(|(about, _)| *about == intent).map(|(_, row)| row);
    let cell = row.and_then(|row| EVENTS.iter().zip(row).find(|(column, _)| **column == event));
    cell.map_or(FAIL, |(_, next)| *next)
}

#[cfg(test)]
mod tests;
