//! The program of this crate as an executable, as our own binary has it; for its tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("extract"), Some(format)) => documents::extract::run(&format),
        _ => ExitCode::FAILURE,
    }
}
