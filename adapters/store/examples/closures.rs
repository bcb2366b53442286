//! A store in ten lines: four closures over whatever keeps bytes. Run it, and the conformance kit checks what such a
//! store can promise:
//!
//! ```sh
//! cargo run -p sansession-store --example closures --features conformance
//! ```

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sansession_store::conformance::{Kit, Report, on_threads};
use sansession_store::{SendStore, Value, from_fns};

/// What keeps bytes under text: here a map; a table with two columns would do.
#[derive(Default)]
struct Rows(Mutex<HashMap<String, Vec<u8>>>);

impl Rows {
    fn get(&self) -> MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn store(rows: &'static Rows) -> impl SendStore {
    from_fns(
        |key| Ok::<_, Infallible>(rows.get().get(&key.to_string()).cloned()),
        |key, value| {
            rows.get().insert(key.to_string(), value.parts().concat());
            Ok(())
        },
        |key| Ok(rows.get().remove(&key.to_string()).is_some()),
        |now, _limit| {
            let mut rows = rows.get();
            let before = rows.len();
            rows.retain(|_, value| Value::expires_of(value).is_none_or(|end| now < end));
            Ok(before - rows.len())
        },
    )
}

/// A store of its own for each check, as the kit wants it. The rows stay for as long as the program runs.
async fn make() -> impl SendStore {
    store(Box::leak(Box::default()))
}

fn check() -> [Report; 2] {
    let kit = Kit::basic();
    [pollster::block_on(kit.run(make)), pollster::block_on(kit.run_parallel(make, on_threads))]
}

fn main() {
    for report in check() {
        println!("{report}");
        report.assert();
    }
}

#[test]
fn conforms() {
    main();
}

#[test]
fn is_not_taken_for_a_full_store() {
    let report = pollster::block_on(Kit::new().run(make));
    assert!(report.failures().iter().any(|failure| failure.check() == "declares_its_level"));
}
