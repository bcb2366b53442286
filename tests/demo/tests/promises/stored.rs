//! Sessions that a store keeps: what one in a cookie cannot have.

mod ids;

mod full;

mod list;

mod renew;

mod parallel;

mod restart;
