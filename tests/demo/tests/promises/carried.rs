//! Sessions in cookies, signed and sealed: what it means that the server keeps
//! nothing. What holds as for any session is in `elsewhere`.

use sansession_demo_tests::Demo;

mod unlisted;

mod replay;

mod parallel;

mod full;

mod keys;

mod secrecy;

mod restart;

mod browser;

const STORES: [&str; 2] = ["cookie", "sealed-cookie"];

/// One demo of each kind.
fn demos() -> [Demo; 2] {
    STORES.map(|store| Demo::with(&["--store", store]))
}
