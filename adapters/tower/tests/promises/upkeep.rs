//! What is done after the reply, and never matters to it.

use sansession::Outcome;

use crate::browser::{QUIET, Site, outcome};
use crate::shelf::Call;

// promise: L13
#[tokio::test]
async fn a_sampled_request_sweeps_after_its_reply() {
    let site = Site::of(QUIET.sweep_share(1000));
    site.visitor().await;
    tokio::task::yield_now().await;
    site.calls();
    site.wait_secs(30 * 24 * 60 * 60);
    let response =
        site.browser().visit(async |session| session.insert("visits", &1_u32).unwrap()).await;
    assert_eq!(outcome(&response), Some(Outcome::Created));
    assert_eq!(site.calls().last(), Some(&Call::Create), "the reply does not wait");
    tokio::task::yield_now().await;
    assert_eq!(site.calls(), [Call::Sweep]);
    assert_eq!(site.store().records().len(), 1);
}

// promise: L13
#[tokio::test]
async fn a_sweep_that_fails_fails_no_request() {
    let site = Site::of(QUIET.sweep_share(1000));
    site.store().breaks(Call::Sweep);
    let mut browser = site.visitor().await;
    tokio::task::yield_now().await;
    let response = browser.visit(async |_| {}).await;
    assert_eq!(outcome(&response), Some(Outcome::Unchanged));
}
