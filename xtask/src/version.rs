//! Versions: read from what tools print and from lock files.

use std::fmt;

/// `major.minor.patch`; a suffix such as `-nightly` is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// The first word of a text that looks like a version: `rustc 1.95.0 (…)`, `v20.20.2`.
    pub fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let word = word.strip_prefix('v').unwrap_or(word);
        let mut parts = word
            .split(['-', '+'])
            .next()?
            .split('.')
            .map(|part| part.parse().ok());
        let version = Self(parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The version of a package in a `Cargo.lock`.
pub fn locked(lock: &str, package: &str) -> Option<Version> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines
        .nth(1)?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Version::parse(version)
}

/// The version of a direct package in a `package-lock.json`.
pub fn locked_npm(lock: &str, package: &str) -> Option<String> {
    let lock: serde_json::Value = serde_json::from_str(lock).ok()?;
    let entry = &lock["packages"][format!("node_modules/{package}")];
    entry["version"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_versions_in_what_tools_print() {
        let check = |text, expected| assert_eq!(Version::find(text), expected, "{text}");
        check(
            "rustc 1.95.0 (59807616e 2026-04-14)",
            Some(Version(1, 95, 0)),
        );
        check(
            "rustc 1.97.0-nightly (abc 2026-05-01)",
            Some(Version(1, 97, 0)),
        );
        check("wasm-bindgen 0.2.130", Some(Version(0, 2, 130)));
        check("v20.20.2", Some(Version(20, 20, 2)));
        check("no version, only 1.2 and 3.4.5.6", None);
        check("", None);
    }

    #[test]
    fn later_versions_are_greater() {
        assert!(Version(1, 96, 0) > Version(1, 95, 9));
        assert!(Version(22, 0, 0) > Version(20, 99, 99));
    }

    #[test]
    fn reads_lock_files() {
        let lock = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n\
                    [[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.2.1\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some(Version(0, 2, 130)));
        assert_eq!(locked(lock, "leptos"), None);

        let lock = r#"{"packages": {"node_modules/@xterm/xterm": {"version": "6.0.0"}}}"#;
        assert_eq!(locked_npm(lock, "@xterm/xterm").as_deref(), Some("6.0.0"));
        assert_eq!(locked_npm(lock, "other"), None);
    }
}
