//! Who checks what is published, as the settings say.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::folders::Folders;
use proof::browser::{self, Browser};
use proof::{Listener, SiteProver};

use crate::settings::Settings;

/// How long the browser may take for a site.
const LIMIT: Duration = Duration::from_secs(30);

/// The prover of the settings: with pictures where there is Chromium.
pub fn new(settings: &Settings, folders: &Folders, listener: Listener) -> SiteProver {
    let browser = browser::find(settings.chromium.as_deref()).map(|program| {
        Browser::new(browser::Settings {
            program,
            profiles: folders.browser(),
            user: folders.browser_user(),
            axe: axe(settings),
            limit: LIMIT,
        })
    });
    SiteProver::new(listener, browser)
}

/// The file of axe among the built pages. Its name has its version in it.
fn axe(settings: &Settings) -> Option<PathBuf> {
    let options = crate::leptos_options(settings, settings.addr);
    let vendor = Path::new(options.site_root.as_ref()).join("vendor");
    let is_axe = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("axe-") && name.ends_with(".js"))
    };
    let entries = fs::read_dir(vendor).ok()?.flatten();
    entries.map(|entry| entry.path()).find(is_axe)
}
