//! The tags that S3 gives to objects, computed from files.
//!
//! An object that was uploaded in one piece, or copied, has the MD5 of its content; one that was
//! uploaded in parts has the MD5 of the MD5s of its parts, and their number. (Both hold for the
//! encryption that our buckets have.) So one listing says which files are there already.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use aws_smithy_types::base64;
use md5::{Digest as _, Md5};
use serde::{Deserialize, Serialize};

/// Larger files are uploaded in parts of this size.
pub const PART_BYTES: u64 = 16 * 1024 * 1024;
/// How much of a file is in memory at a time.
const BUFFER_BYTES: usize = 128 * 1024;

/// What is known of a file's content, and the tags that its object may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ETags {
    /// The tag in one piece.
    whole: String,
    /// The tag in parts, if the file is larger than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    joined: Option<String>,
    /// The MD5 of each part, as `Content-MD5` carries it, if the file is larger than one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
}

impl ETags {
    /// The tags of the file at `path`. Reads all of it.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        Self::of(File::open(path)?, PART_BYTES)
    }

    /// Whether an object with this tag has the file's content, if it has its size.
    #[must_use]
    pub fn contain(&self, etag: &str) -> bool {
        let etag = etag.trim_matches('"');
        self.all().any(|its| its == etag)
    }

    /// Each tag that its object may have, without quotation marks.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        [Some(self.whole.as_str()), self.joined.as_deref()]
            .into_iter()
            .flatten()
    }

    fn of(mut content: impl Read, part_bytes: u64) -> io::Result<Self> {
        let (mut whole, mut parts) = (Md5::new(), Vec::new());
        loop {
            let mut part = Md5::new();
            let bytes = read_into(content.by_ref().take(part_bytes), |piece| {
                whole.update(piece);
                part.update(piece);
            })?;
            if bytes > 0 {
                parts.push(part.finalize());
            }
            if bytes < part_bytes {
                break;
            }
        }
        if parts.len() < 2 {
            parts.clear();
        }
        let joined = || {
            format!(
                "{}-{}",
                hexadecimal(&Md5::digest(parts.concat())),
                parts.len()
            )
        };
        Ok(Self {
            whole: hexadecimal(&whole.finalize()),
            joined: (!parts.is_empty()).then(joined),
            parts: parts.iter().map(base64::encode).collect(),
        })
    }
}

/// Reads all there is, piece by piece; returns its size.
fn read_into(mut content: impl Read, mut take: impl FnMut(&[u8])) -> io::Result<u64> {
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut bytes = 0;
    loop {
        match content.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(read) => {
                take(&buffer[..read]);
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_those_of_s3() {
        let empty = ETags::of(io::empty(), 4).unwrap();
        assert!(empty.contain("\"d41d8cd98f00b204e9800998ecf8427e\""));
        // By md5sum; the second one over the sums of both parts, in binary.
        let two = ETags::of(&b"abcdef"[..], 4).unwrap();
        assert!(two.contain("e80b5017098950fc58aad83c8c14978e"));
        assert!(two.contain("\"fa40dffba3d56c6098e0477379f300bd-2\""));
        assert!(!two.contain("d41d8cd98f00b204e9800998ecf8427e"));
    }

    #[test]
    fn a_file_of_exactly_one_part_has_no_second_tag() {
        let one = ETags::of(&b"abcd"[..], 4).unwrap();
        assert_eq!((one.joined, one.parts.len()), (None, 0));
        let two = ETags::of(&b"abcdabcd"[..], 4).unwrap();
        assert!(two.joined.unwrap().ends_with("-2"));
        assert_eq!(two.parts, ["4vxxTEcn7pOV8yTNLn8zHw=="; 2]);
    }
}
