//! Turns a folder into a [`Bundle`]: every file checked, listed and hashed.
//!
//! The folder belongs to an agent, which may be careless or hostile and may change it meanwhile. So
//! nothing outside of it is read, whatever links say, and every limit holds for what was really
//! read. Dot files and `node_modules` are left out.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use protocol::ApiError;
use rustix::fs::{Dir, FileType};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::beneath;
use crate::error::{Error, Result};
use crate::hosting::{Bundle, BundleFile};

/// Files and folders in one release.
pub const MAX_FILES: usize = 20_000;
/// Bytes in one release.
pub const MAX_BYTES: u64 = 500 * 1024 * 1024;
/// Bytes in one path: the limit of S3 keys.
const MAX_PATH_BYTES: usize = 1_024;
/// Folders in folders.
const MAX_DEPTH: usize = 32;
/// Where frameworks put what they have built. Also where a live preview looks, in this order.
pub const BUILD_FOLDERS: [&str; 5] = ["dist", "build", "out", "public", "site"];
/// What a site begins with.
const INDEX: &str = "index.html";
/// The input field that errors name.
const FIELD: &str = "directory";

/// Which folder is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The project's folder (or whatever the caller may publish from). Trusted.
    pub root: PathBuf,
    /// The folder to publish: relative to the root, or absolute and inside it. Not trusted.
    pub directory: PathBuf,
}

/// Reads the folder.
///
/// # Errors
/// [`ApiError`] on the field `directory` if the folder cannot become a site; it says why.
pub async fn read(source: Source) -> Result<Bundle> {
    let reading = tokio::task::spawn_blocking(move || read_blocking(&source, MAX_FILES, MAX_BYTES));
    reading
        .await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// Lists everything in a project's folder, site or not.
///
/// # Errors
/// [`ApiError`] on the field `directory` if there is too much in it, or the folder cannot be read.
pub async fn list(root: PathBuf) -> Result<Bundle> {
    let listing = tokio::task::spawn_blocking(move || {
        let io = |source| Error::Io {
            what: "the project's folder",
            source,
        };
        let root = root.canonicalize().map_err(io)?;
        let opened = File::open(&root).map_err(io)?;
        collect(root, opened, MAX_FILES, MAX_BYTES)
    });
    listing
        .await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn read_blocking(source: &Source, max_files: usize, max_bytes: u64) -> Result<Bundle> {
    let io = |source| Error::Io {
        what: "the project's folder",
        source,
    };
    let root = source.root.canonicalize().map_err(io)?;
    let shown = source.directory.display();
    let folder = root
        .join(&source.directory)
        .canonicalize()
        .map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                refuse(format!(
                    "There is no folder “{shown}” in the project. Build the site first."
                ))
            } else {
                refuse(format!("The folder “{shown}” cannot be opened: {error}."))
            }
        })?;
    let Ok(relative) = folder.strip_prefix(&root) else {
        return Err(refuse("Only a folder inside the project can be published."));
    };
    let relative = if relative.as_os_str().is_empty() {
        Path::new(".")
    } else {
        relative
    };
    let opened = beneath::open(File::open(&root).map_err(io)?, relative)
        .map_err(|error| refuse(format!("The folder “{shown}” cannot be opened: {error}.")))?;
    if !opened.metadata().map_err(io)?.is_dir() {
        return Err(refuse(format!(
            "“{shown}” is a file. Publish the folder that it is in."
        )));
    }
    demand_index(&opened)?;
    collect(folder, opened, max_files, max_bytes)
}

/// Lists what is in the folder `opened`, which is at `folder`.
fn collect(folder: PathBuf, opened: File, max_files: usize, max_bytes: u64) -> Result<Bundle> {
    let mut reader = Reader {
        root: opened,
        max_files,
        max_bytes,
        entries: 0,
        bytes: 0,
        files: vec![],
    };
    reader.folder("", &mut Vec::new())?;
    let mut files = reader.files;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Bundle {
        root: folder,
        files,
    })
}

/// Refuses a folder that has no `index.html`, and says where there is one.
fn demand_index(folder: &File) -> Result<()> {
    let has_index = |path: &str| {
        let opened = beneath::open(folder, Path::new(path));
        opened
            .and_then(|file| file.metadata())
            .is_ok_and(|found| found.is_file())
    };
    if has_index(INDEX) {
        return Ok(());
    }
    let candidates: Vec<&str> = BUILD_FOLDERS
        .into_iter()
        .filter(|inner| has_index(&format!("{inner}/{INDEX}")))
        .collect();
    Err(match candidates[..] {
        [built] => refuse(format!(
            "The folder has no {INDEX}, but its folder “{built}” has one. Publish “{built}”."
        )),
        _ => refuse(format!(
            "The folder has no {INDEX}, with which a site begins. Add one."
        )),
    })
}

fn refuse(message: impl Into<String>) -> Error {
    ApiError::invalid(FIELD, message).into()
}

struct Reader {
    root: File,
    max_files: usize,
    max_bytes: u64,
    entries: usize,
    bytes: u64,
    files: Vec<BundleFile>,
}

impl Reader {
    /// Reads the folder at `path`. `above` names the folders that it is in, itself included, by
    /// device and inode: a link to one of them would never end.
    fn folder(&mut self, path: &str, above: &mut Vec<(u64, u64)>) -> Result<()> {
        let place = if path.is_empty() { "." } else { path };
        let folder = self.open(place)?;
        let found = folder
            .metadata()
            .map_err(|error| unreadable(place, &error))?;
        let identity = (found.dev(), found.ino());
        if above.contains(&identity) {
            return Err(refuse(format!(
                "The link “{path}” leads round in circles. Remove it."
            )));
        }
        if above.len() == MAX_DEPTH {
            return Err(refuse(format!(
                "“{path}” lies too deep: at most {MAX_DEPTH} folders."
            )));
        }
        above.push(identity);
        let entries = Dir::read_from(&folder).map_err(|error| unreadable(place, &error.into()))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(place, &error.into()))?;
            let name = entry.file_name().to_bytes();
            if name.starts_with(b".") || name == b"node_modules" {
                continue;
            }
            let path = join(path, name)?;
            self.entry(path, entry.file_type(), above)?;
        }
        above.pop();
        Ok(())
    }

    fn entry(&mut self, path: String, kind: FileType, above: &mut Vec<(u64, u64)>) -> Result<()> {
        self.entries += 1;
        if self.entries > self.max_files {
            let limit = self.max_files;
            return Err(refuse(format!(
                "A release has at most {limit} files and folders."
            )));
        }
        let special = || {
            refuse(format!(
                "“{path}” is neither a file nor a folder. Remove it."
            ))
        };
        if !matches!(
            kind,
            FileType::RegularFile | FileType::Directory | FileType::Symlink | FileType::Unknown
        ) {
            return Err(special());
        }
        let file = self.open(&path)?;
        let found = file.metadata().map_err(|error| unreadable(&path, &error))?;
        if found.is_dir() {
            self.folder(&path, above)
        } else if found.is_file() {
            self.file(path, file)
        } else {
            Err(special())
        }
    }

    fn file(&mut self, path: String, file: File) -> Result<()> {
        let left = self.max_bytes - self.bytes;
        let (bytes, hash) =
            copy(file.take(left + 1), io::sink()).map_err(|error| unreadable(&path, &error))?;
        if bytes > left {
            let limit = self.max_bytes / (1024 * 1024);
            return Err(refuse(format!("A release has at most {limit} MB.")));
        }
        self.bytes += bytes;
        self.files.push(BundleFile { path, bytes, hash });
        Ok(())
    }

    fn open(&self, path: &str) -> Result<File> {
        beneath::open(&self.root, Path::new(path)).map_err(|error| unreadable(path, &error))
    }
}

/// Copies everything, in bounded memory. Returns how many bytes there were, and their SHA-256 in
/// hexadecimal.
///
/// # Errors
/// Reading or writing fails.
pub fn copy(mut source: impl Read, mut goal: impl Write) -> io::Result<(u64, String)> {
    let (mut bytes, mut hash) = (0, Sha256::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                bytes += count as u64;
                hash.update(&buffer[..count]);
                goal.write_all(&buffer[..count])?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((
        bytes,
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    ))
}

/// What a person can do about a file that does not open.
fn unreadable(path: &str, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::CrossesDevices => refuse(format!(
            "The link “{path}” leads out of the folder. Replace it by the file it points to."
        )),
        io::ErrorKind::NotFound => {
            refuse(format!("“{path}” is a link to nothing, or just vanished."))
        }
        _ if error.raw_os_error() == Some(Errno::LOOP.raw_os_error()) => refuse(format!(
            "The link “{path}” cannot be followed. Replace it by a file."
        )),
        _ => refuse(format!("“{path}” cannot be read: {error}.")),
    }
}

/// The path of `name` in the folder `path`, if it can be part of an address.
fn join(path: &str, name: &[u8]) -> Result<String> {
    let odd = |why: &str| {
        let name = String::from_utf8_lossy(name).escape_debug().to_string();
        refuse(format!("The name “{name}” {why}. Rename it."))
    };
    let name = std::str::from_utf8(name).map_err(|_| odd("is not valid UTF-8"))?;
    if name.chars().any(|c| c.is_control() || c == '\\') {
        return Err(odd("has a control character or a backslash"));
    }
    let path = if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    };
    if path.len() > MAX_PATH_BYTES {
        return Err(refuse(format!(
            "“{path}” is too long: at most {MAX_PATH_BYTES} bytes."
        )));
    }
    Ok(path)
}

#[cfg(test)]
mod tests;
