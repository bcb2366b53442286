//! Carried sessions: a site of one visitor.

use sansession::{Carried, Config, Ending, Outcome, Protection, Sessions, Slot};

use crate::handler::{Line, NOW, Random, operate, ring};

pub(crate) struct Site<P: Protection> {
    sessions: Option<Sessions<Carried<P>>>,
    slot: Slot<[u8; 512]>,
    random: Random,
    cookie: Line<600>,
}

#[cfg(feature = "signed")]
impl Site<sansession::Signed> {
    pub(crate) fn signed() -> Self {
        Self::new(ring().and_then(|ring| Sessions::carried(Config::new(), &ring).ok()))
    }
}

#[cfg(feature = "sealed")]
impl Site<sansession::Sealed> {
    pub(crate) fn sealed() -> Self {
        Self::new(ring().and_then(|ring| Sessions::sealed(Config::new(), &ring).ok()))
    }
}

impl<P: Protection> Site<P> {
    fn new(sessions: Option<Sessions<Carried<P>>>) -> Self {
        Self { sessions, slot: Slot::new(), random: Random(1), cookie: Line::new() }
    }

    /// One exchange; `ends` is called when the reply is there.
    pub(crate) fn visit(&mut self, operation: u8, ends: impl FnOnce()) -> Option<Outcome> {
        let Self { sessions, slot, random, cookie } = self;
        let sessions = sessions.as_ref()?;
        let mut active = sessions.begin([cookie.cookie()], NOW, slot.erase());
        operate(&mut active, operation);
        let Ok(reply) = sessions.finish(active, Ending::Answered, NOW, random);
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
        (size_of::<Sessions<Carried<P>>>(), size_of_val(&self.slot))
    }
}
