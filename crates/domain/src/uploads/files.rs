//! Uploads on disk. A draft is in a folder of the server's own; one that is complete gets its name
//! in its workspace by a link, which takes no name that is taken and appears as a whole.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use protocol::{Guid, Upload, UploadId};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, openat, statat, unlinkat};
use rustix::io::Errno;

use super::record::DraftRecord;
use crate::folders::Folders;

/// Names that a file may be tried with before it is refused.
const NAME_TRIES: u32 = 1_000;

/// Never waits for the other end of a pipe, never follows a link in place of what is meant.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

/// The files of uploads.
#[derive(Clone, Debug)]
pub struct Files {
    folders: Folders,
}

impl Files {
    pub const fn new(folders: Folders) -> Self {
        Self { folders }
    }

    /// Where the bytes of the draft `id` go.
    pub fn draft(&self, id: UploadId) -> PathBuf {
        self.folders.drafts().join(id.to_string())
    }

    /// How much of the draft is here.
    pub fn draft_bytes(&self, id: UploadId) -> io::Result<u64> {
        match fs::metadata(self.draft(id)) {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Opens the draft to go on with it, and makes it if nothing of it is here.
    pub fn append(&self, id: UploadId) -> io::Result<File> {
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .custom_flags(i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default())
            .open(self.draft(id))
    }

    /// Opens the draft for reading.
    pub fn open_draft(&self, id: UploadId) -> io::Result<File> {
        Ok(openat(CWD, self.draft(id), READ, Mode::empty())?.into())
    }

    /// Gives a complete draft its name in the workspace, for which `number` stands, and returns
    /// it. Repeatable: it gets no second one. Survives a crash once it returns.
    pub fn place(&self, draft: &DraftRecord, number: u32) -> io::Result<String> {
        let file = self.open_draft(draft.id)?;
        self.folders.show_file(&file, number)?;
        file.sync_all()?;
        let folder = self.uploads(&draft.guid).or_else(|_| {
            self.folders.make_workspace(&draft.guid, number)?;
            self.uploads(&draft.guid)
        })?;
        let path = self.draft(draft.id);
        for number in 1..=NAME_TRIES {
            let name = draft.file(number);
            match linkat(CWD, &path, &folder, &name, AtFlags::empty()) {
                Ok(()) => {
                    rustix::fs::fsync(&folder)?;
                    return Ok(name);
                }
                Err(Errno::EXIST) if is_same(&folder, &name, &file)? => return Ok(name),
                Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(io::Error::other("too many files have this name"))
    }

    /// Removes what is here of a draft, its name in the workspace included if it has one.
    pub fn discard(&self, draft: &DraftRecord) -> io::Result<()> {
        let file = match self.open_draft(draft.id) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        if file.metadata()?.nlink() > 1 {
            let folder = self.uploads(&draft.guid)?;
            for number in 1..=NAME_TRIES {
                let name = draft.file(number);
                if is_same(&folder, &name, &file)? {
                    unlinkat(&folder, &name, AtFlags::empty())?;
                    break;
                }
            }
        }
        self.forget_draft(draft.id)
    }

    /// Removes the draft's file; its name in the workspace stays.
    pub fn forget_draft(&self, id: UploadId) -> io::Result<()> {
        absent_is_fine(fs::remove_file(self.draft(id)))
    }

    /// The drafts that have files.
    pub fn drafts(&self) -> io::Result<Vec<UploadId>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(self.folders.drafts())? {
            let name = entry?.file_name();
            found.extend(name.to_str().and_then(|name| name.parse::<UploadId>().ok()));
        }
        Ok(found)
    }

    /// Opens an upload for reading.
    pub fn open(&self, upload: &Upload) -> io::Result<File> {
        let folder = self.uploads(&upload.guid)?;
        let file: File = openat(folder, &upload.file, READ, Mode::empty())?.into();
        if file.metadata()?.is_file() {
            return Ok(file);
        }
        Err(io::Error::other("it is no ordinary file"))
    }

    /// Removes an upload's file.
    pub fn remove(&self, upload: &Upload) -> io::Result<()> {
        let removed = self
            .uploads(&upload.guid)
            .and_then(|folder| Ok(unlinkat(folder, &upload.file, AtFlags::empty())?));
        absent_is_fine(removed)
    }

    /// Where an agent finds an upload.
    pub fn path(&self, upload: &Upload) -> PathBuf {
        self.folders.uploads(&upload.guid).join(&upload.file)
    }

    /// The workspace's folder of uploads.
    fn uploads(&self, guid: &Guid) -> io::Result<OwnedFd> {
        let flags = READ | OFlags::DIRECTORY;
        Ok(openat(
            CWD,
            self.folders.uploads(guid),
            flags,
            Mode::empty(),
        )?)
    }
}

/// Whether `name` in `folder` is this very file.
fn is_same(folder: impl AsFd, name: &str, file: &File) -> io::Result<bool> {
    let file = rustix::fs::fstat(file)?;
    match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => Ok((found.st_dev, found.st_ino) == (file.st_dev, file.st_ino)),
        Err(Errno::NOENT) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
