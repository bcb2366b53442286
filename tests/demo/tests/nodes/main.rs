//! Several nodes that are one site: demos with the same keys, over the same server.
//!
//! Names and comments are as in `promises`. Without servers (`--no-services`) these tests are over at once.

mod site;

mod everywhere;

mod failover;

mod keys;
