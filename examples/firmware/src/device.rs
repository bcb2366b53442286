//! The application's host: a store, a generator, a clock and a throttle.

use core::cell::RefCell;
use core::fmt;
use core::ops::DerefMut;
use core::pin::pin;
use core::task::{Context, Poll, Waker};

use sansession::rand_core::TryCryptoRng;
use sansession::{Active, CsrfToken, Sessions, Slot, StoreKey, Stored, Timestamp};
use sansession_device::{Admission, Throttle};
use sansession_store::{ErrorKind, Listed, Store, StoreError, end_all, end_one, sessions};

use crate::failure::Failure;
use crate::host::{Host, Time};

/// Bytes of a record, and half of a slot, unless the board has less.
pub const RECORD: usize = 640;

/// Buckets of the throttle, unless the board has less.
pub const BUCKETS: usize = 32;

/// The throttle of the log-in form.
#[derive(Debug)]
pub struct Throttling<const M: usize = BUCKETS>(RefCell<Throttle<M>>);

impl<const M: usize> Throttling<M> {
    /// A throttle that has seen nothing.
    ///
    /// # Errors
    /// The generator's.
    pub fn new<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, R::Error> {
        Throttle::new(rng).map(RefCell::new).map(Self)
    }
}

/// All that the requests of a device share, with records of up to `N` bytes and a throttle of `M` buckets. It stays on one executor.
pub struct Device<'d, S, R, C, const N: usize = RECORD, const M: usize = BUCKETS> {
    /// Configuration and keys.
    pub sessions: Sessions<Stored>,
    /// Where sessions are. It answers at once, as stores of devices do.
    pub store: &'d S,
    /// Where ids come from.
    pub rng: RefCell<R>,
    /// Tells the time.
    pub clock: C,
    /// Who has to wait.
    pub throttling: Throttling<M>,
    /// Where listings read records into.
    pub record: RefCell<[u8; N]>,
}

impl<S, R, C, const N: usize, const M: usize> Host for Device<'_, S, R, C, N, M>
where
    S: Store,
    R: TryCryptoRng,
    C: Time,
{
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn csrf_token<B>(&self, session: &mut Active<B>) -> Result<CsrfToken, Failure>
    where
        B: DerefMut<Target = Slot>,
    {
        let token = session.csrf_token(&self.sessions, &mut *self.rng.borrow_mut());
        token.map_err(|_| Failure::Entropy)
    }

    fn verify_csrf<B>(&self, session: &Active<B>, token: &str) -> bool
    where
        B: DerefMut<Target = Slot>,
    {
        session.verify_csrf(&self.sessions, token)
    }

    fn sessions(&self, user: &str, found: impl FnMut(Listed)) -> Result<(), ErrorKind> {
        let mut record = self.record.borrow_mut();
        at_once::<S, _>(sessions(self.store, user, self.now(), &mut *record, found))
    }

    fn end_one(&self, user: &str, handle: &StoreKey) -> Result<bool, ErrorKind> {
        let mut record = self.record.borrow_mut();
        at_once::<S, _>(end_one(self.store, user, handle, &mut *record))
    }

    fn end_others(&self, user: &str, own: Option<&StoreKey>) -> Result<usize, ErrorKind> {
        let mut record = self.record.borrow_mut();
        at_once::<S, _>(end_all(self.store, user, own, &mut *record))
    }

    fn admit(&self, user: &str, source: &[u8]) -> Admission {
        let mut throttle = self.throttling.0.borrow_mut();
        let who = [throttle.account(user), throttle.source(source)];
        throttle.ask(&who, self.now())
    }

    fn passed(&self, user: &str, source: &[u8]) {
        let mut throttle = self.throttling.0.borrow_mut();
        let who = [throttle.account(user), throttle.source(source)];
        throttle.passed(&who);
    }
}

/// Asks a store that answers when it is polled first. One that does not is a mistake in how the firmware was put together.
fn at_once<S: Store, T>(call: impl Future<Output = Result<T, S::Error>>) -> Result<T, ErrorKind> {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.map_err(|error| error.kind()),
        Poll::Pending => Err(ErrorKind::Misconfigured),
    }
}

impl<S, R, C, const N: usize, const M: usize> fmt::Debug for Device<'_, S, R, C, N, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").finish_non_exhaustive()
    }
}
