//! Every choice of transition, as data.
//!
//! Three tables. The first says what an exchange is about, from what came in and what the handler did. The second says
//! what follows from each answer of the store, the third what the cookie of a carried session says. Nothing else in this crate decides what is stored, in which order, or
//! what a failure means; `steps.rs` only carries it out. `docs/PLAN.md` is printed from here.

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
    /// The absolute deadline passed while the handler ran.
    pub(crate) const EXPIRED: u16 = 1 << 10;
}

/// What an exchange is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Intent {
    Nothing,
    /// Hand out an id for CSRF tokens.
    Guest,
    /// Writes to a session whose lifetime ended under them.
    Refuse,
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
pub(crate) const INTENTS: [(Intent, u16, u16); 16] = [
    // intent             with                          without
    (Intent::Destroy,     Fact::FAILED | Fact::ENDED,   0),
    (Intent::Nothing,     Fact::FAILED,                 0),
    (Intent::Replace,     Fact::ENDED | Fact::CHANGED,  0),
    (Intent::Destroy,     Fact::ENDED,                  0),
    (Intent::Create,      Fact::CHANGED,                Fact::LIVE),
    (Intent::Guest,       Fact::GUEST,                  Fact::LIVE),
    (Intent::Nothing,     0,                            Fact::LIVE),
    (Intent::Bind,        Fact::BOUND,                  0),
    (Intent::Refuse,      Fact::EXPIRED | Fact::REGENERATE, 0),
    (Intent::Refuse,      Fact::EXPIRED | Fact::CHANGED, 0),
    (Intent::Nothing,     Fact::EXPIRED,                0),
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
    /// There is no new id: the random number generator failed.
    NoId,
    /// The store has no room.
    Full,
    /// The store failed; whether it did the step is unknown.
    Failed,
    /// After a failure: the store cannot show that the step was done.
    Lost,
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
    /// Load again, past caches, only to see whether the step was done and its answer lost.
    Recheck,
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
    Recheck,
}

use Next::{Create, Destroy, Done, Recheck, Reload, Touch, Update};
use Outcome as O;

/// The columns of [`TABLE`].
pub(crate) const EVENTS: [Event; 12] = [
    Event::Start,
    Event::Stored,
    Event::Conflict,
    Event::Gone,
    Event::Obsolete,
    Event::Good,
    Event::Own,
    Event::Stuck,
    Event::NoId,
    Event::Full,
    Event::Failed,
    Event::Lost,
];

/// A soft step that could not be done.
const SOFT: Next = Done(O::SoftFailed);
const NONE: Next = Done(O::Unchanged);
const GONE: Next = Done(O::Gone);
const OBSO: Next = Done(O::Obsolete);
const CLASH: Next = Done(O::Conflict);
const NO_ID: Next = Done(O::RngFailed);
const ROOM: Next = Done(O::StoreFull);
const FAIL: Next = Done(O::StoreFailed);
const UPD: Next = Done(O::Updated);
const ROT: Next = Done(O::Rotated);
const NEW: Next = Done(O::Created);
const END: Next = Done(O::Destroyed);

/// What follows from each event, in the order of [`EVENTS`]. `Create` after another step starts a row of its own.
#[rustfmt::skip]
pub(crate) const TABLE: [(Intent, [Next; 12]); 12] = [
    //                    start           stored            conflict gone    obsolete good    own   stuck  no id  full  failed   lost
    (Intent::Nothing,    [NONE,           NONE,             NONE,    NONE,   NONE,    NONE,   NONE, NONE,  NONE,  NONE, NONE,    NONE]),
    (Intent::Guest,      [Done(O::Guest), NONE,             NONE,    NONE,   NONE,    NONE,   NONE, NONE,  NONE,  NONE, NONE,    NONE]),
    (Intent::Refuse,     [GONE,           GONE,             GONE,    GONE,   GONE,    GONE,   GONE, GONE,  GONE,  GONE, GONE,    GONE]),
    (Intent::Touch,      [Touch,          Done(O::Touched), NONE,    NONE,   NONE,    NONE,   NONE, NONE,  NONE,  SOFT, SOFT,    SOFT]),
    (Intent::Tidy,       [Update,         UPD,              Reload,  NONE,   NONE,    Update, UPD,  NONE,  NONE,  SOFT, SOFT,    SOFT]),
    (Intent::Renew,      [Update,         ROT,              Reload,  NONE,   NONE,    Update, ROT,  NONE,  NONE,  SOFT, Recheck, SOFT]),
    (Intent::Change,     [Update,         UPD,              Reload,  GONE,   OBSO,    Update, UPD,  CLASH, NO_ID, ROOM, Recheck, FAIL]),
    (Intent::Regenerate, [Update,         ROT,              Reload,  GONE,   OBSO,    Update, ROT,  CLASH, NO_ID, ROOM, Recheck, FAIL]),
    (Intent::Bind,       [Update,         ROT,              Reload,  Create, Create,  Update, ROT,  CLASH, NO_ID, ROOM, Recheck, FAIL]),
    (Intent::Create,     [Create,         NEW,              Reload,  CLASH,  CLASH,   CLASH,  NEW,  CLASH, NO_ID, ROOM, Recheck, FAIL]),
    (Intent::Destroy,    [Destroy,        END,              FAIL,    END,    FAIL,    FAIL,   FAIL, FAIL,  FAIL,  FAIL, FAIL,    FAIL]),
    (Intent::Replace,    [Destroy,        Create,           FAIL,    Create, FAIL,    FAIL,   FAIL, FAIL,  NO_ID, FAIL, FAIL,    FAIL]),
];

/// What follows from `event` for an exchange that is about `intent`.
pub(crate) fn next(intent: Intent, event: Event) -> Next {
    let row = TABLE.iter().find(|(about, _)| *about == intent).map(|(_, row)| row);
    let cell = row.and_then(|row| EVENTS.iter().zip(row).find(|(column, _)| **column == event));
    cell.map_or(FAIL, |(_, next)| *next)
}

/// What the answer of a carried exchange does to the cookie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    Keep,
    Sign(Without),
    /// Sign an id for CSRF tokens.
    Guest,
    Remove,
}

/// What becomes of it if there is no randomness to sign with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Without {
    /// The host's error.
    Refuse,
    /// It can wait for the next request.
    Later,
    /// The session is ended as asked; the next one is not begun.
    Logout,
}

/// What becomes of a carried exchange. There is no store that could answer, so each row has one cell.
#[rustfmt::skip]
pub(crate) const CARRIED: [(Intent, Answer, Outcome); 12] = [
    (Intent::Nothing,    Answer::Keep,                  O::Unchanged),
    (Intent::Guest,      Answer::Guest,                 O::Guest),
    (Intent::Refuse,     Answer::Keep,                  O::Gone),
    (Intent::Touch,      Answer::Sign(Without::Later),  O::Touched),
    (Intent::Tidy,       Answer::Sign(Without::Later),  O::Updated),
    // Not met: no store knows an id that could be renewed.
    (Intent::Renew,      Answer::Keep,                  O::Unchanged),
    (Intent::Change,     Answer::Sign(Without::Refuse), O::Updated),
    (Intent::Regenerate, Answer::Sign(Without::Refuse), O::Rotated),
    (Intent::Bind,       Answer::Sign(Without::Refuse), O::Rotated),
    (Intent::Create,     Answer::Sign(Without::Refuse), O::Created),
    (Intent::Destroy,    Answer::Remove,                O::Destroyed),
    (Intent::Replace,    Answer::Sign(Without::Logout), O::Created),
];

/// What becomes of a carried exchange that is about `intent`.
pub(crate) fn carried(intent: Intent) -> (Answer, Outcome) {
    let row = CARRIED.iter().find(|(about, ..)| *about == intent);
    row.map_or((Answer::Keep, O::Unchanged), |(_, answer, outcome)| (*answer, *outcome))
}

#[cfg(test)]
mod tests;
