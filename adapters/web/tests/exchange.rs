//! What an exchange promises to any adapter.

use sansession::{Ending, Outcome};
use sansession_web::{Exchange, Pool, Session, Slots};
use sansession_web_support::{Board, Call, QUIET};

fn slots<const COUNT: usize>() -> &'static dyn Pool {
    Box::leak(Box::new(Slots::<COUNT, 512>::new()))
}

/// Opens a session for a request with this cookie.
async fn open(exchange: &Exchange<Board>, cookie: &str) -> Session {
    exchange.open([cookie.as_bytes()], "/").await.expect("it opens")
}

/// `name=value` of the cookie of a new session in which `visits` is 1.
async fn visitor(board: &'static Board) -> String {
    let exchange = Exchange::new(board, slots::<1>());
    open(&exchange, "").await.insert("visits", &1_u32).unwrap();
    let cookie = exchange.close(Ending::Answered, "/").await.set_cookie.unwrap().to_string();
    cookie.split(';').next().unwrap().to_owned()
}

/// Both have begun to load before either has.
// promise: D4
#[tokio::test]
async fn two_who_ask_at_once_have_one_exchange_and_one_slot() {
    let (board, pool) = (Board::of(QUIET), slots::<2>());
    let cookie = visitor(board).await;
    let exchange = Exchange::new(board, pool);
    board.shelf.holds(Call::Load);
    let (one, other, ()) =
        tokio::join!(open(&exchange, &cookie), open(&exchange, &cookie), async {
            board.shelf.reached().await;
            board.shelf.releases();
        });
    one.insert("visits", &2_u32).unwrap();
    assert_eq!(other.get::<u32>("visits").unwrap(), Some(2));
    assert!(exchange.close(Ending::Answered, "/").await.refusal.is_none());

    // Both slots are free.
    let (left, right) = (Exchange::new(board, pool), Exchange::new(board, pool));
    let left = open(&left, &cookie).await;
    assert_eq!(left.get::<u32>("visits").unwrap(), Some(2));
    assert_eq!(open(&right, &cookie).await.get::<u32>("visits").unwrap(), Some(2));
}

/// Its first asker went away half-way.
// promise: L16
#[tokio::test]
async fn the_next_who_asks_begins_anew() {
    let (board, pool) = (Board::of(QUIET), slots::<1>());
    let cookie = visitor(board).await;
    let exchange = Exchange::new(board, pool);
    board.shelf.holds(Call::Load);
    tokio::select! {
        _ = open(&exchange, &cookie) => panic!("the store holds it"),
        () = board.shelf.reached() => {}
    }
    assert_eq!(open(&exchange, &cookie).await.get::<u32>("visits").unwrap(), Some(1));
}

/// The answer is on its way: nothing can follow it.
// promise: L15
#[tokio::test]
async fn who_asks_after_the_close_is_refused() {
    let (board, pool) = (Board::of(QUIET), slots::<1>());
    let exchange = Exchange::new(board, pool);
    assert!(
        !exchange.close(Ending::Answered, "/").await.headers.contains(&Some(("Vary", "Cookie")))
    );
    let refusal = exchange.open([], "/").await.unwrap_err();
    assert_eq!((refusal.page.status, refusal.page.body), (500, "the session is closed"));
    assert_eq!(board.told()[0].outcome, Outcome::Unchanged);
}

/// In the middle of its own `with` nobody can close the exchange as if nothing were written.
// promise: L15
#[tokio::test]
async fn an_exchange_that_is_in_use_is_refused() {
    let (board, pool) = (Board::of(QUIET), slots::<1>());
    let exchange = Exchange::new(board, pool);
    let session = open(&exchange, "").await;
    let settled = session.with(|active| {
        active.insert("visits", &1_u32).unwrap();
        pollster::block_on(exchange.close(Ending::Answered, "/"))
    });
    let settled = settled.unwrap();
    assert_eq!(settled.refusal.unwrap().page.status, 500);
    assert!(settled.set_cookie.is_none() && board.shelf.records().is_empty());
    assert!(session.insert("visits", &2_u32).is_err());
    // What came back too late is dropped, and the slot is free.
    open(&Exchange::new(board, pool), "").await.insert("visits", &1_u32).unwrap();
}

// promise: I6
#[tokio::test]
async fn nothing_shows_a_secret() {
    let (board, pool) = (Board::of(QUIET), slots::<1>());
    let exchange = Exchange::new(board, pool);
    let session = open(&exchange, "").await;
    session.insert_str("colour", "ultramarine").unwrap();
    session.login("ada").unwrap();
    let open = format!("{exchange:?} {session:?}");
    let settled = exchange.close(Ending::Answered, "/").await;
    let closed = format!("{settled:?}");
    let cookie = settled.set_cookie.unwrap();
    let shown = format!("{open} {closed} {cookie:?}");
    let text = cookie.to_string();
    let token = text.split(['=', ';']).nth(1).unwrap();
    assert_eq!(token.len(), 104);
    for secret in [token, &token[20..40], "ultramarine", "colour", "ada"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
