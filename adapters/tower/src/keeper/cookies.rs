//! Sessions that are kept by the browsers, in their cookies. Nothing here ever waits.

use std::sync::Arc;

use http::HeaderValue;
use sansession::{Active, Carried, Ending, Protection, Sessions, Slot, Timestamp};

use crate::keeper::{Finished, Keeper, Kind, Work, without_randomness};
use crate::refused::Refused;
use crate::rng::SysRng;

pub(crate) struct InCookies<P: Protection, F> {
    pub(crate) sessions: Sessions<Carried<P>>,
    /// The time before which a principal's sessions are refused.
    pub(crate) not_before: F,
}

impl<P, F> Keeper for InCookies<P, F>
where
    P: Protection,
    Sessions<Carried<P>>: Send + Sync,
    F: Fn(&str) -> Option<Timestamp> + Send + Sync,
{
    fn sessions(&self) -> &dyn Kind {
        &self.sessions
    }

    fn open(
        &self,
        cookies: &[HeaderValue],
        now: Timestamp,
        slot: Box<Slot>,
    ) -> Work<'_, Result<Active<Box<Slot>>, Refused>> {
        let cookies = cookies.iter().map(HeaderValue::as_bytes);
        Work::Done(Ok(self.sessions.begin_unless(cookies, now, slot, &self.not_before)))
    }

    fn close(
        self: Arc<Self>,
        active: Active<Box<Slot>>,
        ending: Ending,
        now: Timestamp,
    ) -> Result<Work<'static, Finished>, Refused> {
        let reply = self.sessions.finish(active, ending, now, &mut SysRng);
        Ok(Work::Done(Finished::at_once(reply.map_err(without_randomness)?)))
    }
}
