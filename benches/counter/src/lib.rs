//! Counts instructions of user mode, one by one.
//!
//! The program runs twice: one process does the work, the other is its debugger. Where the first asks for it, by a
//! signal to itself, the second lets it go on one instruction at a time until the next signal, and sends back how many
//! there were. So it is exact and the same on every machine with the same code, whether or not the processor's counters
//! can be read, at some microseconds per instruction. An instruction that repeats itself (`rep movsb`) counts once, as
//! in the processor's counter. Where a process may not be watched, there is no count.
//!
//! [`watched`] is the first call of such a program.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod ptrace;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod none;

use std::process::ExitCode;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub use ptrace::Steps;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
use ptrace::watch;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
pub use none::Steps;
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
use none::watch;

/// The first argument of the program that is watched.
const WATCHED: &str = "watched";

/// Runs `work` in a second process of this program, with this one's arguments, and watches it.
///
/// The standard input of the second process is where counts come back. The exit code is a success if that of the second
/// process is one.
///
/// # Panics
/// The program cannot be started a second time.
pub fn watched(work: impl FnOnce(Vec<String>) -> ExitCode) -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().map(String::as_str) == Some(WATCHED) {
        arguments.remove(0);
        return work(arguments);
    }
    arguments.insert(0, WATCHED.to_owned());
    watch(&arguments)
}
