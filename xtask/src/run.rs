//! `cargo xtask run`: from a fresh checkout to a running server.

use std::{convert::Infallible, os::unix::process::CommandExt, process::Command};

use crate::{
    build,
    failure::{Failure, Result},
    places::{Places, Profile},
    process, tools,
};

/// Installs, builds, and becomes the server. Only comes back if that fails.
pub fn serve(places: &Places, profile: Profile, arguments: &[&str]) -> Result<Infallible> {
    tools::for_serving(places)?;
    let tools = tools::for_build(places, profile)?;
    build::everything(places, &tools, profile)?;
    let server = places.server(profile);
    println!("▸ starting the server; Ctrl+C stops it");
    let error = process::clean(Command::new(&server))
        .arg("serve")
        .args(arguments)
        .envs(build::site_variables(places, profile))
        .exec();
    Err(Failure::new(
        format!("{} does not start: {error}", server.display()),
        "build it again: `cargo xtask build`",
    ))
}
