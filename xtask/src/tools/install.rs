//! Tools from crates.io, in our own folder, at exactly the versions that the project needs.

use std::{fs, path::Path, process::Command};

use super::{Toolchain, wasm};
use crate::{
    failure::{Failure, Result},
    places::Places,
    process,
    step::Step,
    version::{self, Version},
};

const CARGO_LEPTOS: Version = Version(0, 3, 11);
/// Its dependencies ask for this compiler.
const CARGO_LEPTOS_RUST: Version = Version(1, 96, 0);

/// Installs `wasm-bindgen`, whose version must equal the library's.
pub fn wasm_bindgen(places: &Places) -> Result<()> {
    let lock = places.root.join("Cargo.lock");
    let text = fs::read_to_string(&lock).map_err(|error| Failure::file(&lock, &error))?;
    let version = version::locked(&text, "wasm-bindgen").ok_or_else(|| {
        Failure::new(
            "Cargo.lock names no wasm-bindgen",
            "restore it: `git checkout Cargo.lock`",
        )
    })?;
    let tool = Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version,
        time: "about 3 minutes, once",
        // Its lock file names versions that were withdrawn.
        arguments: &[],
        optimise: "1",
    };
    tool.ensure(places, || Ok(Toolchain::Active))
}

/// Installs `cargo-leptos`.
pub fn cargo_leptos(places: &Places, front_end: Toolchain) -> Result<()> {
    let tool = Tool {
        program: "cargo-leptos",
        package: "cargo-leptos",
        version: CARGO_LEPTOS,
        time: "about 8 minutes, once",
        arguments: &["--locked", "--features", "no_downloads"],
        optimise: "0",
    };
    tool.ensure(places, || {
        let new_enough =
            |toolchain: &Toolchain| toolchain.version(places) >= Some(CARGO_LEPTOS_RUST);
        if let Some(found) = [front_end, Toolchain::Active, Toolchain::Debian]
            .iter()
            .find(|t| new_enough(t))
        {
            return Ok(*found);
        }
        if process::which("apt-get").is_some() && wasm::install_debian(places).is_ok() {
            return Ok(Toolchain::Debian);
        }
        Err(Failure::new(
            format!("cargo-leptos {CARGO_LEPTOS} needs Rust {CARGO_LEPTOS_RUST} or newer"),
            "run `rustup update stable`, or install cargo-binstall, which downloads it ready-made",
        ))
    })
}

struct Tool {
    program: &'static str,
    package: &'static str,
    version: Version,
    /// What to tell a person who waits for it.
    time: &'static str,
    /// For `cargo install`.
    arguments: &'static [&'static str],
    /// How much to optimise it: compiling it takes longer than all it will ever do.
    optimise: &'static str,
}

impl Tool {
    fn ensure(&self, places: &Places, toolchain: impl FnOnce() -> Result<Toolchain>) -> Result<()> {
        if self.is_there(places) {
            return Ok(());
        }
        if process::which("cargo-binstall").is_some() && self.download(places)? {
            return Ok(());
        }
        self.build(places, toolchain()?)
    }

    /// The first one on the PATH counts: that is the one which will be used.
    fn is_there(&self, places: &Places) -> bool {
        let ours = places.tools().join("bin").join(self.program);
        let program = if ours.exists() {
            ours
        } else {
            self.program.into()
        };
        process::output(process::command(places, program).arg("--version"))
            .and_then(|printed| Version::find(&printed))
            == Some(self.version)
    }

    fn download(&self, places: &Places) -> Result<bool> {
        let title = format!("downloading {} {}", self.program, self.version);
        let step = Step::start(places, self.program, &title)?;
        let mut binstall = process::command(places, "cargo-binstall");
        binstall
            .args([
                "--no-confirm",
                "--force",
                "--disable-strategies",
                "compile",
                "--root",
            ])
            .arg(places.tools())
            .arg(format!("{}@{}", self.package, self.version));
        step.run(&mut binstall)?;
        step.done();
        Ok(self.is_there(places))
    }

    fn build(&self, places: &Places, toolchain: Toolchain) -> Result<()> {
        let title = format!(
            "installing {} {} ({})",
            self.program, self.version, self.time
        );
        let step = Step::start(places, self.program, &title)?;
        let target = places.cache.join("tools-target");
        let mut cargo = process::command(places, "cargo");
        self.arguments(&mut cargo, &places.tools());
        toolchain.apply(&mut cargo).env("CARGO_TARGET_DIR", &target);
        if !step.run(&mut cargo)? || !self.is_there(places) {
            let cure = format!(
                "check the network, or install it yourself: `cargo install {} --version {}`",
                self.package, self.version
            );
            return Err(step.failed(format!("{} could not be installed", self.program), cure));
        }
        // Gigabytes that nobody needs again; if they stay, they only cost room.
        fs::remove_dir_all(&target).ok();
        step.done();
        Ok(())
    }

    fn arguments(&self, cargo: &mut Command, tools: &Path) {
        cargo
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.optimise)
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .args([
                "install",
                self.package,
                "--version",
                &self.version.to_string(),
                "--force",
            ])
            .args(self.arguments)
            .arg("--root")
            .arg(tools);
    }
}
