//! Packages of the operating system: installed by apt where there is one and where we may.

use crate::{
    failure::{Failure, Result},
    places::Places,
    process,
    step::Step,
};

/// Makes sure that a program is there; `packages` is where Debian keeps it.
pub fn program(places: &Places, name: &str, packages: &[&str]) -> Result<()> {
    if process::which(name).is_some() {
        return Ok(());
    }
    install(places, packages)
}

/// Installs packages of Debian and its descendants.
pub fn install(places: &Places, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if process::which("apt-get").is_none() {
        return Err(Failure::new(
            format!("missing: {names}"),
            "install them with the package manager of this machine (those are Debian's names)",
        ));
    }
    let by_hand = format!("apt-get install --no-install-recommends {names}");
    let apt = || {
        process::privileged(places, "apt-get").map(|mut apt| {
            apt.env("DEBIAN_FRONTEND", "noninteractive");
            apt.args(["-q", "-y", "-o", "DPkg::Lock::Timeout=300"]);
            apt
        })
    };
    let (Some(mut update), Some(mut install)) = (apt(), apt()) else {
        return Err(needs_root(&by_hand));
    };
    let step = Step::start(places, "packages", &format!("installing {names}"))?;
    // Without a fresh list the package may still be there; if it is not, installing says so.
    step.run(update.arg("update"))?;
    if !step.run(
        install
            .args(["install", "--no-install-recommends"])
            .args(packages),
    )? {
        let cure = format!("check the network, then run as root: {by_hand}");
        return Err(step.failed(format!("could not install {names}"), cure));
    }
    step.done();
    Ok(())
}

/// Something that only root may do, and no `sudo` that works without a password.
pub fn needs_root(command: &str) -> Failure {
    Failure::new(
        "this needs the rights of root",
        format!("run this, then try again:\n\n  sudo {command}"),
    )
}
