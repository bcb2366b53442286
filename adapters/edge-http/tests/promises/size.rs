//! What a request costs in RAM: `cargo test -p sansession-edge-http size -- --nocapture` prints it.

use edge_http::io::server::{Connection, Handler};
use sansession_edge_http::{Slots, WithSession};
use sansession_web_support::RamBoard;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

use crate::plain::Plain;
use crate::socket::Socket;

/// Bytes of the future that handles one request.
async fn handled(handler: impl Handler, listener: &TcpListener) -> usize {
    let mut browser = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    browser.write_all(b"GET / HTTP/1.1\r\nHost: board\r\n\r\n").await.unwrap();
    let (socket, _) = listener.accept().await.unwrap();
    let mut buffer = [0; 1024];
    let mut connection =
        Connection::<_, 16>::new(&mut buffer, Socket(socket)).await.map_err(|_| "bad").unwrap();
    size_of_val(&handler.handle(0, &mut connection))
}

// promise: D4
#[tokio::test]
async fn what_a_session_adds_to_a_request_is_small() {
    static SLOTS: Slots<1, 512> = Slots::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = handled(Plain, &listener).await;
    let handler = WithSession::new(RamBoard::new(), &SLOTS, Plain).unwrap();
    let with_session = handled(handler, &listener).await;

    println!("a handler's future: {plain} bytes, with a session {with_session}");
    // On a processor of 64 bits; pointers are half as long on a device.
    assert!(with_session - plain <= 2048, "{with_session} - {plain}");
}
