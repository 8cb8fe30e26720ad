//! Node.js and npm packages: the browser's terminal, wasm-opt, the tests' Playwright.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use super::packages;
use crate::{
    failure::{Failure, Result},
    places::{Places, Profile},
    process,
    stamp::{self, Digest},
    step::Step,
    version::Version,
};

/// Playwright's minimum.
const MINIMUM: Version = Version(20, 0, 0);
/// Installed from npm where the distribution's is older.
const NPM_VERSION: &str = "22.23.3";

/// A Node.js that is new enough.
#[derive(Debug)]
pub struct Node {
    program: PathBuf,
}

impl Node {
    /// Finds Node.js and npm, or installs them.
    pub fn find(places: &Places) -> Result<Self> {
        if process::which("npm").is_none() || process::which("node").is_none() {
            packages::install(places, &["nodejs", "npm"])?;
        }
        let ours = places.tools().join("bin/node");
        let known = [Some(ours), process::which("node")].into_iter().flatten();
        let mut known = known.map(|program| Self { program });
        if let Some(node) = known.find(|node| node.is_new_enough(places)) {
            return Ok(node);
        }
        Self::install(places)
    }

    /// A command that runs a script with this Node.js.
    pub fn script(&self, places: &Places, script: &Path) -> Command {
        let mut node = process::command(places, &self.program);
        node.arg(script);
        node
    }

    /// Installs a folder's packages as its lock file says; those for development only for release
    /// builds and tests.
    pub fn packages(&self, places: &Places, folder: &Path, profile: Profile) -> Result<()> {
        let stamp = folder.join("node_modules/.xtask");
        let lock = Digest::default()
            .path(&folder.join("package-lock.json"))?
            .finish();
        let everything = format!("{lock} everything");
        let product = format!("{lock} product");
        if stamp::holds(&stamp, &everything)
            || (profile == Profile::Debug && stamp::holds(&stamp, &product))
        {
            return Ok(());
        }
        let name = folder
            .strip_prefix(&places.root)
            .unwrap_or(folder)
            .display()
            .to_string();
        let title = match &*name {
            "" => "installing npm packages".to_owned(),
            name => format!("installing npm packages in {name}/"),
        };
        let step = Step::start(places, "npm", &title)?;
        let mut npm = npm(places, folder);
        npm.arg("ci");
        if profile == Profile::Debug {
            npm.arg("--omit=dev");
        }
        if !step.run(&mut npm)? {
            return Err(step.failed("npm packages could not be installed", NETWORK));
        }
        stamp::write(
            &stamp,
            if profile == Profile::Debug {
                &product
            } else {
                &everything
            },
        )?;
        step.done();
        Ok(())
    }

    /// Puts one into our tools, which come first on the PATH of everything that is started here.
    fn install(places: &Places) -> Result<Self> {
        let title = format!("installing Node.js {NPM_VERSION}, because this machine's is too old");
        let step = Step::start(places, "node", &title)?;
        let package = format!("node-{}", platform());
        install_package(places, &step, "node", &format!("{package}@{NPM_VERSION}"))?;

        let program = places.tools().join("bin/node");
        let folder = places.tools().join("bin");
        fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        fs::remove_file(&program).ok();
        let source = places
            .cache
            .join("node/node_modules")
            .join(package)
            .join("bin/node");
        symlink(&source, &program).map_err(|error| Failure::file(&program, &error))?;

        let node = Self { program };
        if !node.is_new_enough(places) {
            let cure =
                format!("install Node.js {MINIMUM} or newer: https://nodejs.org/en/download");
            return Err(step.failed("no Node.js that is new enough", cure));
        }
        step.done();
        Ok(node)
    }

    fn is_new_enough(&self, places: &Places) -> bool {
        process::output(process::command(places, &self.program).arg("--version"))
            .and_then(|printed| Version::find(&printed))
            .is_some_and(|version| version >= MINIMUM)
    }
}

const NETWORK: &str = "check that the npm registry can be reached: `npm ping`";

/// Installs one package into a folder of the cache; whether it worked is seen from its files.
pub fn install_package(places: &Places, step: &Step, folder: &str, package: &str) -> Result<()> {
    let folder = places.cache.join(folder);
    fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    step.run(
        npm(places, &folder)
            .args(["install", "--prefix"])
            .arg(&folder)
            .arg(package),
    )?;
    Ok(())
}

/// npm without the scripts of packages, which could do anything, and without its advertisements.
fn npm(places: &Places, folder: &Path) -> Command {
    let mut npm = process::command(places, "npm");
    npm.current_dir(folder)
        .env("npm_config_ignore_scripts", "true")
        .env("npm_config_audit", "false");
    npm.env("npm_config_fund", "false")
        .env("npm_config_update_notifier", "false");
    npm
}

/// This machine as npm packages call it.
pub fn platform() -> &'static str {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => "darwin-arm64",
        ("macos", _) => "darwin-x64",
        (_, "aarch64") => "linux-arm64",
        _ => "linux-x64",
    }
}
