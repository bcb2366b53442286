//! What a browser sees of a picoserve site, over TCP and raw HTTP.

mod commit;
mod connections;
mod cookies;
mod curl;
mod ending;
mod failure;
mod handlers;
mod lifecycle;
mod pool;
mod site;
mod size;
