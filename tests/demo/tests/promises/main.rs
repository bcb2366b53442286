//! The promises of the demo, kept from outside.
//!
//! One program, so that the demo is built once and waits overlap. A name is
//! the sentence that holds; the comment above says where it was promised:
//! a number is a line of the promises, a word is a section of the contract.

// What holds wherever sessions are kept.
mod api;

mod cookie;

mod full;

mod login;

mod flash;

mod expiry;

mod csrf;

mod keys;

mod flags;

mod elsewhere;

// What a store makes possible.
mod stored;

// What it means to have none.
mod carried;

mod browser;
