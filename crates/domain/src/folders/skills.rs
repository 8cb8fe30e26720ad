//! The workspace's folder `.claude`: what its agents are taught, see [`crate::skills`].

use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

use protocol::Guid;

use super::Folders;

/// The folder's name, where agents and people look for such things.
const FOLDER: &str = ".claude";

/// A file that the server puts where agents can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedFile {
    /// Its path, with `/` between the parts and no `.` or `..` among them.
    pub path: String,
    /// What is in it.
    pub content: Vec<u8>,
    /// Whether it is a program.
    pub executable: bool,
}

impl SharedFile {
    /// A text.
    #[must_use]
    pub fn text(path: impl Into<String>, text: &str) -> Self {
        Self {
            path: path.into(),
            content: text.as_bytes().to_vec(),
            executable: false,
        }
    }
}

impl Folders {
    /// Where a workspace's agents find what they are taught.
    #[must_use]
    pub fn skills(&self, guid: &Guid) -> PathBuf {
        self.workspace(guid).join(FOLDER)
    }

    /// Replaces that folder as a whole: what is not among `files` is gone. Not twice at once in one
    /// workspace.
    ///
    /// # Errors
    /// A file or folder cannot be made.
    pub(crate) fn replace_skills(
        &self,
        guid: &Guid,
        number: u32,
        files: &[&SharedFile],
    ) -> io::Result<()> {
        let place = self.skills(guid);
        let (draft, old) = (place.with_extension("new"), place.with_extension("old"));
        // What a killed server has left.
        remove(&draft)?;
        remove(&old)?;
        self.make_shown(&draft, number)?;
        for file in files {
            self.write_shared(&draft, number, file)?;
        }
        match fs::rename(&place, &old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(&draft, &place)?;
        remove(&old)
    }

    fn write_shared(&self, folder: &Path, number: u32, file: &SharedFile) -> io::Result<()> {
        let path = folder.join(&file.path);
        let mut above: Vec<_> = path.ancestors().skip(1).collect();
        above.retain(|it| it.starts_with(folder) && *it != folder);
        for folder in above.into_iter().rev() {
            self.make_shown(folder, number)?;
        }
        let mode = if file.executable { 0o755 } else { 0o644 };
        let mut opened = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&path)?;
        // The mode above is subject to the process's mask.
        opened.set_permissions(fs::Permissions::from_mode(mode))?;
        opened.write_all(&file.content)
    }
}

/// Removes what is at `path`, a link rather than what it leads to.
fn remove(path: &Path) -> io::Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    removed.or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })
}
