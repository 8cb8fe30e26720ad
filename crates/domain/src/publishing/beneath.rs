//! Opens files below a folder that somebody else may change at the same moment.
//!
//! A check of the path followed by an open by name can be raced: the name may mean another file by
//! then. So the kernel itself is asked to resolve the path and to stay below the folder.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Component, Path};

use rustix::fs::{Mode, OFlags, openat};

/// Never waits for the other end of a pipe, never becomes somebody's terminal.
const FLAGS: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

/// How often a path is resolved again when something on it is renamed meanwhile.
#[cfg(target_os = "linux")]
const TRIES: usize = 16;

/// Opens what is at `path` below `folder`: a file or a folder, for reading. Links are followed as
/// long as they are relative and stay below `folder`.
///
/// # Errors
/// [`io::ErrorKind::CrossesDevices`] if the path leads out, and whatever opening may fail with.
pub fn open(folder: impl AsFd, path: &Path) -> io::Result<File> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{ResolveFlags, openat2};
        use rustix::io::Errno;

        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        for _ in 0..TRIES {
            match openat2(&folder, path, FLAGS, Mode::empty(), resolve) {
                Ok(file) => return Ok(file.into()),
                Err(Errno::AGAIN) => {}
                Err(Errno::NOSYS | Errno::PERM) => break,
                Err(error) => return Err(error.into()),
            }
        }
    }
    open_without_links(folder, path)
}

/// The same where the kernel cannot help: step by step, and links are not followed at all.
fn open_without_links(folder: impl AsFd, path: &Path) -> io::Result<File> {
    let mut place: OwnedFd = folder.as_fd().try_clone_to_owned()?;
    let mut parts = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .peekable();
    if parts.peek().is_none() {
        place = openat(&place, ".", FLAGS, Mode::empty())?;
    }
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else {
            return Err(io::ErrorKind::CrossesDevices.into());
        };
        let mut flags = FLAGS | OFlags::NOFOLLOW;
        if parts.peek().is_some() {
            flags |= OFlags::DIRECTORY;
        }
        place = openat(&place, name, flags, Mode::empty())?;
    }
    Ok(place.into())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

    use super::*;

    /// `{folder}/in/a/file`, links beside it, and a secret outside of `in`.
    fn scene() -> (tempfile::TempDir, File) {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("in");
        std::fs::create_dir_all(inside.join("a")).unwrap();
        std::fs::write(inside.join("a/file"), "tea").unwrap();
        std::fs::write(folder.path().join("secret"), "secret").unwrap();
        symlink("a/file", inside.join("good")).unwrap();
        symlink("../secret", inside.join("out")).unwrap();
        symlink("/etc/passwd", inside.join("absolute")).unwrap();
        symlink("..", inside.join("up")).unwrap();
        symlink("round", inside.join("round")).unwrap();
        let root = File::open(&inside).unwrap();
        (folder, root)
    }

    #[test]
    fn what_is_below_opens_and_what_is_not_does_not() {
        let (_folder, root) = scene();
        for good in ["a/file", "good", "./a/../a/file"] {
            let mut text = String::new();
            open(&root, Path::new(good))
                .unwrap()
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text, "tea", "{good}");
        }
        for bad in [
            "out",
            "absolute",
            "up/secret",
            "../secret",
            "/etc/passwd",
            "round",
            "none",
        ] {
            assert!(open(&root, Path::new(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn without_the_kernels_help_links_are_refused() {
        let (_folder, root) = scene();
        assert!(open_without_links(&root, Path::new("a/file")).is_ok());
        assert!(open_without_links(&root, Path::new(".")).is_ok());
        for bad in [
            "good",
            "out",
            "absolute",
            "up/secret",
            "../secret",
            "/etc/passwd",
        ] {
            assert!(open_without_links(&root, Path::new(bad)).is_err(), "{bad}");
        }
    }
}
