//! The port as the server uses it: real files, and the process that reads them.

#![cfg(test)]

mod bad;
mod good;
mod make;

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use documents::DocumentReader;
use domain::documents::{DocumentError, Documents as _, Format};

/// What came of a file: its text, or why it is refused.
type Found = Result<Option<String>, DocumentError>;

/// The crate's program, which Cargo builds beside the tests.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    folder.join("examples/extract")
}

async fn read_file(file: File, format: Format) -> Found {
    DocumentReader::new(program()).read(file, format).await
}

async fn read(content: &[u8], format: Format) -> Found {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    read_file(file, format).await
}
