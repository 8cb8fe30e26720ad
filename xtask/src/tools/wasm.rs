//! A compiler for `wasm32-unknown-unknown`: the active toolchain's, else Debian's.
//!
//! Rustup downloads the target where it can. A machine that reaches Debian's mirrors but not
//! rustup's gets the compiler that Debian keeps for building browsers. That one comes without a
//! standard library for WebAssembly but with its source, so the library is built here, once.

use std::{fs, path::Path, process::Command, time::Duration};

use super::packages;
use crate::{
    failure::{Failure, Result},
    places::Places,
    process,
    step::{self, Step},
    version::Version,
};

const TARGET: &str = "wasm32-unknown-unknown";
/// The name under which rustup knows Debian's compiler.
const DEBIAN: &str = "debian";
const DEBIAN_LIBRARY: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";
/// A machine without a way to rustup's server should find out soon.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(120);

/// Which compiler builds the front end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that builds the server too.
    Active,
    /// Debian's, linked into rustup.
    Debian,
}

impl Toolchain {
    /// Makes a cargo command use this toolchain.
    pub fn apply(self, command: &mut Command) -> &mut Command {
        match self {
            Self::Active => command,
            // Its standard library carries no bitcode, which link-time optimisation needs.
            Self::Debian => command
                .env("RUSTUP_TOOLCHAIN", DEBIAN)
                .env("CARGO_PROFILE_WASM_RELEASE_LTO", "off"),
        }
    }

    /// The version of its compiler.
    pub fn version(self, places: &Places) -> Option<Version> {
        let mut rustc = process::command(places, "rustc");
        Version::find(&process::output(self.apply(&mut rustc).arg("--version"))?)
    }
}

/// Finds a compiler for the front end, or makes one.
pub fn toolchain(places: &Places) -> Result<Toolchain> {
    if active_has_target(places) {
        return Ok(Toolchain::Active);
    }
    if process::which("rustup").is_none() {
        return Err(Failure::new(
            format!("this Rust has no standard library for {TARGET}, and there is no rustup"),
            "install rustup (https://rustup.rs), or your distribution's package for the target: \
             rust-std-static-wasm32-unknown-unknown (Fedora), rust-wasm (Arch)",
        ));
    }
    if debian_works(places)? {
        return Ok(Toolchain::Debian);
    }
    if rustup_adds_target(places)? {
        return Ok(Toolchain::Active);
    }
    step::note("rustup could not download it: using Debian's compiler for the front end");
    install_debian(places)?;
    Ok(Toolchain::Debian)
}

fn active_has_target(places: &Places) -> bool {
    let mut rustc = process::command(places, "rustc");
    let folder = process::output(rustc.args(["--print", "target-libdir", "--target", TARGET]));
    folder.is_some_and(|folder| has_library(Path::new(&folder)))
}

fn has_library(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// Whether Debian's compiler can make a release build for WebAssembly: it is linked, its standard
/// library is there, fits its version and carries what link-time optimisation needs, and so does
/// the linker.
fn debian_works(places: &Places) -> Result<bool> {
    Ok(process::output(&mut probe(places)?).is_some())
}

fn probe(places: &Places) -> Result<Command> {
    let source = places.logs.join("probe.rs");
    fs::write(&source, "pub fn probe() -> String { String::new() }\n")
        .map_err(|error| Failure::file(&source, &error))?;
    let mut rustc = process::command(places, "rustup");
    rustc.args(["run", DEBIAN, "rustc", "--crate-type", "cdylib"]);
    rustc.args(["--target", TARGET, "-C", "lto=fat", "-o"]);
    rustc.arg(places.logs.join("probe.wasm")).arg(&source);
    Ok(rustc)
}

fn rustup_adds_target(places: &Places) -> Result<bool> {
    let step = Step::start(
        places,
        "rustup",
        &format!("adding the Rust target {TARGET}"),
    )?;
    let mut rustup = process::command(places, "rustup");
    step.run_within(rustup.args(["target", "add", TARGET]), DOWNLOAD_LIMIT)?;
    step.done();
    Ok(active_has_target(places))
}

/// Installs Debian's compiler, and a standard library for WebAssembly beside it.
pub fn install_debian(places: &Places) -> Result<()> {
    packages::install(places, &["rustc-web", "cargo-web", "rust-web-src"])?;
    let linker = format!("lld-{}", llvm_major(places)?);
    packages::install(places, &[&linker])?;

    let title = "building the standard library for WebAssembly (about 2 minutes, once)";
    let step = Step::start(places, "wasm-std", title)?;
    let broken = |what: &str| {
        step.failed(
            what,
            "run `rustup target add wasm32-unknown-unknown` where the network allows it",
        )
    };
    let linker = format!("/usr/bin/{linker}");
    if !as_root(places, &step, "ln", &["-sfn", &linker, "/usr/bin/rust-lld"])? {
        return Err(broken("the linker could not be put in place"));
    }
    let libraries = build_library(places, &step)?;
    if libraries.is_empty() {
        return Err(broken("the standard library could not be built"));
    }
    let mut install = vec!["-m", "644", "-t", DEBIAN_LIBRARY];
    install.extend(libraries.iter().map(String::as_str));
    // Libraries of an older compiler beside the new ones would be ambiguous.
    let copied = as_root(places, &step, "rm", &["-rf", DEBIAN_LIBRARY])?
        && as_root(places, &step, "mkdir", &["-p", DEBIAN_LIBRARY])?
        && as_root(places, &step, "install", &install)?;
    let mut rustup = process::command(places, "rustup");
    let linked = step.run(rustup.args(["toolchain", "link", DEBIAN, "/usr"]))?;
    if !copied || !linked || !step.run(&mut probe(places)?)? {
        return Err(broken("Debian's compiler does not work for WebAssembly"));
    }
    // Copied, so only in the way; if it stays, it only costs room.
    fs::remove_dir_all(places.cache.join("wasm-std")).ok();
    // Compiled with another standard library, which cargo does not notice.
    fs::remove_dir_all(places.target.join("front")).ok();
    step.done();
    Ok(())
}

/// Builds an empty crate together with its standard library; gives the library's files.
fn build_library(places: &Places, step: &Step) -> Result<Vec<String>> {
    let folder = places.cache.join("wasm-std");
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
                    [lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n";
    let broken = |error| Failure::file(&folder, &error);
    // What an interrupted attempt or an older compiler left would be copied along.
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(folder.join("src")).map_err(broken)?;
    fs::write(folder.join("Cargo.toml"), manifest).map_err(broken)?;
    fs::write(folder.join("src/lib.rs"), "").map_err(broken)?;

    let target = folder.join("target");
    let mut cargo = process::command(places, "/usr/bin/cargo");
    cargo
        .current_dir(&folder)
        .env("RUSTC", "/usr/bin/rustc")
        // The standard library can only be built with unstable flags; nothing else here uses them.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &target)
        // For link-time optimisation of what is built with this library.
        .env("RUSTFLAGS", "-C embed-bitcode=yes")
        .args(["build", "--release", "--target", TARGET])
        .args(["-Z", "build-std=std,panic_abort,panic_unwind,test"]);
    step.run(&mut cargo)?;

    let built = target.join(TARGET).join("release/deps");
    let Ok(entries) = fs::read_dir(&built) else {
        return Ok(Vec::new());
    };
    let mut libraries = Vec::new();
    for entry in entries {
        let path = entry.map_err(broken)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "rlib")
        {
            libraries.push(path.to_string_lossy().into_owned());
        }
    }
    Ok(libraries)
}

fn as_root(places: &Places, step: &Step, program: &str, arguments: &[&str]) -> Result<bool> {
    let Some(mut command) = process::privileged(places, program) else {
        return Err(packages::needs_root(&format!(
            "{program} {}",
            arguments.join(" ")
        )));
    };
    step.run(command.args(arguments))
}

/// The linker must be as new as the compiler's LLVM.
fn llvm_major(places: &Places) -> Result<u32> {
    process::output(process::command(places, "/usr/bin/rustc").arg("-vV"))
        .as_deref()
        .and_then(llvm_line)
        .ok_or_else(|| {
            Failure::new(
                "/usr/bin/rustc does not say which LLVM it uses",
                "check that it comes from the package rustc-web: `dpkg -S /usr/bin/rustc`",
            )
        })
}

fn llvm_line(verbose: &str) -> Option<u32> {
    let line = verbose
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "))?;
    line.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_llvm_version() {
        assert_eq!(llvm_line("rustc 1.96.0\nLLVM version: 22.1.8\n"), Some(22));
        assert_eq!(llvm_line("rustc 1.96.0\n"), None);
    }

    #[test]
    fn a_library_is_known_by_its_std() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!has_library(folder.path()));
        fs::write(folder.path().join("libcore-1.rlib"), "").unwrap();
        assert!(!has_library(folder.path()));
        fs::write(folder.path().join("libstd-1.rlib"), "").unwrap();
        assert!(has_library(folder.path()));
        assert!(!has_library(&folder.path().join("missing")));
    }
}
