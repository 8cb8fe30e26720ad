//! Copies what browsers load from npm packages into the site's assets. Their versions are in the
//! file names, so that a browser may keep them for ever.

use std::{fs, path::Path};

use crate::{
    failure::{Failure, Result},
    places::Places,
    version,
};

struct Asset {
    package: &'static str,
    file: &'static str,
    /// Name and ending of the copy; the version goes between them.
    copy: (&'static str, &'static str),
}

const ASSETS: [Asset; 6] = [
    Asset {
        package: "@xterm/xterm",
        file: "lib/xterm.mjs",
        copy: ("xterm", "mjs"),
    },
    Asset {
        package: "@xterm/xterm",
        file: "css/xterm.css",
        copy: ("xterm", "css"),
    },
    Asset {
        package: "@xterm/xterm",
        file: "LICENSE",
        copy: ("xterm", "LICENSE.txt"),
    },
    Asset {
        package: "@xterm/addon-fit",
        file: "lib/addon-fit.mjs",
        copy: ("addon-fit", "mjs"),
    },
    // Not for our own pages: the browser with which the server checks published sites gets it.
    Asset {
        package: "axe-core",
        file: "axe.min.js",
        copy: ("axe", "js"),
    },
    Asset {
        package: "axe-core",
        file: "LICENSE",
        copy: ("axe", "LICENSE.txt"),
    },
];

/// Makes `public/vendor` hold exactly these assets; files that are right are not touched.
pub fn copy(places: &Places) -> Result<()> {
    let folder = places.root.join("public/vendor");
    let lock = read(&places.root.join("package-lock.json"))?;
    fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;

    let mut names = Vec::new();
    for asset in &ASSETS {
        let version = version::locked_npm(&lock, asset.package).ok_or_else(|| {
            let what = format!("package-lock.json names no {}", asset.package);
            Failure::new(what, "restore it: `git checkout package-lock.json`")
        })?;
        let name = format!("{}-{version}.{}", asset.copy.0, asset.copy.1);
        let source = places
            .root
            .join("node_modules")
            .join(asset.package)
            .join(asset.file);
        let text = without_source_map(&read(&source)?);
        let target = folder.join(&name);
        if !fs::read_to_string(&target).is_ok_and(|found| found == text) {
            fs::write(&target, text).map_err(|error| Failure::file(&target, &error))?;
        }
        names.push(name);
    }
    remove_others(&folder, &names)
}

fn remove_others(folder: &Path, names: &[String]) -> Result<()> {
    let broken = |error| Failure::file(folder, &error);
    for entry in fs::read_dir(folder).map_err(broken)? {
        let entry = entry.map_err(broken)?;
        if !names.iter().any(|name| entry.file_name() == name.as_str()) {
            fs::remove_file(entry.path()).map_err(broken)?;
        }
    }
    Ok(())
}

/// The map is not served, and developer tools complain when it is missing.
fn without_source_map(text: &str) -> String {
    let (code, last) = text.trim_end().rsplit_once('\n').unwrap_or((text, ""));
    if last.starts_with("//# sourceMappingURL=") {
        format!("{code}\n")
    } else {
        text.to_owned()
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Failure::file(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_source_map_goes() {
        assert_eq!(
            without_source_map("a\nb\n//# sourceMappingURL=x.map\n"),
            "a\nb\n"
        );
        assert_eq!(without_source_map("a\nb\n"), "a\nb\n");
        assert_eq!(without_source_map("a"), "a");
    }

    #[test]
    fn old_versions_go() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["xterm-5.0.0.mjs", "xterm-6.0.0.mjs"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        remove_others(folder.path(), &["xterm-6.0.0.mjs".to_owned()]).unwrap();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].file_name(), "xterm-6.0.0.mjs");
    }
}
