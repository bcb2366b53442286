//! The promises that the layer keeps, tested from outside: requests in, responses and store calls out.

mod browser;
mod shelf;

mod closed;
mod empty;
mod ending;
mod failure;
mod headers;
mod lazy;
mod races;
mod secrecy;
mod upkeep;

mod carried;
mod plain_tower;
mod router;
