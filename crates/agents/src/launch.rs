//! How every process of an agent or a shell starts: by way of our own binary, which sets up pipes,
//! user and environment and then becomes the program. No shell takes part.
//!
//! A window runs `tmux-builder launch FILE`. The file holds what must not stand in a command line,
//! for other users of the machine can read that: the environment and its secrets.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use domain::terminals::Program;
use rustix::fs::{Mode, OFlags};
use serde::{Deserialize, Serialize};

/// The exit status if the program could not be started.
const CANNOT_START: u8 = 126;
/// The exit status if there is no such program.
const NOT_FOUND: u8 = 127;
/// Bytes that the input pipe holds: a long message fits as a whole, so that an agent that does not
/// read for a while never has half a message. Linux lets every user have this much.
#[cfg(target_os = "linux")]
const PIPE_BYTES: usize = 1024 * 1024;

/// What is to run and how. Holds secrets, so it cannot be printed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct LaunchFile {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Its whole environment.
    pub environment: BTreeMap<String, String>,
    /// The folder it starts in.
    pub folder: PathBuf,
    /// The user (and group of the same number) it runs as; `None` for the present one.
    pub user: Option<u32>,
    /// The FIFO that it reads; `None` for the terminal.
    pub stdin: Option<PathBuf>,
    /// Written into that FIFO before the program starts.
    #[serde(default)]
    pub first_input: String,
    /// The file that its output is appended to; `None` for the terminal.
    pub stdout: Option<PathBuf>,
    /// The same for its errors.
    pub stderr: Option<PathBuf>,
    /// Whether the file stays for another start. If not, it is deleted as soon as it is read.
    #[serde(default)]
    pub keep: bool,
}

/// Makes windows' programs of launch files.
#[derive(Clone, Debug)]
pub struct Launcher {
    program: PathBuf,
    prefix: Vec<String>,
}

impl Launcher {
    /// `program` is our own binary. `prefix` is put before what it starts: `bwrap …`, `ssh HOST` or
    /// `kubectl exec -i POD --`; usually nothing.
    #[must_use]
    pub const fn new(program: PathBuf, prefix: Vec<String>) -> Self {
        Self { program, prefix }
    }

    /// Our own binary.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Whether programs run behind a prefix, so that they need not be on this machine.
    #[must_use]
    pub const fn has_prefix(&self) -> bool {
        !self.prefix.is_empty()
    }

    /// Writes the launch file, which only the present user can read, and returns what a window has
    /// to run.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn prepare(&self, path: &Path, mut file: LaunchFile) -> io::Result<Program> {
        file.argv.splice(0..0, self.prefix.iter().cloned());
        let mut new = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new("/")))?;
        serde_json::to_writer(&mut new, &file)?;
        new.persist(path)?;
        Ok(Program {
            argv: vec![
                self.program.display().to_string(),
                "launch".into(),
                path.display().to_string(),
            ],
            folder: file.folder,
        })
    }
}

/// Becomes the program that the launch file at `path` describes. Returns only if that fails, after
/// it has said why on the standard error and, if that is another place, in the program's error file.
#[must_use]
pub fn exec(path: &Path) -> ExitCode {
    let failure = match read(path) {
        Ok(file) => {
            let failure = become_program(&file);
            if let Some(mut errors) = file.stderr.and_then(|path| append(&path).ok()) {
                let _ = writeln!(errors, "{}", failure.reason);
            }
            failure
        }
        Err(error) => Failure::new(format!("The launch file cannot be read: {error}.")),
    };
    let _ = writeln!(io::stderr(), "{}", failure.reason);
    ExitCode::from(failure.status)
}

struct Failure {
    status: u8,
    reason: String,
}

impl Failure {
    const fn new(reason: String) -> Self {
        Self {
            status: CANNOT_START,
            reason,
        }
    }

    fn file(path: &Path, error: &io::Error) -> Self {
        Self::new(format!("{} cannot be opened: {error}.", path.display()))
    }
}

fn read(path: &Path) -> io::Result<LaunchFile> {
    let file: LaunchFile = serde_json::from_slice(&fs::read(path)?)?;
    if !file.keep {
        fs::remove_file(path)?;
    }
    Ok(file)
}

fn become_program(file: &LaunchFile) -> Failure {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let Some((program, arguments)) = file.argv.split_first() else {
        return Failure::new("The launch file names no program.".into());
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env_clear()
        .envs(&file.environment)
        .current_dir(&file.folder);
    // The pipes are opened before the user changes: they are the server's, not the agent's.
    if let Err(failure) = redirect(&mut command, file) {
        return failure;
    }
    let _terminal = hold_terminal(file);
    if let Some(user) = file.user {
        // The standard library drops supplementary groups along with the user.
        command.gid(user).uid(user);
    }
    let error = command.exec();
    let missing = error.kind() == io::ErrorKind::NotFound;
    Failure {
        status: if missing { NOT_FOUND } else { CANNOT_START },
        reason: format!(
            "{program} cannot be started in {}: {error}.",
            file.folder.display()
        ),
    }
}

fn redirect(command: &mut Command, file: &LaunchFile) -> Result<(), Failure> {
    if let Some(path) = &file.stdin {
        let pipe = open_pipe(path, &file.first_input).map_err(|e| Failure::file(path, &e))?;
        command.stdin(pipe);
    }
    if let Some(path) = &file.stdout {
        command.stdout(append(path).map_err(|e| Failure::file(path, &e))?);
    }
    if let Some(path) = &file.stderr {
        command.stderr(append(path).map_err(|e| Failure::file(path, &e))?);
    }
    Ok(())
}

/// Opens the FIFO for reading and writing: so it never ends, although its writers come and go.
fn open_pipe(path: &Path, first_input: &str) -> io::Result<Stdio> {
    let mut pipe = OpenOptions::new().read(true).write(true).open(path)?;
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(&pipe, PIPE_BYTES);
    pipe.write_all(first_input.as_bytes())?;
    Ok(pipe.into())
}

fn append(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// tmux takes a window for dead once nothing in it has its terminal open. So a program whose
/// streams all go elsewhere inherits one more descriptor; one that uses the terminal owns it.
fn hold_terminal(file: &LaunchFile) -> Option<OwnedFd> {
    if file.stdin.is_some() && file.stdout.is_some() && file.stderr.is_some() {
        return rustix::fs::open("/dev/tty", OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).ok();
    }
    if let Some(user) = file.user
        && io::stdin().is_terminal()
    {
        // Without it `tty`, `screen` and `gpg` fail in the shell; the shell itself runs.
        let _ = std::os::unix::fs::fchown(io::stdin(), Some(user), None);
    }
    None
}
