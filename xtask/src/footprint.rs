//! Prints what an exchange costs a microcontroller, and fails if it has become more than it may.
//!
//! Text is what an image has beyond one that has no sessions: the runtime, memory functions and the formatting of
//! numbers are in both. Stack and instructions are those of one exchange on an emulated Cortex-M3, which reads one value
//! and writes another; a plugin of the emulator counts them, the same in every run. Last comes the whole firmware.

mod device;
mod image;
mod measured;

use crate::failure::Failure;
use crate::firmware;

/// Processors without and with compare-and-swap.
const SMALL: &str = "thumbv6m-none-eabi";
const LARGE: &str = "thumbv7m-none-eabi";

/// What is linked, by the features of the image, and the most bytes that it may add, for both processors.
const TEXTS: [(&str, &str, [u64; 2]); 6] = [
    ("stored", "stored", [26_000, 25_000]),
    ("stored, every operation", "stored,whole", [30_500, 28_500]),
    ("stored, records sealed", "at-rest", [32_000, 30_000]),
    ("carried, signed", "signed", [23_000, 22_000]),
    ("stored and carried, every operation", "stored,signed,whole", [40_000, 38_000]),
    ("all of it", "at-rest,signed,sealed,whole", [52_000, 48_000]),
];

/// The most that an exchange may take: bytes of stack, instructions.
const EXCHANGES: [(&str, &str, u64, u64); 4] = [
    ("stored", "stored", 1_000, 42_000),
    ("stored, records sealed", "at-rest", 2_300, 140_000),
    ("carried, signed", "signed", 1_100, 110_000),
    ("carried, sealed", "sealed", 1_900, 150_000),
];

/// Measures all of it.
pub(crate) fn footprint() -> Result<(), Failure> {
    let mut over = Vec::new();
    println!("Bytes of text, above those of an image without sessions:\n");
    println!("| linked | {SMALL} | {LARGE} |\n|---|---:|---:|");
    let without = [image::text(SMALL, "")?, image::text(LARGE, "")?];
    for (name, features, most) in TEXTS {
        let mut bytes = [0; 2];
        for (place, target) in [SMALL, LARGE].into_iter().enumerate() {
            bytes[place] = image::text(target, features)?.saturating_sub(without[place]);
            if bytes[place] > most[place] {
                over.push(format!("{name} on {target}: {} bytes of text", bytes[place]));
            }
        }
        println!("| {name} | {} | {} |", bytes[0], bytes[1]);
    }
    firmware::emulator::install()?;
    let plugin = image::plugin()?;
    println!("\nOne exchange on a Cortex-M3 that reads one value and writes another:\n");
    println!("| | stack | slot | `Sessions` | instructions | of them SHA-256 |");
    println!("|---|---:|---:|---:|---:|---:|");
    for (name, features, stack, instructions) in EXCHANGES {
        let image = image::measured(LARGE, features)?;
        let cost = measured::run(&image, &plugin)?;
        println!("| {name} | {cost} |");
        if cost.stack > stack || cost.instructions > instructions {
            over.push(format!(
                "{name}: {} bytes of stack, {} instructions",
                cost.stack, cost.instructions
            ));
        }
    }
    over.extend(device::measure()?);
    if over.is_empty() { Ok(()) } else { Err(Failure::Step(format!("grown: {}", over.join("; ")))) }
}
