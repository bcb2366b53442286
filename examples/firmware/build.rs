//! Packs the style, and tells the linker where the board's memory is; on the host, where only the application is built, there
//! is no board.

use std::path::PathBuf;
use std::{env, fs};

/// The same look as on a server.
const STYLE: &str = "../server/src/page/style.css";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=memory");
    println!("cargo:rerun-if-changed={STYLE}");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    fs::write(out.join("style.css"), packed(&fs::read_to_string(STYLE)?))?;
    let Some(board) = ["emcraft-sf2", "microbit"].into_iter().find(|board| {
        let feature = board.to_uppercase().replace('-', "_");
        env::var_os(format!("CARGO_FEATURE_{feature}")).is_some()
    }) else {
        return Ok(());
    };
    fs::copy(format!("memory/{board}.x"), out.join("memory.x"))?;
    println!("cargo:rustc-link-search={}", out.display());
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    Ok(())
}

/// Leaves out the white space that CSS as it is written there does without: the flash is small, and nobody reads it.
fn packed(style: &str) -> String {
    let lines: String = style.lines().map(str::trim).collect();
    let pairs =
        [(" {", "{"), ("{ ", "{"), (" }", "}"), ("; ", ";"), (";}", "}"), (": ", ":"), (", ", ",")];
    pairs.iter().fold(lines, |style, (loose, tight)| style.replace(loose, tight))
}
