//! Instructions of user mode, counted one by one.
//!
//! The program runs twice: one process does the work, the other is its debugger. Where the first asks for it, by a
//! signal to itself, the second lets it go on one instruction at a time until the next signal, and sends back how many
//! there were. So it is exact and the same on every machine with the same code, whether or not the processor's counters
//! can be read, at some microseconds per instruction. An instruction that repeats itself (`rep movsb`) counts once, as
//! in the processor's counter. Where a process may not be watched, there is no count.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub(crate) use ptrace::{Steps, watch};

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
pub(crate) use none::{Steps, watch};

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod ptrace;

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
mod none;
