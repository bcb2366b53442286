//! One value in a cookie: `Cookie` header to verified value, and value to the text of a `Set-Cookie`.
//!
//! Ours is a session of one key: besides the value it has times, checked at one end and made at the other.

use crate::measure::{Contestant, Meter};
use crate::ours::carried::{self, Site};
use crate::peers::jar::{self, Jar};
use crate::table::{Table, number};

/// Bytes of a value. The last is about what a cookie of 4095 bytes holds in base64url.
const SIZES: [usize; 4] = [32, 256, 1024, 2960];

/// Adds the rows.
pub(crate) fn add(meter: &mut Meter, table: &mut Table) {
    for size in SIZES {
        let value = || value(size);
        let work = format!("cookie to value of {} bytes", number(size as u64));
        if !table.wants(&work) {
            continue;
        }
        table.measure(
            meter,
            &work,
            &mut [
                Contestant::new(
                    "sansession, signed",
                    carried::ReadValue::new(Site::signed(), value()),
                ),
                Contestant::new("cookie, SignedJar", jar::ReadValue::new(Jar::Signed, value())),
                Contestant::new(
                    "sansession, sealed",
                    carried::ReadValue::new(Site::sealed(), value()),
                ),
                Contestant::new("cookie, PrivateJar", jar::ReadValue::new(Jar::Private, value())),
            ],
        );
    }
    for size in SIZES {
        let value = || value(size);
        let work = format!("value of {} bytes to cookie", number(size as u64));
        if !table.wants(&work) {
            continue;
        }
        table.measure(
            meter,
            &work,
            &mut [
                Contestant::new(
                    "sansession, signed",
                    carried::WriteValue::new(Site::signed(), value()),
                ),
                Contestant::new("cookie, SignedJar", jar::WriteValue::new(Jar::Signed, value())),
                Contestant::new(
                    "sansession, sealed",
                    carried::WriteValue::new(Site::sealed(), value()),
                ),
                Contestant::new("cookie, PrivateJar", jar::WriteValue::new(Jar::Private, value())),
            ],
        );
    }
}

/// Text that needs no encoding in a cookie.
fn value(size: usize) -> String {
    (b'A'..=b'Z').cycle().take(size).map(char::from).collect()
}
