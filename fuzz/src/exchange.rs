//! Whole exchanges: several at a time, step by step, over a store that fails, beside a model of maps.
//!
//! - `ops.rs` is what an input says.
//! - `model.rs` is a session as it should be; `request.rs` what one exchange wants of it.
//! - `web.rs` is browsers, servers and the store; `opening.rs`, `handling.rs`, `closing.rs` and `answering.rs` do each
//!   part of an exchange to the machine and to the model, and compare.

use arbitrary::Unstructured;

use crate::shown::show;

mod ops;

mod model;
mod request;

mod web;

mod opening;

mod handling;

mod closing;

mod answering;

/// Requests in any order, over a store that fails, leave and find what a model of maps says; nothing ended returns.
///
/// # Panics
/// If not.
pub fn check(data: &[u8]) {
    let Ok(case) = ops::Case::read(Unstructured::new(data)) else { return };
    let mut web = web::Web::new(case.rules);
    show(&case.rules);
    for op in case.ops {
        show(&op);
        web.perform(op);
    }
    web.look_at_all();
}
