//! MiniStack, the emulator of AWS that the tests of the cloud talk to: a Python program in an
//! environment of its own.

use std::{fs, path::PathBuf};

use super::packages;
use crate::{
    failure::{Failure, Result},
    places::Places,
    process,
    step::Step,
    version::Version,
};

const VERSION: Version = Version(1, 5, 33);
/// Without it nobody would notice that hosting on AWS is broken, so its tests are never left out.
const CURE: &str = "check that PyPI can be reached: `python3 -m pip download --no-deps ministack`";

/// Finds or installs it; returns its program.
pub fn install(places: &Places) -> Result<PathBuf> {
    let folder = places.cache.join("ministack");
    let program = folder.join("bin/ministack");
    let python = folder.join("bin/python");
    // Asked and not remembered: a new Python of the operating system breaks the environment.
    let there = || {
        let ask = "import importlib.metadata as m; print(m.version('ministack'))";
        process::output(process::command(places, &python).args(["-c", ask]))
            .and_then(|printed| Version::find(&printed))
            == Some(VERSION)
    };
    if there() {
        return Ok(program);
    }
    if !has_venv(places) {
        packages::install(places, &["python3", "python3-venv"])?;
    }
    let title = format!("installing MiniStack {VERSION} for tests (90 MB, once)");
    let step = Step::start(places, "ministack", &title)?;
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    }
    let mut venv = process::command(places, "python3");
    venv.args(["-m", "venv"]).arg(&folder);
    let mut pip = process::command(places, &python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check"])
        .arg(format!("ministack=={VERSION}"));
    if !step.run(&mut venv)? || !step.run(&mut pip)? || !there() {
        return Err(step.failed(format!("MiniStack {VERSION} could not be installed"), CURE));
    }
    step.done();
    Ok(program)
}

/// Debian's Python comes without what makes environments.
fn has_venv(places: &Places) -> bool {
    let mut python = process::command(places, "python3");
    process::output(python.args(["-c", "import venv, ensurepip"])).is_some()
}
