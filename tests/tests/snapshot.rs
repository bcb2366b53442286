//! What follows from every answer that a store can give, for every kind of exchange, as a text that a person can read.
//!
//! The text is `snapshots/exchange.txt`. `SNAPSHOT=write cargo test --test snapshot` writes it anew.

#[path = "snapshot/machine.rs"]
mod machine;
#[path = "snapshot/scenes.rs"]
mod scenes;

use std::fmt::Write;
use std::path::Path;

use machine::{State, Told, run};
use scenes::{SCENES, Scene};

const LEGEND: &str = "\
Each line: what the store answered -> what the exchange does then, or how it ends and which cookie it sends.
An exchange tries again once. A load is answered with the record as it is by then:
  good          another request wrote another key
  same          as it was: the conflict was a false alarm
  tidied        another request used the flash message up
  renewed       another request renewed the id; this one's is the previous
  regenerated   another request regenerated the id; this one's is unknown
  obsolete      another request renewed the id, and the grace of this one's is over
  own           what this exchange stored before, though the answer said otherwise
  foreign       a record of another session
  corrupt, newer, too long: bytes that cannot be read, or not by this build, or not in this slot
  nonsense      an answer to another question
";

// promise: L6 L10 L14 L15 L16 L17
#[test]
fn every_answer_leads_where_the_snapshot_says() {
    let mut text = LEGEND.to_owned();
    for scene in &SCENES {
        write!(text, "\n{}\n{}", scene.name, tree(scene, &mut Vec::new(), 1))
            .expect("a string takes all");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/exchange.txt");
    if std::env::var("SNAPSHOT").is_ok_and(|wish| wish == "write") {
        std::fs::write(&path, &text).expect("the snapshot can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "another snapshot (SNAPSHOT=write takes it over):\n{}",
        difference(&kept, &text)
    );
}

/// The lines that follow from `path`, equal ones taken together.
fn tree(scene: &Scene, path: &mut Vec<Told>, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let (step, answers) = match run(scene, path) {
        State::Done(end) if path.is_empty() => return format!("{indent}-> {end}\n"),
        State::Done(_) => return String::new(),
        State::Step(step, answers) => (step, answers),
    };
    let mut groups: Vec<(Vec<&str>, String)> = Vec::new();
    for told in answers {
        path.push(told);
        let below = tree(scene, path, depth + 1);
        let next = match run(scene, path) {
            State::Done(end) => format!("{end}\n"),
            State::Step(step, _) => format!("{step}\n{below}"),
        };
        path.pop();
        match groups.iter_mut().find(|(_, known)| *known == next) {
            Some((names, _)) => names.push(told.name()),
            None => groups.push((vec![told.name()], next)),
        }
    }
    let mut text = if path.is_empty() { format!("{indent}-> {step}\n") } else { String::new() };
    let indent = "  ".repeat(depth + 1);
    for (names, next) in groups {
        write!(text, "{indent}{} -> {next}", names.join(", ")).expect("a string takes all");
    }
    text
}

/// The lines between what both texts begin and end with.
fn difference(kept: &str, found: &str) -> String {
    let (kept, found): (Vec<_>, Vec<_>) = (kept.lines().collect(), found.lines().collect());
    let same = kept.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let (kept, found) = (&kept[same..], &found[same..]);
    let tail = kept.iter().rev().zip(found.iter().rev()).take_while(|(a, b)| a == b).count();
    let mut text = format!("from line {}\n", same + 1);
    for (sign, lines) in [('-', &kept[..kept.len() - tail]), ('+', &found[..found.len() - tail])] {
        for line in lines {
            writeln!(text, "{sign}{line}").expect("a string takes all");
        }
    }
    text
}
