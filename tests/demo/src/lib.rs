//! Drives the demo from outside, as its users do.
//!
//! In: the built program, real curl and a real browser. Out: replies and
//! pages for the tests to judge. It refuses to know how the program works:
//! it shares no code with it and reads none of its files but the key file.
//!
//! Each test has its own process, its own key file and its own cookies, so
//! all of them can run at once.

#![expect(
    clippy::missing_panics_doc,
    reason = "a helper that cannot do its work fails the test that called it"
)]

mod built;
mod http;

pub mod curl;

pub mod site;

pub mod demo;

pub mod html;

pub mod webdriver;

pub use curl::{Client, Reply};
pub use demo::{Demo, refusal};
pub use sansession_test_servers::Scratch;
pub use site::Site;
pub use webdriver::Browser;
