//! Runs one exchange on the answers that it was given so far.

use std::rc::Rc;
use std::time::Duration;

use rand_core::{TryCryptoRng, TryRng};
use sansession::{
    Ack, Active, Begin, End, Ending, Freshness, Outcome, Sessions, SetCookie, Slot, Step, Stored,
    Timestamp, Verdict,
};

use crate::store::{Answer, Call};

/// What a handler does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Op {
    /// Reads; the time of last use is due, so it touches. Where renewal is due, it renews.
    Read,
    /// Writes the key that all write.
    WriteSame,
    /// Writes a key of its own.
    WriteOwn,
    /// Takes out the key that all write.
    Remove,
    /// Reads the flash message that is there.
    FlashRead,
    /// Leaves a flash message of its own under the same key.
    FlashLeave,
    /// New id.
    Regenerate,
    /// Binds the session.
    Login,
    /// Gives the session a longer life.
    SetLifetime,
    /// Logs out.
    Invalidate,
    /// Logs out and writes its own key to a new session.
    Replace,
    /// Writes its own key, then fails.
    WriteFailed,
    /// Logs out, then fails.
    InvalidateFailed,
}

/// The request: who it is and what it brings.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Which of the parallel exchanges.
    pub index: u8,
    /// What its handler does.
    pub op: Op,
    /// The `Cookie` header.
    pub cookie: &'a str,
    /// When.
    pub now: Timestamp,
}

/// How far an exchange has come.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Progress {
    /// It asks the store.
    Asks(Call),
    /// The load failed: the host answers with an error.
    NotOpened,
    /// It is done.
    Done(Done),
}

/// What came of an exchange.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Done {
    /// When it opened.
    pub verdict: Verdict,
    /// When it closed.
    pub outcome: Outcome,
    /// The `Set-Cookie` sent.
    pub cookie: Option<Sent>,
    /// The flash message that the handler saw.
    pub saw_flash: Option<u8>,
}

/// A `Set-Cookie`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sent {
    /// It removes the cookie.
    Removal,
    /// It sets this one: `name=value`.
    Set(Rc<str>),
}

/// Random numbers that differ by exchange and are the same in every run.
pub struct Numbers(pub u8);

impl TryRng for Numbers {
    type Error = core::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from(self.0))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(u64::from(self.0))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        bytes.fill(self.0);
        self.0 = self.0.wrapping_add(0x10);
        Ok(())
    }
}

impl TryCryptoRng for Numbers {}

/// The key that all exchanges write.
pub const SAME: &str = "same";

/// The key that only this exchange writes.
pub fn own_key(index: u8) -> String {
    format!("own{index}")
}

/// Runs the exchange from its start, as far as `answers` go.
///
/// # Panics
/// When an answer does not belong to its call.
pub fn run(
    sessions: &Sessions<Stored>,
    slot: &mut Slot,
    request: &Request<'_>,
    answers: &[Answer],
) -> Progress {
    let mut answers = answers.iter();
    let mut begin = sessions.begin([request.cookie.as_bytes()], request.now, slot);
    let mut active = loop {
        let mut loading = match begin {
            Begin::Ready(active) => break active,
            Begin::Load(loading) => loading,
        };
        let (key, buffer, _) = loading.request();
        begin = match answers.next() {
            None => return Progress::Asks(Call::Load(key)),
            Some(Answer::Found(record)) => {
                buffer[..record.bytes.len()].copy_from_slice(&record.bytes);
                loading
                    .found(sessions, record.bytes.len(), record.meta(), Freshness::Latest)
                    .expect("records are of this build")
            }
            Some(Answer::Missing) => loading.missing(Freshness::Latest).expect("no record error"),
            Some(_) => return Progress::NotOpened,
        };
    };
    let verdict = active.verdict();
    let saw_flash = handle(request, &mut active);
    let failed = matches!(request.op, Op::WriteFailed | Op::InvalidateFailed);
    let ending = if failed { Ending::Failed } else { Ending::Answered };
    let mut rng = Numbers(request.index + 1);
    let mut end =
        sessions.finish(active, ending, request.now, &mut rng).expect("numbers never end");
    let reply = loop {
        let mut closing = match end {
            End::Done(reply) => break reply,
            End::Step(closing) => closing,
        };
        let Some(answer) = answers.next() else {
            return Progress::Asks(call(&closing.step()));
        };
        let ack = acknowledge(answer, closing.step());
        end = closing.handle(sessions, ack);
    };
    let cookie = reply.set_cookie(sessions).map(|cookie| sent(&cookie));
    Progress::Done(Done { verdict, outcome: reply.outcome(), cookie, saw_flash })
}

fn handle(request: &Request<'_>, active: &mut Active<&mut Slot>) -> Option<u8> {
    let index = request.index;
    match request.op {
        Op::Read => {}
        Op::WriteSame => active.insert(SAME, &index).expect("it fits"),
        Op::WriteOwn | Op::WriteFailed => active.insert(&own_key(index), &index).expect("it fits"),
        Op::Remove => {
            active.remove(SAME);
        }
        Op::FlashRead => return active.flashed("notice").expect("a number"),
        Op::FlashLeave => active.flash("notice", &index).expect("it fits"),
        Op::Regenerate => active.regenerate(),
        Op::Login => {
            active.insert(&own_key(index), &index).expect("it fits");
            active.login("ada").expect("it fits");
        }
        Op::SetLifetime => {
            let (idle, absolute) = (Duration::from_secs(1 << 20), Duration::from_secs(1 << 24));
            active.set_lifetime(idle, absolute).expect("it is long");
        }
        Op::Invalidate | Op::InvalidateFailed => active.invalidate(),
        Op::Replace => {
            active.invalidate();
            active.insert(&own_key(index), &index).expect("it fits");
        }
    }
    None
}

fn call(step: &Step<'_>) -> Call {
    match step {
        Step::Create { key, write } => Call::Create(**key, write.record.into()),
        Step::Update { key, expected, write } => {
            Call::Update(**key, *expected, write.record.into())
        }
        Step::Touch { key, .. } => Call::Touch(**key),
        Step::Destroy { key } => Call::Destroy(**key),
        Step::Load { key, .. } => Call::Load(**key),
        step => unreachable!("{step:?}"),
    }
}

fn acknowledge(answer: &Answer, step: Step<'_>) -> Ack {
    match (answer, step) {
        (Answer::Stored, _) => Ack::Stored,
        (Answer::Conflict, _) => Ack::Conflict,
        (Answer::Missing, _) => Ack::Missing,
        (Answer::Failed, _) => Ack::Failed,
        (Answer::Found(record), Step::Load { buffer, .. }) => {
            buffer[..record.bytes.len()].copy_from_slice(&record.bytes);
            Ack::Found { len: record.bytes.len(), meta: record.meta() }
        }
        (Answer::Found(_), step) => unreachable!("{step:?}"),
    }
}

fn sent(cookie: &SetCookie<'_>) -> Sent {
    if cookie.is_removal() {
        return Sent::Removal;
    }
    let text = cookie.to_string();
    Sent::Set(text.split(';').next().unwrap_or_default().into())
}
