//! Addresses that ask for TLS.
#![cfg(feature = "tls")]

mod common;

use sansession_redis::{Operation, RedisStore};
use sansession_test_servers::Redis;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_speaks_plainly_is_not_spoken_to() {
    let Some(server) = Redis::start() else { return };
    let url = server.url().replace("redis://", "rediss://");
    let errors = [
        RedisStore::connect(&url).await.expect_err("it has no TLS"),
        RedisStore::connect_cluster(&[&url]).await.expect_err("it has no TLS"),
    ];
    for error in errors {
        assert_eq!(error.operation(), Operation::Connect, "{error:?}");
    }
}
