//! What can go wrong with a store of functions.

use core::fmt;

use crate::contract::{ErrorKind, StoreError};

/// An error of a [store of functions](crate::from_fns).
#[derive(Debug)]
#[non_exhaustive]
pub enum FnStoreError<E> {
    /// A function failed.
    Function {
        /// What the failure was about, as [`FnStore::error_kind`](crate::FnStore::error_kind) says.
        kind: ErrorKind,
        /// What it said.
        source: E,
    },
    /// A newer release has written the value. It is left alone.
    Newer {
        /// The first byte of the value.
        format: u8,
    },
    /// There is no index of principals: their sessions can be neither listed nor ended together.
    NoIndex,
}

impl<E> fmt::Display for FnStoreError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function { .. } => f.write_str("a function of the session store failed"),
            Self::Newer { format } => {
                write!(f, "a session was stored in the newer format {format}")
            }
            Self::NoIndex => f.write_str("the session store keeps no index of principals"),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for FnStoreError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Function { source, .. } => Some(source),
            Self::Newer { .. } | Self::NoIndex => None,
        }
    }
}

impl<E: core::error::Error + 'static> StoreError for FnStoreError<E> {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Function { kind, .. } => *kind,
            Self::Newer { .. } | Self::NoIndex => ErrorKind::Misconfigured,
        }
    }
}
