//! As many requests with a session as there are slots.

use crate::site::on_small_site;

// promise: D4
#[tokio::test]
async fn without_a_free_slot_a_request_is_told_to_come_back() {
    on_small_site(async |site| {
        let (mut slow, mut browser) = (site.browser(), site.browser());
        let (answer, ()) = tokio::join!(slow.send("POST /slow"), async {
            site.place.opened().await;
            let refused = browser.send("POST /count").await;
            assert_eq!(refused.page(), (503, "too many requests at once"));
            assert_eq!(refused.header("retry-after"), "1");
            assert_eq!(refused.header("set-cookie"), "");
            assert_eq!(browser.send("GET /ping").await.page(), (200, "pong"));
            site.place.release();
        });
        assert_eq!(answer.outcome(), "created");
        assert_eq!(browser.send("POST /count").await.outcome(), "created");
    })
    .await;
}
