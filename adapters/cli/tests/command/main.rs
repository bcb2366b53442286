//! The command from outside: what it prints, and how it ends.

mod harness;

mod completions;
mod inspecting;
mod junk;
mod keygen;
mod parse;
mod pipes;
mod reasons;
mod secrecy;
mod signing;
mod usage;
