//! The programs of this crate behind one executable, as our own binary has them; for its tests.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("launch"), Some(file)) => agents::launch::exec(Path::new(&file)),
        (Some("transcript"), Some(folder)) => agents::transcript::run(Path::new(&folder)),
        (Some("demo-agent"), first) => agents::demo::run(first.into_iter().chain(arguments)),
        _ => ExitCode::FAILURE,
    }
}
