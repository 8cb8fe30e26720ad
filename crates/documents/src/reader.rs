//! The port itself: looks at a file here, or has it read by a process of its own.

use std::fs::File;
use std::io::{self, Seek as _};
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::documents::{DocumentError, Documents, Format};
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::detect::{HEAD_BYTES, begins_like, describe};
use crate::extract::{MAX_ANSWER, Outcome};
use crate::text;

/// Documents that are read at once. More wait.
const AT_ONCE: usize = 2;
/// How long one document may be read, however busy the machine is.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// The user who owns nothing, as whom a server that is root has documents read.
const NOBODY: u32 = 65_534;

/// Reads documents.
#[derive(Clone, Debug)]
pub struct DocumentReader {
    program: PathBuf,
    turns: Arc<Semaphore>,
}

impl DocumentReader {
    /// One that starts `program extract FORMAT`, which must be [`crate::extract::run`].
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Has a document read by a process of its own.
    async fn extract(&self, file: File, format: Format) -> Result<Option<String>, DocumentError> {
        let _turn = self.turns.acquire().await;
        let extracting = timeout(TIME_LIMIT, self.run(file, format));
        let Ok(run) = extracting.await else {
            return Err(DocumentError::TooDemanding);
        };
        let (status, answer) = run.map_err(failed("run the reader of documents"))?;
        match serde_json::from_slice::<Outcome>(&answer) {
            Ok(outcome) if status.success() => outcome.into_result(),
            _ if status.signal().is_some() => Err(DocumentError::TooDemanding),
            _ => {
                let error = io::Error::other(format!("it ended with {status} and no answer"));
                Err(failed("run the reader of documents")(error))
            }
        }
    }

    async fn run(&self, mut file: File, format: Format) -> io::Result<(ExitStatus, Vec<u8>)> {
        file.rewind()?;
        let mut command = Command::new(&self.program);
        command
            .args(["extract", format.extensions()[0]])
            .env_clear()
            .current_dir("/")
            .stdin(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        if rustix::process::geteuid().is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        let mut child = command.spawn()?;
        let mut answer = Vec::new();
        if let Some(output) = child.stdout.take() {
            output.take(MAX_ANSWER).read_to_end(&mut answer).await?;
        }
        Ok((child.wait().await?, answer))
    }
}

#[async_trait]
impl Documents for DocumentReader {
    async fn read(&self, file: File, format: Format) -> Result<Option<String>, DocumentError> {
        let looked = tokio::task::spawn_blocking(move || look(file, format)).await;
        let looked = looked.map_err(|error| failed("look at a file")(io::Error::other(error)))?;
        match looked? {
            Looked::Done(text) => Ok(text),
            Looked::Document(file) => self.extract(file, format).await,
        }
    }
}

/// What a first look told.
enum Looked {
    /// All there is: a text or an image.
    Done(Option<String>),
    /// It begins like the document that it should be.
    Document(File),
}

fn look(mut file: File, format: Format) -> Result<Looked, DocumentError> {
    let head = head(&file).map_err(failed("read a file"))?;
    if !begins_like(&head, format) {
        return Err(DocumentError::Different(describe(&head)));
    }
    match format {
        Format::Text => {
            let read = file.rewind().and_then(|()| text::read(&file));
            match read.map_err(failed("read a file"))? {
                Some(beginning) => Ok(Looked::Done(beginning.finish())),
                None => Err(DocumentError::Different(no_text(&head))),
            }
        }
        Format::Jpeg | Format::Png => Ok(Looked::Done(None)),
        Format::Pdf | Format::Doc | Format::Docx => Ok(Looked::Document(file)),
    }
}

/// What a file is that is no text.
fn no_text(head: &[u8]) -> String {
    let found = describe(head);
    if found == Format::Text.label() || found == "something else" {
        return "not plain text in UTF-8".to_owned();
    }
    found
}

fn head(file: &File) -> io::Result<Vec<u8>> {
    let mut head = vec![0; HEAD_BYTES];
    let mut length = 0;
    while length < HEAD_BYTES {
        match file.read_at(&mut head[length..], length as u64)? {
            0 => break,
            more => length += more,
        }
    }
    head.truncate(length);
    Ok(head)
}

const fn failed(doing: &'static str) -> impl FnOnce(io::Error) -> DocumentError {
    move |source| DocumentError::Failed { doing, source }
}
