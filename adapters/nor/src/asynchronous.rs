//! The store over an async driver.

use core::fmt;
use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;
use sansession::{Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, Freshness, Loaded, Store, Updated};

use crate::error::{NorError, Operation};
use crate::geometry::{Geometry, Sizes};
use crate::index::Session;
use crate::lock::Lock;
use crate::log::{Format, Load, Log, Machine, Mount, Step};
use crate::tiered::{Adopts, Durable, Tiered};
use crate::unmounted::Unmounted;
use crate::work::{Create, Destroy, Job, Sweep, Touch, Update};

/// A store of up to `N` sessions in NOR flash, behind an async driver. See the [crate docs](crate).
///
/// The tasks of one executor share it by reference; calls wait for each other. A call whose future is dropped is done
/// or not, like one that the power cut short; if it was writing, the rest of that page is given up.
pub struct AsyncNorStore<F, const N: usize>(Lock<Inner<F, N>>);

struct Inner<F, const N: usize> {
    flash: F,
    log: Log<[Option<Session>; N]>,
}

impl<F: NorFlash, const N: usize> AsyncNorStore<F, N> {
    /// Opens the store in these bytes of the flash, in the smallest pages that have 2 KiB at least. Nothing is written.
    ///
    /// # Errors
    /// The bytes cannot be such a ring, belong to somebody else or to a newer release, or cannot be read.
    pub async fn mount(flash: F, bytes: Range<u32>) -> Result<Self, NorError<F::Error>> {
        let geometry = Geometry::within(bytes.start, bytes.end, sizes::<F>())?;
        Self::mount_ring(flash, geometry).await
    }

    /// Opens the store in a ring of pages of one's own choice.
    ///
    /// # Errors
    /// As those of [`AsyncNorStore::mount`].
    pub async fn mount_ring(flash: F, geometry: Geometry) -> Result<Self, NorError<F::Error>> {
        let mut store = Self::closed(flash);
        store.open(geometry, Mount::new()).await?;
        Ok(store)
    }

    /// Erases the whole ring, whatever is there, and opens it: everybody is logged out.
    ///
    /// If it fails or is cut short, call it again before any mount: pages go one by one, and what is left in the others
    /// may be older than what has gone.
    ///
    /// # Errors
    /// The driver's.
    pub async fn format(flash: F, geometry: Geometry) -> Result<Self, NorError<F::Error>> {
        let mut store = Self::closed(flash);
        store.open(geometry, Format::new()).await?;
        Ok(store)
    }

    /// A store that is not open yet, to be put where it stays and opened there.
    pub const fn unmounted(flash: F) -> Unmounted<Self> {
        Unmounted(Self::closed(flash))
    }

    const fn closed(flash: F) -> Self {
        Self(Lock::new(Inner { flash, log: Log::CLOSED }))
    }

    /// Forgets what it knows, and begins with what is done first.
    async fn open<M: Machine<Answer = ()>>(
        &mut self,
        geometry: Geometry,
        first: M,
    ) -> Result<(), NorError<F::Error>> {
        let inner = self.0.get_mut();
        let log: &mut Log = &mut inner.log;
        log.open(geometry);
        inner.run(first).await
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.0.into_inner().flash
    }

    async fn run<M: Machine>(&self, machine: M) -> Result<M::Answer, NorError<F::Error>> {
        self.0.lock().await.run(machine).await
    }
}

impl<F: NorFlash, const N: usize> Unmounted<AsyncNorStore<F, N>> {
    /// The driver, to be made ready.
    pub fn flash(&mut self) -> &mut F {
        &mut self.0.0.get_mut().flash
    }

    /// Opens the store where it is. Nothing is written.
    ///
    /// # Errors
    /// The pages belong to somebody else or to a newer release, or cannot be read. The next call looks at all of them again.
    pub async fn mount(
        &mut self,
        geometry: Geometry,
    ) -> Result<&mut AsyncNorStore<F, N>, NorError<F::Error>> {
        self.0.open(geometry, Mount::new()).await?;
        Ok(&mut self.0)
    }
}

impl<V: Store, F: NorFlash, const N: usize> Tiered<V, AsyncNorStore<F, N>>
where
    F::Error: 'static,
{
    /// Two tiers that are not open yet, to be put where they stay and opened there.
    pub const fn unmounted(volatile: V, flash: F) -> Unmounted<Self> {
        Unmounted(Self::new(volatile, AsyncNorStore::closed(flash)))
    }
}

impl<V, F: NorFlash, const N: usize> Unmounted<Tiered<V, AsyncNorStore<F, N>>> {
    /// The driver, to be made ready.
    pub fn flash(&mut self) -> &mut F {
        &mut self.0.durable.0.get_mut().flash
    }

    /// Opens both tiers where they are. Nothing is written.
    ///
    /// # Errors
    /// Those of the store in flash. The next call looks at all of it again.
    pub async fn mount(
        &mut self,
        geometry: Geometry,
    ) -> Result<&mut Tiered<V, AsyncNorStore<F, N>>, NorError<F::Error>> {
        self.0.durable.open(geometry, Mount::new()).await?;
        Ok(&mut self.0)
    }
}

impl<F: NorFlash, const N: usize> Inner<F, N> {
    async fn run<M: Machine>(&mut self, mut machine: M) -> Result<M::Answer, NorError<F::Error>> {
        let Self { flash, log } = self;
        loop {
            match machine.poll(log)? {
                Step::Read { address, into } => {
                    let read = flash.read(address, into).await;
                    read.map_err(|error| NorError::Flash(Operation::Read, error))?;
                }
                Step::Write { address, bytes } => {
                    let written = flash.write(address, bytes).await;
                    written.map_err(|error| NorError::Flash(Operation::Write, error))?;
                }
                Step::Erase { from, to } => {
                    let erased = flash.erase(from, to).await;
                    erased.map_err(|error| NorError::Flash(Operation::Erase, error))?;
                }
                Step::Done(answer) => return Ok(answer),
            }
        }
    }
}

fn sizes<F: NorFlash>() -> Sizes {
    Sizes { read: F::READ_SIZE, write: F::WRITE_SIZE, erase: F::ERASE_SIZE }
}

impl<F: NorFlash, const N: usize> Store for AsyncNorStore<F, N>
where
    F::Error: 'static,
{
    type Error = NorError<F::Error>;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        _: Freshness,
    ) -> Result<Loaded, Self::Error> {
        self.run(Load::new(key, buffer)).await
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Self::Error> {
        self.run(Job::new(Create::new(key, write))).await
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Self::Error> {
        self.run(Job::new(Update::new(key, expected, write))).await
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Self::Error> {
        self.run(Job::new(Touch::new(key, seen, expires))).await
    }

    async fn destroy(&self, key: &StoreKey) -> Result<bool, Self::Error> {
        self.run(Job::new(Destroy::new(key))).await
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Self::Error> {
        self.run(Job::new(Sweep::new(now, limit))).await
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Self::Error> {
        let inner = self.0.lock().await;
        let log: &Log = &inner.log;
        Ok(log.index.list(principal, after, keys))
    }
}

impl<F: NorFlash, const N: usize> Durable for AsyncNorStore<F, N> where F::Error: 'static {}

impl<F: NorFlash, const N: usize> Adopts for AsyncNorStore<F, N>
where
    F::Error: 'static,
{
    async fn adopt(
        &self,
        key: &StoreKey,
        revision: Revision,
        write: Write<'_>,
    ) -> Result<Created, Self::Error> {
        self.run(Job::new(Create::adopt(key, revision, write))).await
    }
}

impl<F, const N: usize> fmt::Debug for AsyncNorStore<F, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncNorStore").finish_non_exhaustive()
    }
}
