//! What cannot be stored is not answered as if it were.

use sansession::{Outcome, Verdict};
use sansession_picoserve::Slots;
use sansession_web_support::{Board, Call, QUIET, Told};

use crate::site::{on_site, on_site_of};

const REFUSED: Told = Told {
    verdict: None,
    outcome: Outcome::StoreFailed,
    steps: 0,
    refused: Some(503),
    upkeep: false,
};

// promise: L15 L14
#[tokio::test]
async fn a_store_that_fails_to_load_is_503_and_no_cookie() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        site.board.shelf.breaks(Call::Load);
        let answer = browser.send("POST /count").await;
        assert_eq!(answer.page(), (503, "the session store failed to load"));
        assert_eq!(
            (answer.outcome().as_str(), answer.header("set-cookie").as_str()),
            ("store-failed", "")
        );
        assert_eq!(
            (answer.header("vary").as_str(), answer.header("retry-after").as_str()),
            ("Cookie", "")
        );
        assert_eq!(site.board.told(), [REFUSED]);
        // The second to ask gets the same, and the store is left alone.
        assert_eq!(site.board.shelf.calls(), [Call::Load]);

        site.board.shelf.heals();
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 nothing"));
    })
    .await;
}

// promise: L15
#[tokio::test]
async fn a_store_that_fails_to_store_is_503_and_the_page_is_not_sent() {
    on_site(async |site| {
        let visitor = site.visitor().await;
        for (mut browser, broken, verdict) in [
            (site.browser(), Call::Create, Verdict::None),
            (visitor, Call::Update, Verdict::Resumed),
        ] {
            let before = site.board.shelf.records();
            site.board.shelf.breaks(broken);
            let answer = browser.send("POST /adorned").await;
            site.board.shelf.heals();
            assert_eq!(answer.page(), (503, "the session store failed to store"));
            // Nothing that the handler put on its page is sent with it.
            assert_eq!(answer.header("set-cookie"), "");
            assert_eq!(
                (answer.header("vary").as_str(), answer.outcome().as_str()),
                ("Cookie", "store-failed")
            );
            assert_eq!(site.board.shelf.records(), before);
            let told = site.board.told();
            assert_eq!(told.len(), 1);
            assert_eq!(
                (told[0].verdict, told[0].outcome, told[0].refused),
                (Some(verdict), Outcome::StoreFailed, Some(503))
            );
        }
    })
    .await;
}

// promise: L15
#[tokio::test]
async fn a_full_store_is_507() {
    on_site(async |site| {
        site.board.shelf.fills();
        let answer = site.browser().send("POST /count").await;
        assert_eq!(answer.page(), (507, "the session store has no room"));
        assert_eq!(
            (answer.outcome().as_str(), answer.header("set-cookie").as_str()),
            ("store-full", "")
        );
    })
    .await;
}

/// What the slot does not take is told to the handler, which answers with it; what was there stays.
// promise: T10
#[tokio::test]
async fn a_full_session_is_507() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        let answer = browser.send("POST /hoard").await;
        assert_eq!(answer.status, 507);
        assert!(answer.body.starts_with("the session is full: "), "{}", answer.body);
        assert_eq!(browser.send("GET /look").await.page(), (200, "nobody 1 nothing"));
    })
    .await;
}

// promise: L15
#[tokio::test]
async fn the_board_shapes_a_refusal() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        for broken in [Call::Load, Call::Update] {
            site.board.shelf.breaks(broken);
            let answer = browser.send("POST /api/count").await;
            site.board.shelf.heals();
            assert_eq!(answer.page(), (503, r#"{"error":"store-failed"}"#), "{broken:?}");
            assert_eq!(answer.header("content-type"), "application/json");
        }
    })
    .await;
}

// promise: L15
#[tokio::test]
async fn upkeep_that_fails_is_told_and_changes_no_answer() {
    let board = Board::of(QUIET.touch_share(0));
    on_site_of(board, Box::leak(Box::new(Slots::<1, 512>::new())), async |site| {
        let mut browser = site.visitor().await;
        board.shelf.breaks(Call::Touch);
        board.now.set(Some(1_000_060));
        let answer = browser.send("GET /look").await;
        assert_eq!(answer.page(), (200, "nobody 1 nothing"));
        assert_eq!(answer.outcome(), "soft-failed");
        assert!(board.told()[0].upkeep);
    })
    .await;
}

// promise: I1
#[tokio::test]
async fn without_randomness_there_is_no_session_no_token_and_no_cookie() {
    on_site(async |site| {
        site.board.noiseless.set(true);
        for line in ["POST /count", "GET /csrf"] {
            let answer = site.browser().send(line).await;
            assert_eq!(answer.page(), (500, "the random number generator failed"), "{line}");
            assert_eq!(answer.header("set-cookie"), "");
        }
        assert!(site.board.shelf.records().is_empty());
    })
    .await;
}

// promise: D1
#[tokio::test]
async fn before_the_time_is_known_no_session_is_touched() {
    on_site(async |site| {
        let mut browser = site.visitor().await;
        site.board.now.set(None);
        assert_eq!(browser.send("GET /ping").await.status, 200);
        let answer = browser.send("POST /count").await;
        assert_eq!(answer.page(), (503, "the time is not known yet"));
        assert_eq!(answer.header("set-cookie"), "");
        assert_eq!(site.board.shelf.calls(), []);
    })
    .await;
}

/// A board whose slots became smaller.
// promise: L14
#[tokio::test]
async fn a_record_that_does_not_fit_the_slot_is_500_and_is_left_alone() {
    let board = Board::of(QUIET);
    let mut browser = None;
    on_site_of(board, Box::leak(Box::new(Slots::<1, 2048>::new())), async |site| {
        let mut large = site.visitor().await;
        assert_eq!(large.send("POST /hoard").await.outcome(), "updated");
        browser = large.cookie;
    })
    .await;
    let before = board.shelf.records();
    on_site_of(board, Box::leak(Box::new(Slots::<1, 512>::new())), async |site| {
        let mut small = site.browser();
        small.cookie = browser;
        let answer = small.send("POST /count").await;
        assert_eq!(answer.page(), (500, "the stored session cannot be used here"));
        assert_eq!(answer.header("set-cookie"), "");
    })
    .await;
    assert_eq!(board.shelf.records(), before);
}

// promise: L13
#[tokio::test]
async fn a_sampled_request_sweeps_and_a_failed_sweep_is_nobodys_business() {
    let board = Board::of(QUIET.sweep_share(1000));
    on_site_of(board, Box::leak(Box::new(Slots::<1, 512>::new())), async |site| {
        let mut browser = site.browser();
        let mut connection = browser.connect().await;
        for broken in [false, true] {
            if broken {
                board.shelf.breaks(Call::Sweep);
            }
            // The second request of a connection is read after the sweep of the first.
            for _ in 0..2 {
                let answer = browser.send_over(&mut connection, "POST /count").await;
                assert_eq!(answer.page(), (200, "page"));
            }
            assert!(board.shelf.calls().contains(&Call::Sweep));
        }
    })
    .await;
}
