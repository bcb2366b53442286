//! The promises of the demo, kept by a device.
//!
//! A name is the sentence that holds; the comment above says where it was promised. Each test has a board of its own,
//! and is over at once where boards are not wanted.

mod api;

mod page;

mod restart;

mod cut;

mod cuts;

mod browser;

mod alike;

mod flash;
