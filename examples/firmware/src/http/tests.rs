//! The line, byte by byte.

extern crate std;

use std::string::String;
use std::vec::Vec;

use super::*;
use crate::answer::{Answer, Content};

/// Reads one request from `bytes`, and says how many it took.
fn read_in<'b>(memory: &'b mut [u8], bytes: &[u8]) -> (Result<Request<'b>, Unread>, usize) {
    let mut taken = 0;
    let request = read(memory, || {
        let byte = bytes.get(taken).copied();
        taken += usize::from(byte.is_some());
        byte
    });
    (request, taken)
}

fn failure(bytes: &[u8]) -> Option<Unread> {
    read_in(&mut [0; 256], bytes).0.err()
}

#[test]
fn a_request_is_read_and_no_byte_of_the_next() {
    let first = b"PUT /api/x?q HTTP/1.1\r\nhost: a\r\ncookie: a=1\r\nCOOKIE: b=2\r\ncontent-length: 4\r\n\r\nbody";
    let line = [&first[..], b"GET / HTTP/1.1\r\n\r\n"].concat();
    let mut memory = [0; 256];

    let (request, taken) = read_in(&mut memory, &line);

    let request = request.expect("it is whole");
    assert_eq!((request.method, request.path, request.body), ("PUT", "/api/x", &b"body"[..]));
    // promise: H2
    assert_eq!(request.cookies().collect::<Vec<_>>(), [b"a=1", b"b=2"]);
    assert_eq!(taken, first.len());
}

#[test]
fn a_request_that_does_not_end_is_silent_wherever_it_is_cut() {
    let whole = b"PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody";
    assert_eq!(failure(whole), None);
    for cut in 0..whole.len() {
        assert_eq!(failure(&whole[..cut]), Some(Unread::Silent), "{cut}");
    }
}

#[test]
fn a_length_that_leaves_a_doubt_is_refused() {
    for length in ["x", "-1", "+4", "4, 4", "4 4", "0x4", "99999999999999999999", ""] {
        let request = std::format!("PUT / HTTP/1.1\r\nContent-Length: {length}\r\n\r\nbody");
        assert_eq!(failure(request.as_bytes()), Some(Unread::Malformed), "{length:?}");
    }
    let twice = b"PUT / HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nbody";
    assert_eq!(failure(twice), Some(Unread::Malformed));
    let chunked = b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(failure(chunked), Some(Unread::Framing));
}

#[test]
fn what_is_too_long_is_told_from_what_is_no_request() {
    let long = [b"GET /", &[b'a'; 300][..]].concat();
    assert_eq!(failure(&long), Some(Unread::LongHead));
    let many = std::format!("GET / HTTP/1.1\r\n{}\r\n", "a:\r\n".repeat(25));
    assert_eq!(failure(many.as_bytes()), Some(Unread::LongHead));
    for junk in [&b"\r\n\r\n"[..], b"\0\xff\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/2.0\r\n\r\n"] {
        assert_eq!(failure(junk), Some(Unread::Malformed), "{junk:?}");
    }
    let head = b"PUT / HTTP/1.1\r\nContent-Length: 500\r\n\r\n";
    let (len, room) = (500, 256 - head.len());
    assert_eq!(failure(head), Some(Unread::LongBody { len, room }));
}

fn sent(reply: &Reply<'_>) -> String {
    let mut text = String::new();
    reply.send(&mut text).expect("there is room");
    text
}

// promise: H6
#[test]
fn the_session_and_the_answer_share_a_head() {
    let reply = Reply {
        answer: Answer::fixed(200, Content::Html, "hello"),
        written: "not this",
        headers: &[Some(("Vary", "Cookie")), Some(("Cache-Control", "no-store"))],
        set_cookie: Some(&"a=1"),
        is_head: false,
    };
    let text = sent(&reply);
    assert!(text.starts_with("HTTP/1.1 200 \r\n"), "{text}");
    assert!(
        text.contains("\r\nVary: Cookie\r\n") && text.contains("\r\nSet-Cookie: a=1\r\n"),
        "{text}"
    );
    assert_eq!(text.matches("Cache-Control").count(), 1, "{text}");
    assert!(text.ends_with("\r\nContent-Length: 5\r\n\r\nhello"), "{text}");
    let head = sent(&Reply { is_head: true, ..reply });
    assert_eq!(text.strip_suffix("hello"), Some(&head[..]));
}

// promise: I6
#[test]
fn neither_cookies_nor_bodies_are_shown() {
    let line = b"PUT / HTTP/1.1\r\nCookie: a=secret\r\nContent-Length: 6\r\n\r\nsecret";
    let mut memory = [0; 256];
    let request = read_in(&mut memory, line).0.expect("it is whole");
    let answer = Answer::of(200, Content::Json);
    let set_cookie: Option<&dyn core::fmt::Display> = Some(&"a=secret");
    let reply = Reply { answer, written: "secret", headers: &[], set_cookie, is_head: false };
    let shown = std::format!("{request:?} {reply:?}");
    assert!(shown.contains("PUT") && shown.contains("200"), "{shown}");
    assert!(!shown.contains("secret") && !shown.contains("115, 101"), "{shown}");
}

#[test]
fn no_content_has_no_length() {
    let answer = Answer::DONE;
    let text = sent(&Reply { answer, written: "", headers: &[], set_cookie: None, is_head: false });
    assert_eq!(text, "HTTP/1.1 204 \r\n\r\n");
}
