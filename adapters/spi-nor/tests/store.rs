//! The session store over the driver over a simulated part.

mod common;

use common::{Chip, open};
use pollster::block_on;
use sansession_nor::NorStore;
use sansession_store::conformance::Kit;

// promise: S1
#[test]
fn a_session_store_over_it_conforms() {
    let make =
        async || NorStore::<_, 40>::mount(open(&Chip::shared()), 0..64 * 1024).expect("it mounts");
    block_on(Kit::new().records(32).longest_record(1500).run(make)).assert();
}
