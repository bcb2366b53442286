//! HTTP/1.1 over a line of bytes, for a board that has no network and no room for a server of its own.
//!
//! In: bytes, one by one, in any pieces; an answer. Out: a request in the caller's memory; the answer's bytes. Requests
//! follow each other on the line, so what says where a request ends is read strictly, and a request that leaves a doubt
//! is refused. It refuses to know what requests ask for.

mod reply;

mod request;

#[cfg(test)]
mod tests;

pub use reply::Reply;
pub use request::{Request, Unread, read};
