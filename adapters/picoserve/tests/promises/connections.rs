//! Connections that are kept alive.

use crate::site::on_small_site;

/// As behind a proxy: one connection, two users, one slot.
// promise: L1 H6
#[tokio::test]
async fn each_request_of_a_connection_is_its_own_exchange() {
    on_small_site(async |site| {
        let (mut ada, mut bob, mut nobody) = (site.browser(), site.browser(), site.browser());
        let mut connection = ada.connect().await;
        ada.send_over(&mut connection, "POST /login/ada").await;
        bob.send_over(&mut connection, "POST /login/bob").await;
        for _ in 0..2 {
            ada.send_over(&mut connection, "POST /count").await;
        }
        bob.send_over(&mut connection, "POST /count").await;

        let answer = nobody.send_over(&mut connection, "GET /look").await;
        assert_eq!(answer.page(), (200, "nobody 0 nothing"));
        assert_eq!(answer.header("connection"), "keep-alive");
        assert_eq!(ada.send_over(&mut connection, "GET /look").await.body, "ada 2 counted");
        assert_eq!(bob.send_over(&mut connection, "GET /look").await.body, "bob 1 counted");
        assert_eq!(nobody.send_over(&mut connection, "GET /verdict").await.body, "none");
    })
    .await;
}
