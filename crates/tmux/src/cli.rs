//! Runs `tmux` once per command, with a clean environment and arguments that arrive as they are.
//!
//! Commands that carry a caller's words go this way and never through control mode, so there is
//! nothing to quote but a `;` at the end of an argument.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use domain::terminals::TerminalError;
use tokio::process::Command;
use tokio::time::timeout;

/// How long tmux may take to answer.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The `tmux` program, talking to one server.
#[derive(Clone, Debug)]
pub struct Cli {
    program: PathBuf,
    socket: PathBuf,
}

impl Cli {
    /// Talks to the server at `socket`.
    #[must_use]
    pub fn new(program: PathBuf, socket: PathBuf) -> Self {
        Self { program, socket }
    }

    /// The folder of the socket.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.socket.parent().unwrap_or(Path::new("/"))
    }

    /// A command to which arguments can be added.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut command = bare(&self.program);
        command.args(["-u", "-f", "/dev/null", "-S"]);
        command.arg(&self.socket);
        command
    }

    /// Runs tmux commands, separated by [`THEN`], and returns what they print.
    ///
    /// # Errors
    ///
    /// `Missing`; `Absent` if the server, or what a command aims at, is not there; `Failed`.
    pub async fn run(&self, doing: &'static str, args: &[Arg]) -> Result<String, TerminalError> {
        let mut command = self.command();
        command.args(args.iter().map(Arg::escaped));
        output(command, doing).await
    }
}

/// One argument of a command, or the end of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Arrives exactly.
    Word(OsString),
    /// Separates two commands.
    Then,
}

impl<T: Into<OsString>> From<T> for Arg {
    fn from(word: T) -> Self {
        Self::Word(word.into())
    }
}

impl Arg {
    /// tmux ends a command at an argument that ends with `;`, unless a backslash is before it.
    fn escaped(&self) -> OsString {
        let Self::Word(word) = self else {
            return ";".into();
        };
        let bytes = word.as_encoded_bytes();
        let Some((b';', rest)) = bytes.split_last() else {
            return word.clone();
        };
        let text = rest.len();
        let mut escaped = OsString::with_capacity(text + 2);
        // The part before an ASCII character can be kept as text without loss.
        escaped.push(prefix(word, text));
        escaped.push("\\;");
        escaped
    }
}

/// The first `length` bytes of `word`.
fn prefix(word: &OsString, length: usize) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    OsString::from_vec(word.as_os_str().as_bytes()[..length].to_vec())
}

/// Asks the program at `program` for its version, such as `tmux 3.3a`.
///
/// # Errors
///
/// `Missing` or `Failed`.
pub async fn version(program: &Path) -> Result<String, TerminalError> {
    let mut command = bare(program);
    command.arg("-V");
    Ok(output(command, "tell its version").await?.trim().to_owned())
}

/// tmux hands its environment on to what runs in it, so it gets next to nothing: above all not the
/// secrets that this process was started with.
fn bare(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("LANG", "C.UTF-8").env("TERM", "xterm-256color");
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn output(mut command: Command, doing: &'static str) -> Result<String, TerminalError> {
    let output = match timeout(ANSWER_TIMEOUT, command.output()).await {
        Ok(Ok(output)) => output,
        Ok(Err(error)) => return Err(not_started(doing, &error)),
        Err(_) => return Err(failed(doing, "it did not answer in time")),
    };
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(refused(doing, &String::from_utf8_lossy(&output.stderr)))
    }
}

/// The error for a program that could not be started.
#[must_use]
pub fn not_started(doing: &'static str, error: &std::io::Error) -> TerminalError {
    match error.kind() {
        std::io::ErrorKind::NotFound => TerminalError::Missing,
        _ => failed(doing, &error.to_string()),
    }
}

/// The error for a command that tmux refused for `reason`.
#[must_use]
pub fn refused(doing: &'static str, reason: &str) -> TerminalError {
    let reason = reason.trim();
    let absent = [
        "can't find ",
        "no server running",
        "error connecting to",
        "no sessions",
        "lost server",
        "server exited",
        "no current ",
    ];
    if absent.iter().any(|start| reason.starts_with(start)) {
        TerminalError::Absent
    } else {
        failed(doing, reason)
    }
}

/// A failure.
#[must_use]
pub fn failed(doing: &'static str, reason: &str) -> TerminalError {
    TerminalError::Failed {
        doing,
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_semicolon_at_the_end_is_escaped() {
        for (word, expected) in [
            ("", ""),
            ("a;b", "a;b"),
            (";", "\\;"),
            ("a;", "a\\;"),
            ("a\\;", "a\\\\;"),
            ("é;", "é\\;"),
        ] {
            assert_eq!(Arg::from(word).escaped(), expected, "{word:?}");
        }
        assert_eq!(Arg::Then.escaped(), ";");
    }
}
