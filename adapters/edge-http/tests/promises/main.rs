//! What a browser sees of an edge-http site, over TCP and raw HTTP.

mod ending;
mod failure;
mod handler;
mod lifecycle;
mod plain;
mod pool;
mod site;
mod size;
mod socket;
