//! The named pipe through which tmux hands over a flood as it is.
//!
//! `pipe-pane` gives its command to a shell, so the command is a constant text around a path of our
//! own, and a path in which the shell or tmux would read more than a path is not used.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::task::{Context, Poll};

use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use tokio::net::unix::pipe;

use crate::parser::PaneId;

/// The pipe's name in its folder.
const NAME: &str = "output";

/// What else than letters and digits the path of a pipe may hold. None of it means anything within
/// a shell's single quotes, in a format of tmux or in one of a date.
const PLAIN: &str = "/._-+=@,: ";

/// The reading end of a pane's pipe, in a folder of its own. Dropped, it takes the folder along: a
/// shell that comes late finds none, and makes no file.
#[derive(Debug)]
pub struct Fifo {
    reader: pipe::Receiver,
    folder: PathBuf,
    ended: bool,
}

impl Fifo {
    /// Makes the pipe of a pane. There must be a reactor.
    ///
    /// # Errors
    ///
    /// The path is not plain, or the system refuses.
    pub fn make(place: &FifoPlace, pane: PaneId) -> io::Result<Self> {
        let folder = place.folder(pane);
        let plain = |char: char| char.is_alphanumeric() || PLAIN.contains(char);
        if !folder.to_str().is_some_and(|path| path.chars().all(plain)) {
            return Err(io::Error::other("its path would need quotes"));
        }
        DirBuilder::new().mode(0o700).create(&folder)?;
        let path = folder.join(NAME);
        let made = mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
            .map_err(io::Error::from)
            .and_then(|()| pipe::OpenOptions::new().open_receiver(&path));
        match made {
            Ok(reader) => Ok(Self {
                reader,
                folder,
                ended: false,
            }),
            Err(error) => {
                remove(&folder);
                Err(error)
            }
        }
    }

    /// The command that makes tmux write into the pipe, from where the pane's screen is now.
    pub fn command(&self, pane: PaneId) -> String {
        let path = self.folder.join(NAME);
        format!("pipe-pane -O -t {pane} \"exec cat >'{}'\"", path.display())
    }

    /// Ready when there are bytes, or an end, that have not been read. A pipe that nobody has
    /// opened for writing yet has not ended.
    pub fn poll(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.ended {
            return Poll::Pending;
        }
        self.reader.poll_read_ready(context).map(drop)
    }

    /// Reads what is there; only after [`Self::poll`] was ready.
    pub fn read(&mut self, bytes: &mut [u8]) -> usize {
        let mut count = 0;
        while count < bytes.len() && !self.ended {
            match self.reader.try_read(&mut bytes[count..]) {
                Ok(more @ 1..) => count += more,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Ok(0) | Err(_) => self.ended = true,
            }
        }
        count
    }

    /// Whether tmux has closed its end.
    pub fn has_ended(&self) -> bool {
        self.ended
    }
}

impl Drop for Fifo {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// Where the pipes of a session are: in the folder of the sockets, which only its owner may enter.
#[derive(Clone, Debug)]
pub struct FifoPlace {
    root: PathBuf,
    session: String,
}

impl FifoPlace {
    /// Those of `session`, in `root`.
    pub fn new(root: &Path, session: &str) -> Self {
        Self {
            root: root.to_owned(),
            session: session.to_owned(),
        }
    }

    fn folder(&self, pane: PaneId) -> PathBuf {
        self.root.join(format!("{}-{}.pipe", self.session, pane.0))
    }

    /// Removes the pipes that a killed server has left. A shell that still waits for a reader of
    /// one gets it for a moment; what it writes then has no reader, and ends it.
    pub fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.root) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(&self.session) {
                let folder = entry.path();
                let _reader = File::options()
                    .read(true)
                    .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
                    .open(folder.join(NAME));
                remove(&folder);
            }
        }
    }
}

/// Takes the folder away first, so that nothing new comes into it.
fn remove(folder: &Path) {
    let gone = folder.with_extension("gone");
    match fs::rename(folder, &gone).and_then(|()| fs::remove_dir_all(&gone)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, folder = %folder.display(), "a terminal's pipe was not removed");
        }
        _ => {}
    }
}
