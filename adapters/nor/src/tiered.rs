//! Two tiers: a user's sessions in flash, everybody else's in RAM.
//!
//! In: the calls of the store contract. Out: calls of one tier, or the move of a record from RAM to flash. It refuses to
//! know what records say: whether a session is bound to a principal stands beside it.

use core::fmt;
use core::future::Future;

use sansession::{Freshness, Meta, Revision, StoreKey, Timestamp, Write};
use sansession_store::{Created, ErrorKind, Level, Loaded, Store, StoreError, Updated};

/// A store that keeps a session in RAM until it is bound to a principal, and in flash from then on.
///
/// Without it, a script that drops its cookies wears the flash out: every first write of a visitor is an entry. With
/// it, only log-ins and what logged-in users do reach the flash; what visitors without a login have is gone with the
/// power, and pushed out by other visitors when the table is full.
///
/// ```
/// # use core::convert::Infallible;
/// # use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
/// use pollster::block_on;
/// use sansession::{StoreKey, Timestamp, Write};
/// use sansession_nor::{NorStore, Tiered};
/// use sansession_ram::LocalRamStore;
/// use sansession_store::Store;
///
/// # struct Flash(Vec<u8>);
/// # impl ErrorType for Flash {
/// #     type Error = Infallible;
/// # }
/// # impl ReadNorFlash for Flash {
/// #     const READ_SIZE: usize = 1;
/// #     fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Infallible> {
/// #         bytes.copy_from_slice(&self.0[offset as usize..][..bytes.len()]);
/// #         Ok(())
/// #     }
/// #     fn capacity(&self) -> usize {
/// #         self.0.len()
/// #     }
/// # }
/// # impl NorFlash for Flash {
/// #     const WRITE_SIZE: usize = 1;
/// #     const ERASE_SIZE: usize = 4096;
/// #     fn erase(&mut self, from: u32, to: u32) -> Result<(), Infallible> {
/// #         self.0[from as usize..to as usize].fill(0xff);
/// #         Ok(())
/// #     }
/// #     fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Infallible> {
/// #         self.0[offset as usize..][..bytes.len()].copy_from_slice(bytes);
/// #         Ok(())
/// #     }
/// # }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let flash = Flash(vec![0xff; 64 * 1024]);
/// // 16 visitors with records of up to 256 bytes, and 64 users.
/// let ram = LocalRamStore::<16, 256>::new();
/// let store = Tiered::new(ram, NorStore::<_, 64>::mount(flash, 0..64 * 1024)?);
///
/// let (key, now) = (StoreKey::from_bytes([7; 16]), Timestamp::from_secs(1_700_000_000));
/// let write = Write::new(b"a visitor's", now, Timestamp::MAX);
/// block_on(store.create(&key, write))?;
/// let write = Write::new(b"a user's", now, Timestamp::MAX).bound_to("ada");
/// block_on(store.update(&key, sansession::Revision::FIRST, write))?;
/// let (ram, flash) = store.into_tiers();
/// assert!(!block_on(ram.destroy(&key))? && block_on(flash.destroy(&key))?);
/// # Ok(()) }
/// ```
///
/// # The move
///
/// The update that binds a session is a compare-and-swap like any other: the record in RAM must have the revision that
/// is expected. The new one is written to flash with the next revision, and then the old one is dropped from RAM. Where
/// both are there, flash counts. A cut before the entry is whole leaves a session that was lost with the RAM anyway, and
/// nobody was told that the log-in succeeded; if flash is full or fails, the session is in RAM as it was.
///
/// # What it asks of the tiers
///
/// The volatile one keeps all of the contract and answers without waiting, as both tables of `sansession-ram` do. Flash
/// looks into its table and begins to write without waiting in between. So from the look at both until the entry is
/// begun no other task runs, and none between its end and the drop from RAM: nothing is written to RAM that a move leaves
/// behind, and a call that is dropped leaves no record in both tiers. Tests hold it to that.
///
/// A listing asks flash alone: no user's session is in RAM.
pub struct Tiered<V, D> {
    volatile: V,
    pub(crate) durable: D,
}

/// [`NorStore`](crate::NorStore) or `AsyncNorStore`.
#[expect(private_bounds, reason = "how a record is taken over is between the two")]
pub trait Durable: Store + Adopts {}

/// Takes a record over from another store.
pub(crate) trait Adopts: Store {
    /// As [`Store::create`], with this revision.
    fn adopt(
        &self,
        key: &StoreKey,
        revision: Revision,
        write: Write<'_>,
    ) -> impl Future<Output = Result<Created, Self::Error>>;
}

impl<V: Store, D: Durable> Tiered<V, D> {
    /// Puts a table in RAM in front of flash.
    pub const fn new(volatile: V, durable: D) -> Self {
        const { assert!(matches!(V::LEVEL, Level::Full), "RAM must compare and swap") }
        Self { volatile, durable }
    }

    /// The table in RAM and the store in flash.
    pub fn into_tiers(self) -> (V, D) {
        (self.volatile, self.durable)
    }

    /// What stands beside the record in RAM.
    async fn in_ram(&self, key: &StoreKey) -> Result<Option<Meta>, V::Error> {
        Ok(match self.volatile.load(key, &mut [], Freshness::Latest).await? {
            Loaded::Found { meta, .. } => Some(meta),
            Loaded::Missing => None,
        })
    }

    /// Whether flash has the record; only its table is asked.
    async fn in_flash(&self, key: &StoreKey) -> Result<bool, D::Error> {
        let loaded = self.durable.load(key, &mut [], Freshness::Latest).await?;
        Ok(matches!(loaded, Loaded::Found { .. }))
    }

    /// Moves a session to flash as it is bound to a principal.
    async fn bind(
        &self,
        key: &StoreKey,
        expected: Revision,
        mut write: Write<'_>,
    ) -> Result<Updated, TieredError<V::Error, D::Error>> {
        let Some(meta) = self.in_ram(key).await.map_err(TieredError::Volatile)? else {
            return Ok(Updated::Missing);
        };
        if meta.revision != expected {
            return Ok(Updated::Conflict);
        }
        write.seen = write.seen.max(meta.seen);
        let adopted = self.durable.adopt(key, expected.next(), write).await;
        Ok(match adopted.map_err(TieredError::Durable)? {
            Created::Stored => {
                self.volatile.destroy(key).await.map_err(TieredError::Volatile)?;
                Updated::Stored
            }
            Created::Conflict => Updated::Conflict,
            Created::Full => Updated::Full,
        })
    }
}

impl<V: Store, D: Durable> Store for Tiered<V, D> {
    type Error = TieredError<V::Error, D::Error>;

    const CACHED: bool = V::CACHED || D::CACHED;

    async fn load(
        &self,
        key: &StoreKey,
        buffer: &mut [u8],
        freshness: Freshness,
    ) -> Result<Loaded, Self::Error> {
        let loaded = self.durable.load(key, buffer, freshness).await;
        if let found @ Loaded::Found { .. } = loaded.map_err(TieredError::Durable)? {
            return Ok(found);
        }
        // In neither at this moment: it cannot have moved since.
        self.volatile.load(key, buffer, freshness).await.map_err(TieredError::Volatile)
    }

    async fn create(&self, key: &StoreKey, write: Write<'_>) -> Result<Created, Self::Error> {
        if write.principal.is_some() {
            if self.in_ram(key).await.map_err(TieredError::Volatile)?.is_some() {
                return Ok(Created::Conflict);
            }
            return self.durable.create(key, write).await.map_err(TieredError::Durable);
        }
        if self.in_flash(key).await.map_err(TieredError::Durable)? {
            return Ok(Created::Conflict);
        }
        self.volatile.create(key, write).await.map_err(TieredError::Volatile)
    }

    async fn update(
        &self,
        key: &StoreKey,
        expected: Revision,
        write: Write<'_>,
    ) -> Result<Updated, Self::Error> {
        if self.in_flash(key).await.map_err(TieredError::Durable)? {
            let updated = self.durable.update(key, expected, write).await;
            return updated.map_err(TieredError::Durable);
        }
        if write.principal.is_some() {
            return self.bind(key, expected, write).await;
        }
        self.volatile.update(key, expected, write).await.map_err(TieredError::Volatile)
    }

    async fn touch(
        &self,
        key: &StoreKey,
        seen: Timestamp,
        expires: Timestamp,
    ) -> Result<bool, Self::Error> {
        let touched = self.durable.touch(key, seen, expires).await.map_err(TieredError::Durable)?;
        if touched {
            return Ok(true);
        }
        self.volatile.touch(key, seen, expires).await.map_err(TieredError::Volatile)
    }

    /// From RAM first: dropped in between, what is left is the session as it was, and not what it was before it moved.
    async fn destroy(&self, key: &StoreKey) -> Result<bool, Self::Error> {
        let from_ram = self.volatile.destroy(key).await.map_err(TieredError::Volatile)?;
        let from_flash = self.durable.destroy(key).await.map_err(TieredError::Durable)?;
        Ok(from_ram || from_flash)
    }

    async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Self::Error> {
        let from_ram = self.volatile.sweep(now, limit).await.map_err(TieredError::Volatile)?;
        let rest = limit.saturating_sub(from_ram);
        let from_flash = self.durable.sweep(now, rest).await.map_err(TieredError::Durable)?;
        Ok(from_ram.saturating_add(from_flash))
    }

    async fn list(
        &self,
        principal: &str,
        after: Option<&StoreKey>,
        keys: &mut [StoreKey],
    ) -> Result<usize, Self::Error> {
        self.durable.list(principal, after, keys).await.map_err(TieredError::Durable)
    }
}

impl<V, D> fmt::Debug for Tiered<V, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tiered").finish_non_exhaustive()
    }
}

/// A tier failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TieredError<V, D> {
    /// The one in RAM.
    Volatile(V),
    /// The one in flash.
    Durable(D),
}

impl<V, D> fmt::Display for TieredError<V, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Volatile(_) => "the sessions in RAM failed",
            Self::Durable(_) => "the sessions in flash failed",
        })
    }
}

impl<V: StoreError + 'static, D: StoreError + 'static> core::error::Error for TieredError<V, D> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Volatile(error) => Some(error),
            Self::Durable(error) => Some(error),
        }
    }
}

impl<V: StoreError + 'static, D: StoreError + 'static> StoreError for TieredError<V, D> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Volatile(error) => error.kind(),
            Self::Durable(error) => error.kind(),
        }
    }
}
