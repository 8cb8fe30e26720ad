//! Uploaded pictures, as far as one can know them without decoding them: kind and size. What a site
//! shows is a copy that does not say where and when they were taken.

use std::fmt;
use std::path::{Path, PathBuf};

use pictures::Clean;

use super::page::Picture;

/// A larger picture is too slow to load.
const BYTES: u64 = 10 * 1024 * 1024;
/// The folder of a workspace in which uploads lie.
const UPLOADS: &str = "uploads";

/// A picture that can be shown.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) picture: Picture,
    /// A number that follows from its bytes.
    pub(super) number: u64,
    /// The file for the site.
    pub(super) clean: Vec<u8>,
    bytes: usize,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Picture { width, height, .. } = self.picture;
        write!(
            f,
            "A picture of {width} × {height} pixels, {} KB",
            self.bytes.div_ceil(1024)
        )
    }
}

/// Where an upload is: messages name it from the workspace's folder or from the root.
pub(super) fn find(folder: &Path, path: &Path) -> PathBuf {
    let places = folder.ancestors().map(|place| place.join(path));
    let found = places.take(4).find(|place| place.is_file());
    found.unwrap_or_else(|| folder.join(path))
}

/// Reads a picture among the uploads.
pub(super) async fn read(path: &Path) -> Result<Found, String> {
    // Through no link and from no other folder, whatever a message names.
    let path = tokio::fs::canonicalize(path)
        .await
        .map_err(|error| error.to_string())?;
    if path
        .parent()
        .and_then(Path::file_name)
        .is_none_or(|folder| folder != UPLOADS)
    {
        return Err("This file is not among the uploads.".into());
    }
    let facts = tokio::fs::metadata(&path)
        .await
        .map_err(|error| error.to_string())?;
    if !facts.is_file() || facts.len() > BYTES {
        return Err("This is no picture of at most 10 MB.".into());
    }
    let bytes = tokio::fs::read(&path)
        .await
        .map_err(|error| error.to_string())?;
    let Clean {
        bytes: clean,
        ending,
        width,
        height,
    } = pictures::clean(&bytes).ok_or("This is neither a whole PNG nor a whole JPEG.")?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let sum = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    Ok(Found {
        picture: Picture {
            file: format!("picture.{ending}"),
            alt: super::request::alt(&name),
            width,
            height,
        },
        number: bytes.iter().fold(0xcbf2_9ce4_8422_2325, sum),
        clean,
        bytes: bytes.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_uploads_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret.png");
        std::fs::write(&secret, b"\x89PNG\r\n\x1a\n").unwrap();
        assert!(
            read(&secret)
                .await
                .unwrap_err()
                .contains("not among the uploads")
        );
        std::fs::create_dir(folder.path().join("uploads")).unwrap();
        let link = folder.path().join("uploads/link.png");
        std::os::unix::fs::symlink(&secret, &link).unwrap();
        assert!(
            read(&link)
                .await
                .unwrap_err()
                .contains("not among the uploads")
        );
    }
}
