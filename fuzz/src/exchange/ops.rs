//! What an input says: the rules of the web, and what happens in it.
//!
//! Numbers of browsers, lanes, tokens, keys and names wrap around.

use arbitrary::{Arbitrary, Unstructured};

/// The most that is done of one input.
const MOST: usize = 200;

#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Flash is used up by reading only.
    pub(super) on_read: bool,
    pub(super) renews: bool,
    /// A lost race is not tried again.
    pub(super) one_try: bool,
    /// The time of last use is stored at each request.
    pub(super) touches: bool,
    /// Slots are small, so that writes are refused.
    pub(super) small: bool,
    /// Loads are answered by a cache that falls behind.
    pub(super) cached: bool,
}

#[derive(Debug)]
pub(super) struct Case {
    pub(super) rules: Rules,
    pub(super) ops: Vec<Op>,
}

impl Case {
    pub(super) fn read(mut input: Unstructured<'_>) -> arbitrary::Result<Self> {
        let rules = input.arbitrary()?;
        let mut ops = Vec::new();
        while !input.is_empty() && ops.len() < MOST {
            ops.push(input.arbitrary()?);
        }
        Ok(Self { rules, ops })
    }
}

/// What happens next.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Op {
    /// A browser's request reaches a server; what was on that lane is dropped.
    Open {
        lane: u8,
        browser: u8,
        newer_server: bool,
        load_fails: bool,
    },
    /// Its handler does something.
    Act {
        lane: u8,
        action: Action,
    },
    /// Its handler is done.
    Finish {
        lane: u8,
        failed: bool,
        no_dice: bool,
        delivered: bool,
    },
    /// One step is carried out. The last one brings the answer.
    Step {
        lane: u8,
        fault: Fault,
        delivered: bool,
    },
    /// All that is left of an exchange.
    Rest {
        lane: u8,
        delivered: bool,
    },
    /// A whole request.
    Request {
        browser: u8,
        first: Action,
        second: Action,
    },

    Pass {
        minutes: u8,
    },
    /// The clock is set back.
    Back {
        seconds: u8,
    },
    /// A browser holds the cookies of another one.
    Steal {
        thief: u8,
        victim: u8,
    },
    /// A browser holds a token that was issued once.
    Replay {
        browser: u8,
        token: u8,
    },
    /// A cookie stands before a browser's own: a token that was issued once, or junk.
    Toss {
        browser: u8,
        token: Option<u8>,
    },
    Forget {
        browser: u8,
    },

    Sweep,
    EndAll {
        principal: u8,
    },
    /// The cache catches up.
    Remember,
}

/// What a handler does.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Action {
    Nothing,
    Insert { key: u8, padding: u8 },
    Remove { key: u8 },
    Clear,
    Flash { key: u8, padding: u8 },
    FlashNow { key: u8 },
    Flashed { key: u8 },
    Keep { key: u8 },
    Reflash,
    Discard { key: u8 },
    Regenerate,
    Invalidate,
    Login { principal: u8 },
    SetLifetime { idle: u8, absolute: u8 },
    Csrf,
}

/// What goes wrong with a step.
#[derive(Arbitrary, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    None,
    /// The store fails, and nothing is done.
    Refused,
    /// It is done, and its answer is lost.
    Unanswered,
    /// There is no room, for steps that need some.
    Full,
    /// The process dies before it, or after it was done.
    DiesBefore,
    DiesAfter,
}
