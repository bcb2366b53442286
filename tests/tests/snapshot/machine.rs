//! Runs an exchange along a path of answers.

use sansession::{Ack, Begin, End, Meta, Reply, Revision, Slot, Step, Timestamp};
use sansession_tests::{Browser, Dice, Exchange, NoDice, Row, Server, minutes};

use crate::scenes::{Before, Scene};

/// What the store answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Told {
    Stored,
    Conflict,
    Missing,
    Full,
    Failed,
    Nonsense,
    Good,
    Same,
    Tidied,
    Renewed,
    Regenerated,
    Obsolete,
    Own,
    Foreign,
    Corrupt,
    Newer,
    TooLong,
}

impl Told {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Conflict => "conflict",
            Self::Missing => "missing",
            Self::Full => "full",
            Self::Failed => "failed",
            Self::Nonsense => "nonsense",
            Self::Good => "good",
            Self::Same => "same",
            Self::Tidied => "tidied",
            Self::Renewed => "renewed",
            Self::Regenerated => "regenerated",
            Self::Obsolete => "obsolete",
            Self::Own => "own",
            Self::Foreign => "foreign",
            Self::Corrupt => "corrupt",
            Self::Newer => "newer",
            Self::TooLong => "too long",
        }
    }
}

/// Where an exchange is after a path of answers.
pub(crate) enum State {
    /// It asks for this, and these answers are possible.
    Step(&'static str, Vec<Told>),
    Done(String),
}

/// Runs `scene` from its start along `path`.
pub(crate) fn run(scene: &Scene, path: &[Told]) -> State {
    let (server, mut browser) = scene.set();
    let mut exchange = server.open(&mut browser);
    (scene.handler)(&server, &mut exchange);
    server.pass(scene.takes);
    let finished = if scene.randomness {
        server
            .sessions
            .finish(exchange, scene.ending, server.now(), &mut *server.dice.borrow_mut())
            .ok()
    } else {
        server.sessions.finish(exchange, scene.ending, server.now(), &mut NoDice::after(0)).ok()
    };
    let Some(mut end) = finished else {
        return State::Done("no exchange: the random number generator failed".into());
    };
    let mut own = None;
    for told in path {
        let End::Step(mut closing) = end else { panic!("{path:?} is too long") };
        own = written(&closing.step()).or(own);
        let ack = answer(scene, *told, closing.step(), own.as_ref());
        end = closing.handle(&server.sessions, ack);
    }
    match end {
        End::Done(reply) => State::Done(ending(&server, &reply)),
        End::Step(mut closing) => {
            own = written(&closing.step()).or(own);
            let (name, answers) = question(scene, &closing.step(), own.map(|row| row.revision));
            State::Step(name, answers)
        }
    }
}

/// The step's name and what can be answered to it.
fn question(
    scene: &Scene,
    step: &Step<'_>,
    written: Option<Revision>,
) -> (&'static str, Vec<Told>) {
    use Told as T;
    let plain = vec![T::Stored, T::Conflict, T::Missing, T::Full, T::Failed, T::Nonsense];
    match step {
        Step::Create { .. } => ("create", plain),
        Step::Update { .. } => ("update", plain),
        Step::Touch { .. } => ("touch", plain),
        Step::Destroy { .. } => ("destroy", plain),
        _ => {
            let mut answers = Vec::from(match written {
                // Nothing else can stand under a key that this exchange made up.
                Some(Revision::FIRST) => &[T::Own, T::Foreign][..],
                Some(_) => &[T::Own, T::Good, T::Same, T::Renewed, T::Regenerated, T::Obsolete],
                None => &[],
            });
            if scene.before == Before::Flash {
                answers.push(T::Tidied);
            }
            answers.extend([T::Missing, T::Corrupt, T::Newer, T::TooLong, T::Failed, T::Nonsense]);
            ("load", answers)
        }
    }
}

fn ending(server: &Server, reply: &Reply<Box<Slot>>) -> String {
    let cookie = reply.set_cookie(&server.sessions).map(|cookie| cookie.to_string());
    let what = match &cookie {
        None => "",
        Some(text) if text.contains("Max-Age=0") => ", cookie removed",
        Some(text) => {
            let pair = text.split(';').next().unwrap_or_default().as_bytes();
            let slot: Box<Slot> = Box::new(Slot::<[u8; 256]>::new());
            match server.sessions.begin([pair], server.now(), slot) {
                Begin::Load(_) => ", cookie set",
                Begin::Ready(_) => ", guest cookie set",
            }
        }
    };
    let refused = if reply.outcome().is_refusal() { " (refused)" } else { "" };
    let why = reply.record_error().map(|error| format!(": {error}")).unwrap_or_default();
    format!("{}{refused}{why}{what}", reply.outcome())
}

/// What the step would have stored.
fn written(step: &Step<'_>) -> Option<Row> {
    let (revision, write) = match step {
        Step::Create { write, .. } => (Revision::FIRST, write),
        Step::Update { expected, write, .. } => (expected.next(), write),
        _ => return None,
    };
    let (record, seen, expires) = (write.record.to_vec(), write.seen, write.expires);
    Some(Row { record, revision, seen, expires, principal: None })
}

/// Answers the step as `told`, with what other requests have done since the exchange began.
fn answer(scene: &Scene, told: Told, step: Step<'_>, own: Option<&Row>) -> Ack {
    let Step::Load { buffer, .. } = step else { return plain(told) };
    let row = match told {
        Told::Own => own.expect("something was written").clone(),
        Told::Corrupt => bytes(1, 40),
        Told::Newer => bytes(9, 100),
        Told::TooLong => bytes(1, buffer.len() + 1),
        Told::Missing => return Ack::Missing,
        Told::Failed => return Ack::Failed,
        Told::Nonsense => return Ack::Stored,
        elsewhere => after(scene, elsewhere),
    };
    let len = row.record.len();
    if let Some(place) = buffer.get_mut(..len) {
        place.copy_from_slice(&row.record);
    }
    Ack::Found { len, meta: Meta::new(row.revision, row.seen) }
}

fn plain(told: Told) -> Ack {
    match told {
        Told::Stored => Ack::Stored,
        Told::Conflict => Ack::Conflict,
        Told::Missing => Ack::Missing,
        Told::Full => Ack::Full,
        Told::Failed => Ack::Failed,
        _ => Ack::Found { len: 0, meta: Meta::new(Revision::FIRST, Timestamp::ZERO) },
    }
}

/// The record after another request of the same browser.
fn after(scene: &Scene, told: Told) -> Row {
    let (server, mut browser) = scene.set();
    *server.dice.borrow_mut() = Dice::new(2);
    let renew = |browser: &mut Browser| {
        let renewed =
            server.request(browser, |active| active.set_lifetime(minutes(120), minutes(9000)));
        assert!(
            renewed.value.is_ok() && renewed.set_cookie.is_some(),
            "another deadline brings another id"
        );
    };
    match told {
        Told::Good => {
            // Before the id was due for renewal, so that it stays.
            server.set_clock(Timestamp::from_millis(server.now().as_millis() - 60_000));
            let write = |active: &mut Exchange| {
                active.reflash().and_then(|()| active.insert("quick", "write"))
            };
            server.request(&mut browser, write).value.expect("room");
        }
        Told::Tidied => drop(server.visit(&mut browser)),
        Told::Renewed => renew(&mut browser),
        Told::Regenerated => drop(server.request(&mut browser, Exchange::regenerate)),
        Told::Obsolete => {
            renew(&mut browser);
            server.visit(&mut browser);
        }
        Told::Foreign => {
            let mut stranger = Browser::new();
            let write = |active: &mut Exchange| active.insert("key", "of another");
            let (server, _) = Scene { before: Before::Nothing, ..*scene }.set();
            *server.dice.borrow_mut() = Dice::new(3);
            server.request(&mut stranger, write).value.expect("room");
            return server.store.only().1;
        }
        _ => {}
    }
    server.store.only().1
}

fn bytes(byte: u8, len: usize) -> Row {
    let (seen, expires) = (Timestamp::ZERO, Timestamp::MAX);
    Row { record: vec![byte; len], revision: Revision::new(7), seen, expires, principal: None }
}
