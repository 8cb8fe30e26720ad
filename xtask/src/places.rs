//! Where things are: the checkout, the target folder, the cache that outlives both.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    failure::{Failure, Result},
    process,
};

/// Which of cargo's profiles a build uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

impl Profile {
    /// Takes a leading `--release` off the arguments.
    pub fn from_arguments<'a, 'b>(arguments: &'a [&'b str]) -> (Self, &'a [&'b str]) {
        match arguments.split_first() {
            Some((&"--release", rest)) => (Self::Release, rest),
            _ => (Self::Debug, arguments),
        }
    }

    /// The name of cargo's output folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }
}

/// The folders that every command works in; all paths are absolute.
#[derive(Debug)]
pub struct Places {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Survives checkouts: tools and downloads.
    pub cache: PathBuf,
    /// What the steps print: one file each, overwritten when the step runs again; and stamps.
    pub logs: PathBuf,
}

impl Places {
    /// Finds the folders and makes those that are missing.
    pub fn find() -> Result<Self> {
        let target = target_folder()?;
        let places = Self {
            root: checkout()?,
            logs: target.join("xtask"),
            cache: cache_folder(|name| env::var(name).ok(), process::is_root())?,
            target,
        };
        for folder in [&places.cache, &places.logs] {
            fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
        }
        Ok(places)
    }

    /// The root that `cargo install` gets.
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// The built site; one per profile, because file names carry hashes of their content.
    pub fn site(&self, profile: Profile) -> PathBuf {
        self.target.join("site").join(profile.folder())
    }

    /// The server's program.
    pub fn server(&self, profile: Profile) -> PathBuf {
        self.target.join(profile.folder()).join("tmux-builder")
    }
}

/// Asked for when it runs: checkouts that share a target folder share this very program too.
fn checkout() -> Result<PathBuf> {
    env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|package| Path::new(&package).parent().map(Path::to_path_buf))
        .ok_or_else(|| Failure::new("the checkout is not known", "run `cargo xtask`"))
}

/// Cargo put this very program into `TARGET/PROFILE/xtask`.
fn target_folder() -> Result<PathBuf> {
    let program = env::current_exe().map_err(|error| Failure::file(Path::new("xtask"), &error))?;
    program
        .ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .ok_or_else(|| {
            Failure::new(
                format!("{} is not in a target folder", program.display()),
                "run `cargo xtask`",
            )
        })
}

fn cache_folder(variable: impl Fn(&str) -> Option<String>, root: bool) -> Result<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(folder) = set("TMUX_BUILDER_CACHE") {
        return std::path::absolute(&folder)
            .map_err(|error| Failure::file(Path::new(&folder), &error));
    }
    if root {
        return Ok(PathBuf::from("/var/cache/tmux-builder"));
    }
    set("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| Path::new(&home).join(".cache")))
        .map(|folder| folder.join("tmux-builder"))
        .ok_or_else(|| {
            Failure::new(
                "no place for the tools",
                "set TMUX_BUILDER_CACHE to a folder of yours",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variables: &[(&str, &str)], root: bool, expected: &str) {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(cache_folder(variable, root).unwrap(), Path::new(expected));
    }

    #[test]
    fn cache_is_where_the_user_wants_it() {
        check(&[("TMUX_BUILDER_CACHE", "/c"), ("HOME", "/h")], true, "/c");
        check(&[("HOME", "/h")], true, "/var/cache/tmux-builder");
        check(
            &[("XDG_CACHE_HOME", "/x"), ("HOME", "/h")],
            false,
            "/x/tmux-builder",
        );
        check(
            &[("XDG_CACHE_HOME", ""), ("HOME", "/h")],
            false,
            "/h/.cache/tmux-builder",
        );
        assert!(cache_folder(|_| None, false).is_err());
    }

    #[test]
    fn release_is_a_leading_flag() {
        assert_eq!(
            Profile::from_arguments(&["--release", "--"]),
            (Profile::Release, &["--"][..])
        );
        let rest = ["--", "--release"];
        assert_eq!(Profile::from_arguments(&rest), (Profile::Debug, &rest[..]));
    }
}
