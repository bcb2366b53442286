//! Makes id cookies as a server issues them.

use std::convert::Infallible;

use sansession::rand_core::TryCryptoRng;
use sansession::{
    Ack, Active, Begin, End, Ending, Sessions, Slot, Step, StoreKey, Stored, Timestamp,
};

/// A time at which things happen where it does not matter when.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

/// An exchange in progress.
pub(crate) type Exchange = Active<Box<Slot>>;

/// What came of a request without cookies.
pub(crate) struct Issued {
    /// The `Set-Cookie` header.
    pub(crate) set_cookie: String,
    /// The key and the record that a store was asked to keep; none for an id that is good for CSRF tokens only.
    pub(crate) stored: Option<(StoreKey, Vec<u8>)>,
}

impl Issued {
    /// The `name=value` that a browser sends back.
    pub(crate) fn pair(&self) -> &str {
        self.set_cookie.split(';').next().unwrap_or_default()
    }

    pub(crate) fn value(&self) -> &str {
        self.pair().split_once('=').unwrap_or_default().1
    }
}

/// Memory for an exchange.
pub(crate) fn slot() -> Box<Slot> {
    Box::new(Slot::<[u8; 1024]>::new())
}

/// A request without cookies, whose handler writes something; the store takes it.
pub(crate) fn issue(
    sessions: &Sessions<Stored>,
    now: Timestamp,
    rng: &mut impl TryCryptoRng<Error = Infallible>,
    handler: impl FnOnce(&mut Exchange),
) -> Issued {
    let Begin::Ready(mut active) = sessions.begin([], now, slot()) else {
        panic!("a look-up without a cookie")
    };
    handler(&mut active);
    let Ok(end) = sessions.finish(active, Ending::Answered, now, rng);
    let (end, stored) = match end {
        End::Done(_) => (end, None),
        End::Step(mut closing) => {
            let Step::Create { key, write } = closing.step() else {
                panic!("a first write that creates nothing")
            };
            let stored = (*key, write.record.to_vec());
            (closing.handle(sessions, Ack::Stored), Some(stored))
        }
    };
    let End::Done(reply) = end else { panic!("more than one step to create a session") };
    let set_cookie = reply.set_cookie(sessions).expect("a cookie for a new id").to_string();
    Issued { set_cookie, stored }
}
