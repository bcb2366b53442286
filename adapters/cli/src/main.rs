//! The command `sansession`; see the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    sansession_cli::run(std::env::args_os())
}
