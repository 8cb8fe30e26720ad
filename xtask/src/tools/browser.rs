//! The browser of the tests: any Chromium or Chrome that is installed.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::packages;
use crate::{
    failure::{Failure, Result},
    places::Places,
    process,
};

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const PACKAGES: [&str; 3] = ["chromium", "fonts-liberation", "fonts-noto-color-emoji"];
const CURE: &str = "install Chromium or Chrome, or set CHROMIUM to its program";

/// Finds or installs it.
pub fn chromium(places: &Places) -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        return if process::is_program(&named) {
            Ok(named)
        } else {
            Err(Failure::new(
                format!("CHROMIUM={} is no program", named.display()),
                CURE,
            ))
        };
    }
    if let Some(found) = installed() {
        return Ok(found);
    }
    packages::install(places, &PACKAGES)?;
    installed().ok_or_else(|| Failure::new("no Chromium on the PATH", CURE))
}

fn installed() -> Option<PathBuf> {
    NAMES.into_iter().find_map(process::which).or_else(|| {
        let mac = Path::new("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
        process::is_program(mac).then(|| mac.to_path_buf())
    })
}
