//! One form of the contract out of another, method by method.

/// The methods of [`Store`](crate::Store) or, with `Send`, of [`SendStore`](crate::SendStore), for the body of an
/// `impl`: each asks the method of the same name of `$of`, with `$to` as its receiver.
///
/// The error type is `$error`. Constants are not forwarded.
macro_rules! forward {
    ($this:ident: $of:ident => $to:expr, $error:ty $(, $send:ident)?) => {
        fn load(
            &$this,
            key: &sansession::StoreKey,
            buffer: &mut [u8],
            freshness: sansession::Freshness,
        ) -> impl Future<Output = Result<$crate::Loaded, $error>> $(+ $send)? {
            $of::load($to, key, buffer, freshness)
        }

        fn create(
            &$this,
            key: &sansession::StoreKey,
            write: sansession::Write<'_>,
        ) -> impl Future<Output = Result<$crate::Created, $error>> $(+ $send)? {
            $of::create($to, key, write)
        }

        fn update(
            &$this,
            key: &sansession::StoreKey,
            expected: sansession::Revision,
            write: sansession::Write<'_>,
        ) -> impl Future<Output = Result<$crate::Updated, $error>> $(+ $send)? {
            $of::update($to, key, expected, write)
        }

        fn touch(
            &$this,
            key: &sansession::StoreKey,
            seen: sansession::Timestamp,
            expires: sansession::Timestamp,
        ) -> impl Future<Output = Result<bool, $error>> $(+ $send)? {
            $of::touch($to, key, seen, expires)
        }

        fn destroy(
            &$this,
            key: &sansession::StoreKey,
        ) -> impl Future<Output = Result<bool, $error>> $(+ $send)? {
            $of::destroy($to, key)
        }

        fn sweep(
            &$this,
            now: sansession::Timestamp,
            limit: usize,
        ) -> impl Future<Output = Result<usize, $error>> $(+ $send)? {
            $of::sweep($to, now, limit)
        }

        fn list(
            &$this,
            principal: &str,
            after: Option<&sansession::StoreKey>,
            keys: &mut [sansession::StoreKey],
        ) -> impl Future<Output = Result<usize, $error>> $(+ $send)? {
            $of::list($to, principal, after, keys)
        }
    };
}
