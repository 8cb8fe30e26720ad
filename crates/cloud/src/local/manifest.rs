//! What is in a release.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::hosting::{Bundle, HostingError};
use serde::{Deserialize, Serialize};

use super::{MANIFEST, failed};
use crate::content_type::content_type;

/// The files of a release by path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The files. Paths have `/` between their parts and no `.` or `..` among them.
    pub files: BTreeMap<String, ManifestFile>,
}

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// SHA-256 of its content, in hexadecimal.
    pub hash: String,
    /// Its size.
    pub bytes: u64,
    /// Its `Content-Type`.
    pub content_type: String,
}

impl Manifest {
    /// The manifest of a bundle.
    pub(super) fn of(bundle: &Bundle) -> Self {
        let files = bundle.files.iter().map(|file| {
            let described = ManifestFile {
                hash: file.hash.clone(),
                bytes: file.bytes,
                content_type: content_type(&file.path),
            };
            (file.path.clone(), described)
        });
        Self {
            files: files.collect(),
        }
    }

    /// Reads the manifest of the release in `folder`.
    pub(super) fn read(folder: &Path) -> Result<Self, HostingError> {
        let path = folder.join(MANIFEST);
        let text = fs::read(&path).map_err(failed("read", &path))?;
        serde_json::from_slice(&text).map_err(|error| failed("understand", &path)(error.into()))
    }

    /// Writes it into the folder of its release.
    pub(super) fn write(&self, folder: &Path) -> Result<(), HostingError> {
        let path = folder.join(MANIFEST);
        let text =
            serde_json::to_vec(self).map_err(|error| failed("write", &path)(error.into()))?;
        fs::write(&path, text).map_err(failed("write", &path))
    }
}
