//! What everybody does: the same operations on the same keys, with the same records.

/// Sessions at most.
pub(crate) const SESSIONS: usize = 64;

/// Bytes of a record.
pub(crate) const RECORD: usize = 200;

/// What is done to one session, after a look-up.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) kind: Kind,
    pub(crate) session: usize,
    /// How many operations were before this one: tells its record from all others.
    pub(crate) number: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    New,
    Update,
    Remove,
}

impl Operation {
    /// What is written, if anything is.
    pub(crate) fn record(&self) -> Option<[u8; RECORD]> {
        (self.kind != Kind::Remove).then(|| {
            let mut seed = self.number + 1;
            [(); RECORD].map(|()| random_byte(&mut seed))
        })
    }
}

/// All sessions are begun; from then on 80 % updates, 10 % new ones, 10 % removed ones.
pub(crate) fn script(operations: usize) -> Vec<Operation> {
    let (mut seed, mut live) = (1, [true; SESSIONS]);
    let mut numbers = 0..u32::try_from(operations).expect("they are some thousands");
    let mut script: Vec<_> = (0..SESSIONS)
        .zip(&mut numbers)
        .map(|(session, number)| Operation { kind: Kind::New, session, number })
        .collect();
    for number in numbers {
        let (kind, session) = next(&mut seed, &live);
        live[session] = kind != Kind::Remove;
        script.push(Operation { kind, session, number });
    }
    script
}

/// The next operation that makes sense.
fn next(seed: &mut u32, live: &[bool; SESSIONS]) -> (Kind, usize) {
    loop {
        let session = random(seed) % SESSIONS;
        // A place that is free, if there is one.
        let free = live.iter().position(|live| !live);
        match (random(seed) % 10, free) {
            (0, _) if live[session] => return (Kind::Remove, session),
            (1, Some(free)) => return (Kind::New, free),
            (2.., _) if live[session] => return (Kind::Update, session),
            _ => {}
        }
    }
}

/// The key of a session.
pub(crate) fn key(session: usize) -> [u8; 16] {
    let mut seed = u32::try_from(session).unwrap_or_default() + 1;
    [(); 16].map(|()| random_byte(&mut seed))
}

fn random_byte(seed: &mut u32) -> u8 {
    random(seed).to_le_bytes()[1]
}

/// Xorshift.
fn random(seed: &mut u32) -> usize {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    *seed as usize
}
