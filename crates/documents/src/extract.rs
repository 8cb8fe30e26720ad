//! The process that reads one document: `tmux-builder extract FORMAT`, the document on standard
//! input, the outcome as JSON on standard output.
//!
//! It trusts the document with nothing. Memory, time and everything that could reach beyond the
//! process are limited before the first byte is read; when the kernel ends it, the document is at
//! fault.

mod doc;
mod docx;
mod pdf;

use std::fs::File;
use std::io::{self, Write as _};
use std::panic::{UnwindSafe, catch_unwind};
use std::process::ExitCode;

use domain::documents::{DocumentError, Format};
use protocol::UPLOAD_TEXT_BYTES;
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

/// Bytes of memory that a document may need.
const MEMORY: u64 = 512 * 1024 * 1024;
/// Seconds of computing that a document may need.
const SECONDS: u64 = 10;
/// Bytes of an outcome. JSON may write a character as six.
pub(crate) const MAX_ANSWER: u64 = 6 * UPLOAD_TEXT_BYTES as u64 + 1024;

/// What came of reading a document.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It is what it should be. Its text, if it has any that can be had.
    Text(Option<String>),
    /// See [`DocumentError::Different`].
    Different(String),
    /// See [`DocumentError::Protected`].
    Protected,
    /// See [`DocumentError::Damaged`].
    Damaged,
    /// See [`DocumentError::TooDemanding`].
    TooDemanding,
}

impl Outcome {
    pub(crate) fn into_result(self) -> Result<Option<String>, DocumentError> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Different(what) => Err(DocumentError::Different(what)),
            Self::Protected => Err(DocumentError::Protected),
            Self::Damaged => Err(DocumentError::Damaged),
            Self::TooDemanding => Err(DocumentError::TooDemanding),
        }
    }
}

/// Reads the document on standard input, which is of the format with this file name's ending.
#[must_use]
pub fn run(extension: &str) -> ExitCode {
    match answer(extension) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer(extension: &str) -> io::Result<()> {
    limit()?;
    let document = File::from(rustix::stdio::stdin().try_clone_to_owned()?);
    let mut to = File::from(rustix::stdio::stdout().try_clone_to_owned()?);
    // Nothing that reads the document gets a say.
    rustix::stdio::dup2_stdout(File::open("/dev/null")?)?;
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = match Format::of_extension(extension) {
        Some(Format::Pdf) => pdf::read(document),
        Some(Format::Docx) => without_panic(|| docx::read(document)),
        Some(Format::Doc) => without_panic(|| doc::read(document)),
        _ => return Err(io::ErrorKind::InvalidInput.into()),
    };
    to.write_all(&serde_json::to_vec(&outcome)?)
}

fn limit() -> io::Result<()> {
    for (resource, limit) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nproc, 0),
    ] {
        let limit = Some(limit);
        let both = Rlimit {
            current: limit,
            maximum: limit,
        };
        setrlimit(resource, both)?;
    }
    Ok(())
}

/// What a reader makes of a document on which it falls over: it is damaged.
fn without_panic(read: impl FnOnce() -> Outcome + UnwindSafe) -> Outcome {
    catch_unwind(read).unwrap_or(Outcome::Damaged)
}
