//! An exchange whose session is all in the cookie: read one key, write another.

use crate::measure::{Contestant, Meter};
use crate::ours::carried::{CarriedWork, Site};
use crate::peers::actix::ActixSession;
use crate::peers::jar::{CarriedMap, Jar};
use crate::table::Table;

/// Adds the rows.
pub(crate) fn add(meter: &mut Meter, table: &mut Table) {
    for (keys, what) in [(1, "1 key"), (10, "10 keys"), (50, "50 keys")] {
        let work = format!("carried: read 1 of {what}, write another");
        if !table.wants(&work) {
            continue;
        }
        table.measure(
            meter,
            &work,
            &mut [
                Contestant::new("sansession, signed", CarriedWork::new(Site::signed(), keys)),
                Contestant::new("SignedJar, JSON map", CarriedMap::new(Jar::Signed, keys)),
                Contestant::new("actix-session, CookieSessionStore", ActixSession::new(keys)),
                Contestant::new("sansession, sealed", CarriedWork::new(Site::sealed(), keys)),
                Contestant::new("PrivateJar, JSON map", CarriedMap::new(Jar::Private, keys)),
            ],
        );
    }
}
