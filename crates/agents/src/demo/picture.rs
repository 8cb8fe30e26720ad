//! Uploaded pictures, as far as one can know them without decoding them: kind and size.

use std::fmt;
use std::path::{Path, PathBuf};

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
    let (ending, (width, height)) = png(&bytes)
        .map(|size| ("png", size))
        .or_else(|| jpeg(&bytes).map(|size| ("jpg", size)))
        .ok_or("This is neither PNG nor JPEG.")?;
    if width == 0 || height == 0 {
        return Err("This picture has no size.".into());
    }
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
        bytes: bytes.len(),
    })
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    if !bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    Some((number(16)?, number(20)?))
}

/// Walks the segments of a JPEG up to the frame's header.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let number = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return Some((number(at + 7)?.into(), number(at + 5)?.into()));
        }
        at = match marker {
            0xff => at + 1,
            0x01 | 0xd0..=0xd7 => at + 2,
            _ => at + 2 + usize::from(number(at + 2)?),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read() {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend([0, 0, 2, 128, 0, 0, 1, 224]);
        assert_eq!(png(&bytes), Some((640, 480)));
        let bytes = [
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 11, 8, 1, 0xe0, 2, 0x80, 3,
        ];
        assert_eq!(jpeg(&bytes), Some((640, 480)));
    }

    proptest! {
        #[test]
        fn anything_else_is_no_picture_and_no_fault(mut bytes: Vec<u8>, begins: bool) {
            if begins {
                bytes.splice(0..0, [0xff, 0xd8]);
            }
            let _ = jpeg(&bytes);
            let _ = png(&bytes);
        }
    }

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
