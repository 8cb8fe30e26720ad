//! The `tmux-builder` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
