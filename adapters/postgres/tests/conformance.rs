//! The store under the conformance kit, over a real server.

mod common;

use common::{Postgres, new_table, store};
use sansession_postgres::{NoTls, Options};
use sansession_store::conformance::Kit;

// promise: S1 S2
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms() {
    let Some(server) = Postgres::shared() else { return };
    Kit::new().longest_record(65_535).run(async || store(&server).await).await.assert();
}

// promise: L6
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_in_parallel() {
    let Some(server) = Postgres::shared() else { return };
    let spawn = |task| drop(tokio::spawn(task));
    Kit::new().run_parallel(async || store(&server).await, spawn).await.assert();
}

// promise: S1
#[tokio::test(flavor = "multi_thread")]
async fn it_conforms_without_prepared_statements() {
    let Some(server) = Postgres::shared() else { return };
    let store = async || {
        let options = Options::new().table(new_table()).unprepared();
        options.connect(&server.url(), NoTls).await.expect("it connects")
    };
    Kit::new().run(store).await.assert();
}
