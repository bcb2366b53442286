//! One at a time, among the tasks of one executor.
//!
//! It keeps one waker. A task that has to wait puts its own there and wakes the one that was, which comes to ask again:
//! two tasks wait without a sound, more pass the turn round while they wait.

use core::cell::{Cell, RefCell, RefMut};
use core::future::poll_fn;
use core::ops::{Deref, DerefMut};
use core::task::{Poll, Waker};

pub(crate) struct Lock<T> {
    value: RefCell<T>,
    waiting: Cell<Option<Waker>>,
}

/// The one whose turn it is. When it is dropped, the next one is woken.
pub(crate) struct Guard<'a, T> {
    value: RefMut<'a, T>,
    waiting: &'a Cell<Option<Waker>>,
}

impl<T> Lock<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { value: RefCell::new(value), waiting: Cell::new(None) }
    }

    pub(crate) async fn lock(&self) -> Guard<'_, T> {
        poll_fn(|context| {
            if let Ok(value) = self.value.try_borrow_mut() {
                return Poll::Ready(Guard { value, waiting: &self.waiting });
            }
            let mine = context.waker();
            if let Some(other) = self.waiting.replace(Some(mine.clone()))
                && !other.will_wake(mine)
            {
                other.wake();
            }
            Poll::Pending
        })
        .await
    }

    /// The value, which nobody else can have.
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    pub(crate) fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for Guard<'_, T> {
    /// The waker runs while the value is still borrowed; whoever it wakes comes back later, from the executor.
    fn drop(&mut self) {
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }
}
