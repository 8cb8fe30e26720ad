//! Builds the site (WebAssembly, styles, assets) and the server.

mod names;
mod vendor;

use std::{ffi::OsString, fs, path::PathBuf};

use crate::{
    failure::{Failure, Result},
    places::{Places, Profile},
    process,
    stamp::{self, Digest},
    step::Step,
    tools::Tools,
};

/// What the site is made from. A change elsewhere never rebuilds it.
const SITE_INPUTS: [&str; 8] = [
    "app",
    "frontend",
    "crates/protocol",
    "style",
    "public",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
];

/// How a build of the site went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    Clean,
    /// It works, but the compiler has something to say; it says it again until that is mended.
    Warnings,
}

/// Builds the site, then the server.
pub fn everything(places: &Places, tools: &Tools, profile: Profile) -> Result<()> {
    site(places, tools, profile)?;
    server(places, profile)
}

/// Builds the site, if anything that it is made from has changed.
pub fn site(places: &Places, tools: &Tools, profile: Profile) -> Result<Site> {
    vendor::copy(places)?;
    let stamp = places.logs.join(format!("site-{}.stamp", profile.folder()));
    if stamp::holds(&stamp, &site_digest(places, tools, profile)?) {
        return Ok(Site::Clean);
    }
    let title = match (profile, places.site(profile).exists()) {
        (_, true) => "building the site",
        (Profile::Debug, false) => "building the site (the first time: about 5 minutes)",
        (Profile::Release, false) => "building the site (the first time: about 10 minutes)",
    };
    let step = Step::start(places, "site", title)?;
    let folders = [
        places.tools().join("bin"),
        places.root.join("node_modules/.bin"),
    ];
    let mut leptos = process::command(places, "cargo");
    tools.toolchain.apply(&mut leptos);
    leptos
        .env("PATH", process::path_with(&folders))
        .env("LEPTOS_SITE_ROOT", places.site(profile))
        .args(["leptos", "build", "--frontend-only", "--split"]);
    if profile == Profile::Release {
        leptos.args(["--release", "--precompress"]);
    }
    if !step.run(&mut leptos)? {
        return Err(step.failed(
            "the site does not build",
            "mend what the compiler says above",
        ));
    }
    // `wasm-opt` does so in a release.
    if profile == Profile::Debug {
        names::remove(&places.site(profile).join("pkg"))?;
    }
    step.done();
    if has_warnings(&step.printed()) {
        return Ok(Site::Warnings);
    }
    stamp::write(&stamp, &site_digest(places, tools, profile)?)?;
    Ok(Site::Clean)
}

/// Builds the server's program.
pub fn server(places: &Places, profile: Profile) -> Result<()> {
    let title = match (profile, places.server(profile).exists()) {
        (_, true) => "building the server",
        (Profile::Debug, false) => "building the server (the first time: about 3 minutes)",
        (Profile::Release, false) => "building the server (the first time: about 8 minutes)",
    };
    let step = Step::start(places, "server", title)?;
    let mut cargo = process::command(places, "cargo");
    cargo.args(["build", "--package", "server", "--bin", "tmux-builder"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    if !step.run(&mut cargo)? {
        return Err(step.failed(
            "the server does not build",
            "mend what the compiler says above",
        ));
    }
    step.done();
    Ok(())
}

/// Tells the server, by its environment, where the site is.
pub fn site_variables(places: &Places, profile: Profile) -> [(&'static str, OsString); 1] {
    [("TMUX_BUILDER_SITE_ROOT", places.site(profile).into())]
}

/// Covers the inputs and the one output that says whether the rest still belongs to them.
fn site_digest(places: &Places, tools: &Tools, profile: Profile) -> Result<String> {
    let compiler = tools.toolchain.version(places).ok_or_else(|| {
        Failure::new(
            "rustc does not say its version",
            "run `rustc --version` and mend what it says",
        )
    })?;
    let mut digest = Digest::default()
        .word(profile.folder())
        .word(&compiler.to_string());
    for input in SITE_INPUTS {
        digest = digest.path(&places.root.join(input))?;
    }
    digest = digest.word(&format!(
        "{:?}",
        file_names(places.site(profile).join("pkg"))
    ));
    Ok(digest
        .path(&places.target.join(profile.folder()).join("hash.txt"))?
        .finish())
}

/// The files of a folder by name; they carry hashes of their content.
fn file_names(folder: PathBuf) -> Vec<OsString> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    names
}

fn has_warnings(printed: &str) -> bool {
    printed
        .lines()
        .any(|line| line.starts_with("warning: `") && line.contains(" generated "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_warning_of_our_crates() {
        assert!(has_warnings(
            "warning: `app` (lib) generated 2 warnings\n    Finished"
        ));
        assert!(!has_warnings(
            "warning: Env LEPTOS_X is not used\n    Finished"
        ));
    }
}
