//! A store that stays on one thread.

/// Makes a [`Store`](crate::Store) of what is made of parts that are no [`SendStore`](crate::SendStore).
///
/// [`FnStore`](crate::FnStore) and, with the feature `alloc`, `Cached` are a `SendStore` if their parts are. On a device,
/// whose parts stay where they are, wrap them:
///
/// ```
/// use std::cell::RefCell;
/// use std::collections::BTreeMap;
/// use std::convert::Infallible;
///
/// use sansession::StoreKey;
/// use sansession_store::{Local, Store, from_fns};
///
/// fn store(rows: &RefCell<BTreeMap<StoreKey, Vec<u8>>>) -> impl Store {
///     Local::new(from_fns(
///         |key| Ok::<_, Infallible>(rows.borrow().get(&key).cloned()),
///         |key, value| {
///             rows.borrow_mut().insert(key, value.parts().concat());
///             Ok(())
///         },
///         |key| Ok(rows.borrow_mut().remove(&key).is_some()),
///         |_, _| Ok(0),
///     ))
/// }
/// # store(&RefCell::default());
/// ```
///
/// There are two types because every `SendStore` is a `Store`: what may be either cannot be told apart by its parts.
#[derive(Clone, Copy, Debug)]
pub struct Local<S>(pub(crate) S);

impl<S> Local<S> {
    /// Wraps what would be a store if it could be sent.
    pub const fn new(store: S) -> Self {
        Self(store)
    }
}
