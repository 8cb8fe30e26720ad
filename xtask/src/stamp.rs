//! Stamps: what a finished piece of work was made from. The same inputs again mean: nothing to do.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::Path,
};

use crate::failure::{Failure, Result};

/// A digest over files, folders and words. Only compared with digests of the same program, so it
/// need not be the same in every Rust release: a difference costs a rebuild, nothing more.
#[derive(Default)]
pub struct Digest(DefaultHasher);

impl Digest {
    pub fn word(mut self, word: &str) -> Self {
        word.hash(&mut self.0);
        self
    }

    /// Adds a file or all files below a folder, by name and content; a missing one counts as such.
    pub fn path(mut self, path: &Path) -> Result<Self> {
        self.add(path, path)?;
        Ok(self)
    }

    pub fn finish(self) -> String {
        format!("{:016x}", self.0.finish())
    }

    fn add(&mut self, base: &Path, path: &Path) -> Result<()> {
        let broken = |error| Failure::file(path, &error);
        path.strip_prefix(base).unwrap_or(path).hash(&mut self.0);
        if path.is_dir() {
            let entries: std::io::Result<Vec<_>> = fs::read_dir(path)
                .map_err(broken)?
                .map(|entry| Ok(entry?.path()))
                .collect();
            let mut entries = entries.map_err(broken)?;
            entries.sort();
            entries.iter().try_for_each(|entry| self.add(base, entry))
        } else if path.exists() {
            fs::read(path).map_err(broken)?.hash(&mut self.0);
            Ok(())
        } else {
            None::<u8>.hash(&mut self.0);
            Ok(())
        }
    }
}

/// Whether the stamp file says exactly this.
pub fn holds(stamp: &Path, text: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|found| found == text)
}

/// Writes a stamp file; only after the work it speaks for has succeeded.
pub fn write(stamp: &Path, text: &str) -> Result<()> {
    fs::write(stamp, text).map_err(|error| Failure::file(stamp, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(folder: &Path) -> String {
        Digest::default()
            .word("debug")
            .path(folder)
            .unwrap()
            .finish()
    }

    #[test]
    fn digest_notices_content_name_and_word() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        fs::write(folder.path().join("sub/a"), "one").unwrap();
        let first = digest(folder.path());
        assert_eq!(first, digest(folder.path()));

        fs::write(folder.path().join("sub/a"), "two").unwrap();
        let changed = digest(folder.path());
        assert_ne!(first, changed);

        fs::rename(folder.path().join("sub/a"), folder.path().join("sub/b")).unwrap();
        assert_ne!(changed, digest(folder.path()));
        assert_ne!(
            Digest::default().word("debug").finish(),
            Digest::default().word("release").finish()
        );
    }

    #[test]
    fn digest_does_not_depend_on_where_the_folder_is() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for folder in [&one, &two] {
            fs::write(folder.path().join("a"), "same").unwrap();
        }
        assert_eq!(digest(one.path()), digest(two.path()));
    }

    #[test]
    fn a_stamp_holds_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = folder.path().join("stamp");
        assert!(!holds(&stamp, "1"));
        write(&stamp, "1").unwrap();
        assert!(holds(&stamp, "1"));
        assert!(!holds(&stamp, "2"));
    }
}
