//! `tmux-builder doctor`

use std::process::ExitCode;

use super::Failure;
use crate::doctor::examine;
use crate::settings::{File, Settings};

/// Prints each check; fails if the server cannot do its work.
pub async fn run(settings: Settings, _file: File) -> Result<ExitCode, Failure> {
    let mut healthy = true;
    for finding in examine(&settings).await {
        match finding.result {
            Ok(found) => println!("✓ {}: {found}", finding.what),
            Err(problem) => {
                healthy &= !problem.serious;
                let sign = if problem.serious { '✗' } else { '!' };
                println!("{sign} {}: {}", finding.what, problem.what);
                println!("    cure: {}", problem.cure);
            }
        }
    }
    Ok(if healthy {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
