//! Stored sessions: a site of one visitor, whose record is in RAM.

use sansession::{
    Ack, Begin, Config, End, Ending, Freshness, Meta, Outcome, Revision, Sessions, Slot, Step,
    Stored,
};

use crate::handler::{Line, NOW, Random, operate, ring};

pub(crate) struct Site {
    sessions: Option<Sessions<Stored>>,
    slot: Slot<[u8; 512]>,
    random: Random,
    record: [u8; 256],
    len: usize,
    revision: Revision,
    cookie: Line<200>,
}

impl Site {
    pub(crate) fn new() -> Self {
        let config = Config::new();
        #[cfg(feature = "at-rest")]
        let config = config.sealed_records();
        Self {
            sessions: ring().and_then(|ring| Sessions::stored(config, &ring).ok()),
            slot: Slot::new(),
            random: Random(1),
            record: [0; 256],
            len: 0,
            revision: Revision::FIRST,
            cookie: Line::new(),
        }
    }

    /// One exchange; `ends` is called when the reply is there.
    pub(crate) fn visit(&mut self, operation: u8, ends: impl FnOnce()) -> Option<Outcome> {
        let Self { sessions, slot, random, record, len, revision, cookie } = self;
        let sessions = sessions.as_ref()?;
        let mut begin = sessions.begin([cookie.cookie()], NOW, slot.erase());
        let mut active = loop {
            let mut loading = match begin {
                Begin::Ready(active) => break active,
                Begin::Load(loading) => loading,
            };
            let (_, buffer, _) = loading.request();
            copy(buffer, record, *len);
            let meta = Meta::new(*revision, NOW);
            begin = loading.found(sessions, *len, meta, Freshness::Latest).ok()?;
        };
        operate(&mut active, operation);
        let Ok(mut end) = sessions.finish(active, Ending::Answered, NOW, random);
        let reply = loop {
            let mut closing = match end {
                End::Done(reply) => break reply,
                End::Step(closing) => closing,
            };
            match closing.step() {
                Step::Create { write, .. } => {
                    *len = write.record.len();
                    copy(record, write.record, *len);
                    *revision = Revision::FIRST;
                }
                Step::Update { write, expected, .. } => {
                    *len = write.record.len();
                    copy(record, write.record, *len);
                    *revision = expected.next();
                }
                Step::Load { buffer, .. } => copy(buffer, record, *len),
                _ => {}
            }
            end = closing.handle(sessions, Ack::Stored);
        };
        if let Some(header) = reply.set_cookie(sessions) {
            cookie.set(&header);
        }
        let outcome = reply.outcome();
        reply.into_slot();
        ends();
        Some(outcome)
    }

    /// Bytes of memory: of the sessions, and of an exchange.
    #[cfg(feature = "measured")]
    pub(crate) fn memory(&self) -> (usize, usize) {
        (size_of::<Sessions<Stored>>(), size_of_val(&self.slot))
    }
}

fn copy(to: &mut [u8], from: &[u8], len: usize) {
    if let (Some(to), Some(from)) = (to.get_mut(..len), from.get(..len)) {
        to.copy_from_slice(from);
    }
}
