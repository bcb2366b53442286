//! A request is stored: which steps are asked for, and what each leaves in the store.

use sansession::{Ack, Closing, End, Ending, Slot, Step, StoreKey, Timestamp, Verdict, Write};
use sansession_tests::{NoDice, answer};

use super::model::Session;
use super::ops::Fault;
use super::request::{Purpose, Request};
use super::web::{From, Lane, Web};

/// How far the end of an exchange has come.
pub(super) struct Progress {
    pub(super) request: Request,
    pub(super) from: From,
    pub(super) purpose: Purpose,
    /// Steps asked for so far.
    pub(super) steps: usize,
    /// What was stored last, and whether it has a new id.
    pub(super) stored: Option<(StoreKey, Session, bool)>,
    pub(super) created: bool,
    pub(super) touched: bool,
    pub(super) destroyed: bool,
    pub(super) conflicts: usize,
    pub(super) faults: usize,
    pub(super) full: bool,
    pub(super) no_dice: bool,
    /// What the session, loaded again, was to the presented id; unknown if it was not there.
    pub(super) lost: Option<Verdict>,
}

/// A step, to be looked at after it was done.
enum Asked {
    Create(StoreKey, Written),
    Update(StoreKey, u64, Written),
    Touch(StoreKey, Timestamp, Timestamp),
    Destroy(StoreKey),
    Load(StoreKey),
}

struct Written {
    record: Vec<u8>,
    seen: Timestamp,
    expires: Timestamp,
    principal: Option<String>,
}

impl Web {
    /// The handler is done.
    pub(super) fn finish(&mut self, lane: usize, failed: bool, no_dice: bool, delivered: bool) {
        let (active, mut request, from) = match std::mem::replace(&mut self.lanes[lane], Lane::Free)
        {
            Lane::Handler(active, request, from) => (active, request, from),
            other => {
                self.lanes[lane] = other;
                return;
            }
        };
        let ending = if failed { Ending::Failed } else { Ending::Answered };
        let sessions = &self.servers[from.server];
        request.finish(ending, self.now, !no_dice);
        let end = if no_dice {
            sessions.finish(active, ending, self.now, &mut NoDice::after(0)).ok()
        } else {
            sessions.finish(active, ending, self.now, &mut self.dice).ok()
        };
        assert_eq!(end.is_none(), request.fails_without_id());
        let Some(end) = end else { return };
        let progress = Box::new(Progress {
            purpose: request.purpose(),
            request: *request,
            from,
            steps: 0,
            stored: None,
            created: false,
            touched: false,
            destroyed: false,
            conflicts: 0,
            faults: 0,
            full: false,
            no_dice,
            lost: None,
        });
        self.go_on(lane, end, progress, delivered);
    }

    /// All that is left of an exchange.
    pub(super) fn rest(&mut self, lane: usize, delivered: bool) {
        self.finish(lane, false, false, delivered);
        while matches!(self.lanes[lane], Lane::Steps(..)) {
            self.step(lane, Fault::None, delivered);
        }
    }

    /// One step.
    pub(super) fn step(&mut self, lane: usize, fault: Fault, delivered: bool) {
        let (mut closing, mut progress) = match std::mem::replace(&mut self.lanes[lane], Lane::Free)
        {
            Lane::Steps(closing, progress) => (closing, progress),
            other => {
                self.lanes[lane] = other;
                return;
            }
        };
        let asked = Asked::of(closing.step());
        self.expect(&asked, &progress);
        progress.steps += 1;
        let needs_room = matches!(asked, Asked::Create(..) | Asked::Update(..));
        let ack = match fault {
            Fault::DiesBefore => return,
            Fault::Refused => Ack::Failed,
            Fault::Full if needs_room => {
                progress.full = true;
                Ack::Full
            }
            Fault::None | Fault::Full | Fault::Unanswered | Fault::DiesAfter => {
                let ack = self.carry_out(&mut closing, &asked, &mut progress);
                match fault {
                    Fault::DiesAfter => return,
                    Fault::Unanswered => Ack::Failed,
                    _ => ack,
                }
            }
        };
        progress.faults += usize::from(matches!(ack, Ack::Failed | Ack::Full));
        match (ack, &asked) {
            (Ack::Conflict, _) => progress.conflicts += 1,
            (Ack::Found { .. } | Ack::Missing, Asked::Load(key)) => {
                self.load_again(&mut progress, *key);
            }
            (Ack::Missing, Asked::Update(..) | Asked::Touch(..)) => {
                progress.lost = Some(Verdict::Unknown);
            }
            _ => {}
        }
        let end = closing.handle(&self.servers[progress.from.server], ack);
        self.go_on(lane, end, progress, delivered);
    }

    fn go_on(
        &mut self,
        lane: usize,
        end: End<Box<Slot>>,
        progress: Box<Progress>,
        delivered: bool,
    ) {
        match end {
            End::Step(closing) => self.lanes[lane] = Lane::Steps(closing, progress),
            End::Done(reply) => self.conclude(&progress, &reply, delivered),
        }
    }

    /// The step is one that this exchange may ask for now.
    fn expect(&mut self, asked: &Asked, progress: &Progress) {
        let Progress { request, purpose, .. } = progress;
        let opened = request.opened.as_ref();
        if progress.steps == 0 {
            let expected = match asked {
                Asked::Create(..) => *purpose == Purpose::Create,
                Asked::Update(..) => {
                    matches!(purpose, Purpose::Soft | Purpose::Change | Purpose::Bind)
                }
                Asked::Touch(..) => *purpose == Purpose::Touch,
                Asked::Destroy(..) => matches!(purpose, Purpose::Destroy | Purpose::Replace),
                Asked::Load(..) => false,
            };
            assert!(expected, "{purpose:?} begins otherwise");
        }
        match asked {
            Asked::Create(key, written) => {
                // Promises I3, L4, L5 and L6: always a new key, and never a lost session under another name.
                assert!(!self.keys.contains(key), "a key that there was before");
                let lost = *purpose == Purpose::Bind && progress.lost.is_some();
                let replaced = *purpose == Purpose::Replace && progress.steps > 0;
                assert!(*purpose == Purpose::Create || lost || replaced);
                self.compare_written(written, request, &request.created());
            }
            Asked::Update(key, expected, written) => {
                let opened = opened.expect("an update without a session");
                assert_eq!((*key, *expected), (opened.key, opened.base.revision));
                self.compare_written(written, request, &request.updated(&opened.base).0);
            }
            Asked::Touch(key, seen, expires) => {
                let opened = opened.expect("a touch without a session");
                assert_eq!((*key, *seen), (opened.key, request.now));
                compare_end(*expires, &opened.base, request);
            }
            Asked::Destroy(key) => assert_eq!(Some(*key), request.ended()),
            Asked::Load(key) => {
                let own = progress.stored.as_ref().is_some_and(|(stored, ..)| stored == key);
                let open = opened.is_some_and(|opened| opened.key == *key);
                assert!(own || open || progress.faults > 0);
                assert!(
                    progress.conflicts <= usize::from(request.policy.retries) + progress.faults
                );
            }
        }
    }

    fn compare_written(&mut self, written: &Written, request: &Request, session: &Session) {
        self.compare_record(&written.record, session);
        assert_eq!(written.seen, request.now);
        compare_end(written.expires, session, request);
        assert_eq!(written.principal, session.principal);
    }

    /// Does a step to the store and to the model.
    fn carry_out(
        &mut self,
        closing: &mut Closing<Box<Slot>>,
        asked: &Asked,
        progress: &mut Progress,
    ) -> Ack {
        let ack = answer(&self.store.inner, closing);
        let request = &progress.request;
        match asked {
            Asked::Create(key, written) if ack == Ack::Stored => {
                let session = Session { expires: written.expires, ..request.created() };
                assert!(self.keys.insert(*key));
                self.sessions.insert(*key, session.clone());
                progress.stored = Some((*key, session, true));
                progress.created = true;
            }
            Asked::Update(key, _, written) if ack == Ack::Stored => {
                let (session, mints) = request.updated(&self.sessions[key]);
                let session = Session { expires: written.expires, ..session };
                self.sessions.insert(*key, session.clone());
                progress.stored = Some((*key, session, mints));
            }
            Asked::Touch(key, seen, expires) if ack == Ack::Stored => {
                let session = self.sessions.get_mut(key).expect("touched what is not there");
                session.seen = session.seen.max(*seen);
                session.expires = session.expires.max(*expires);
                progress.touched = true;
            }
            Asked::Destroy(key) => {
                self.sessions.remove(key);
                progress.destroyed = true;
            }
            Asked::Load(key) => {
                assert_eq!(ack == Ack::Missing, !self.sessions.contains_key(key));
            }
            Asked::Create(..) | Asked::Update(..) | Asked::Touch(..) => {
                assert!(matches!(ack, Ack::Conflict | Ack::Missing));
            }
        }
        ack
    }

    /// The session as it is now is what the exchange goes on with.
    fn load_again(&self, progress: &mut Progress, key: StoreKey) {
        let request = &mut progress.request;
        let Some(opened) = &mut request.opened else { return };
        let judged = match self.sessions.get(&key) {
            None => Err(Verdict::Unknown),
            Some(session) if session.current.0 == request.number => return,
            Some(session) => {
                session.judge(opened.id, request.now).map(|standing| (session, standing))
            }
        };
        match judged {
            Ok((session, standing)) => {
                (opened.base, opened.standing) = (session.clone(), standing);
            }
            Err(verdict) => progress.lost = Some(verdict),
        }
    }
}

/// A store may sweep a session when nobody has used it for its idle time: since now, or since a time that was stored
/// before and lies ahead of now.
fn compare_end(expires: Timestamp, session: &Session, request: &Request) {
    let latest = request.now.max(session.seen);
    assert!((session.ends(request.now)..=session.ends(latest)).contains(&expires));
}

impl Asked {
    fn of(step: Step<'_>) -> Self {
        match step {
            Step::Create { key, write } => Self::Create(*key, Written::of(write)),
            Step::Update { key, expected, write } => {
                Self::Update(*key, expected.get(), Written::of(write))
            }
            Step::Touch { key, seen, expires } => Self::Touch(*key, seen, expires),
            Step::Destroy { key } => Self::Destroy(*key),
            Step::Load { key, .. } => Self::Load(*key),
            step => panic!("{step:?}"),
        }
    }
}

impl Written {
    fn of(write: Write<'_>) -> Self {
        let Write { record, seen, expires, principal, .. } = write;
        Self { record: record.to_vec(), seen, expires, principal: principal.map(str::to_owned) }
    }
}
