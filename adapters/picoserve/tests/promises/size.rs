//! What a connection costs in RAM: `cargo test -p sansession-picoserve size -- --nocapture` prints it.

use picoserve::io::Read;
use picoserve::request::RequestParts;
use picoserve::response::ResponseWriter;
use picoserve::routing::{Layer, Next, PathRouter, get};
use picoserve::{Config, ResponseSent, Router, Server};
use sansession_picoserve::{Session, SessionFailure, SessionLayer, Slots};
use sansession_web_support::RamBoard;
use tokio::net::{TcpListener, TcpStream};

/// A layer that does nothing.
struct Bare;

impl<S, P> Layer<S, P> for Bare {
    type NextState = S;
    type NextPathParameters = P;

    async fn call_layer<'a, R, N, W>(
        &self,
        next: N,
        state: &S,
        path_parameters: P,
        _: RequestParts<'_>,
        response_writer: W,
    ) -> Result<ResponseSent, W::Error>
    where
        R: Read + 'a,
        N: Next<'a, R, S, P>,
        W: ResponseWriter<Error = R::Error>,
    {
        next.run(state, path_parameters, response_writer).await
    }
}

async fn handler(session: Session) -> Result<&'static str, SessionFailure> {
    session.insert("visits", &1_u32)?;
    Ok("page")
}

/// Bytes of the future that serves one connection.
async fn served(app: &Router<impl PathRouter>, listener: &TcpListener) -> usize {
    let connection = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    size_of_val(&Server::new_tokio(app, &Config::const_default(), &mut [0; 1024]).serve(connection))
}

// promise: D4
#[tokio::test]
async fn what_a_session_adds_to_a_connection_is_small() {
    static SLOTS: Slots<1, 512> = Slots::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = served(&Router::new().route("/", get(async || "page")), &listener).await;
    let bare = Router::new().route("/", get(async || "page")).layer(Bare);
    let bare = served(&bare, &listener).await;
    let layer = SessionLayer::new(RamBoard::new(), &SLOTS);
    let app = Router::new().route("/", get(handler)).layer(layer);
    let with_session = served(&app, &listener).await;

    println!(
        "a connection's future: {plain} bytes, with any layer {bare}, with a session {with_session}"
    );
    // On a processor of 64 bits; pointers are half as long on a device.
    assert!(with_session - bare <= 2304, "{with_session} - {bare}");
}
