//! Runs an image on the emulator, and reads what it and the plugin say.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::run;

/// A Cortex-M3 that starts at once and can be left with an exit code.
const BOARD: &str = "lm3s6965evb";

/// What an exchange took.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cost {
    pub(crate) stack: u64,
    slot: u64,
    sessions: u64,
    pub(crate) instructions: u64,
    hashing: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stack, slot, sessions, instructions, hashing } = self;
        write!(f, "{stack} | {slot} | {sessions} | {instructions} | {hashing}")
    }
}

pub(crate) fn run(image: &Path, plugin: &Path) -> Result<Cost, Failure> {
    let mut emulator = Command::new("qemu-system-arm");
    emulator.args(["-M", BOARD, "-display", "none", "-monitor", "none", "-d", "plugin"]);
    emulator.args(["-semihosting-config", "enable=on,target=native", "-kernel"]).arg(image);
    emulator.arg("-plugin").arg(plugin).stdin(Stdio::null());
    run::echo(&emulator);
    let output = emulator.output().map_err(|error| run::cannot_start(&emulator, &error))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let counted = String::from_utf8_lossy(&output.stderr);
    let cost = if output.status.success() { read(&said, &counted) } else { None };
    cost.ok_or_else(|| Failure::Step(format!("{}: {said}{counted}", output.status)))
}

/// The image's line, `name stack N sessions N slot N`, and the plugin's, `footprint N N`.
fn read(said: &str, counted: &str) -> Option<Cost> {
    let words: Vec<&str> = said.split_whitespace().collect();
    let after = |word: &str| {
        let at = words.iter().position(|known| *known == word)?;
        words.get(at + 1)?.parse().ok()
    };
    let mut marks = counted.lines().filter_map(|line| line.strip_prefix("footprint "));
    let (instructions, hashing) = marks.next()?.split_once(' ')?;
    let cost = Cost {
        stack: after("stack")?,
        slot: after("slot")?,
        sessions: after("sessions")?,
        instructions: instructions.parse().ok()?,
        hashing: hashing.trim().parse().ok()?,
    };
    // One exchange is counted. A sealed cookie takes no hashing: its keys are derived beforehand.
    (marks.next().is_none() && cost.hashing < cost.instructions).then_some(cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_image_and_plugin_say_is_read() {
        let said = "stored stack 876 sessions 936 slot 1080\n";
        let counted = "Timer with period zero, disabling\nfootprint 39426 17044\n";
        let cost =
            Cost { stack: 876, slot: 1080, sessions: 936, instructions: 39_426, hashing: 17_044 };
        assert_eq!(read(said, counted), Some(cost));
        for counted in ["", "footprint 5\n", "footprint 5 6\n", "footprint 9 4\nfootprint 9 4\n"] {
            assert_eq!(read(said, counted), None, "{counted}");
        }
        assert_eq!(read("stored stack many", "footprint 9 4\n"), None);
    }
}
