//! A store behind an `Arc` is a store, so that a host can keep one for listings beside the one that its layer has.

use alloc::sync::Arc;
use core::future::Future;

use crate::contract::SendStore;
use crate::level::Level;

impl<S: SendStore + ?Sized> SendStore for Arc<S> {
    type Error = S::Error;

    const CACHED: bool = <S as SendStore>::CACHED;

    const LEVEL: Level = <S as SendStore>::LEVEL;

    forward!(self: SendStore => &**self, S::Error, Send);
}
