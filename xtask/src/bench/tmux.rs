//! The rival: tmux alone, with a shell of the same size, and one client on a pseudo-terminal.

use std::{
    fs::File,
    io::{self, Error, ErrorKind, Read, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags, open},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};

use super::{folder::Folder, http::PATIENCE, terminal::Terminal};
use crate::failure::{Failure, Result};

/// The size that the product gives to a terminal of which no browser has said its own.
const COLUMNS: u16 = 100;
const ROWS: u16 = 30;
/// As many lines as the product keeps.
const HISTORY: &str = "10000";
const SHELL: &str = "/bin/sh";
const CURE: &str = "run `tmux -V` and mend what it says";

/// A tmux server with one window, without any client.
pub struct Tmux {
    socket: PathBuf,
    home: PathBuf,
}

impl Tmux {
    pub fn start(folder: &Folder, name: &str) -> Result<Self> {
        let tmux = Self {
            socket: folder.path().join(format!("{name}.sock")),
            home: folder.path().to_path_buf(),
        };
        let (columns, rows) = (COLUMNS.to_string(), ROWS.to_string());
        let mut words = vec!["start-server"];
        for [option, value] in [["history-limit", HISTORY], ["status", "off"]] {
            words.extend([";", "set-option", "-g", option, value]);
        }
        words.extend([
            ";",
            "new-session",
            "-d",
            "-s",
            "bench",
            "-x",
            &columns,
            "-y",
            &rows,
        ]);
        words.push(SHELL);
        tmux.run(&words)?;
        Ok(tmux)
    }

    /// Runs a command of tmux to its end.
    pub fn run(&self, words: &[&str]) -> Result<()> {
        let output = self.command(words).stdin(Stdio::null()).output();
        match output {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                Err(Failure::new(
                    format!("tmux {}: {said}", words.join(" ")),
                    CURE,
                ))
            }
            Err(error) => Err(Failure::new(format!("tmux: {error}"), CURE)),
        }
    }

    /// A shell command that wakes a waiting `wait-for` of this server.
    pub fn wake(&self, name: &str) -> String {
        format!("tmux -S {} wait-for -S {name}", self.socket.display())
    }

    /// Attaches a client to a pseudo-terminal.
    pub fn attach(&self) -> Result<Attached> {
        let attach = || {
            let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
            grantpt(&main)?;
            unlockpt(&main)?;
            let name = ptsname(&main, Vec::new())?;
            let other = open(
                name.as_c_str(),
                OFlags::RDWR | OFlags::NOCTTY,
                Mode::empty(),
            )?;
            tcsetwinsize(
                &main,
                Winsize {
                    ws_col: COLUMNS,
                    ws_row: ROWS,
                    ws_xpixel: 0,
                    ws_ypixel: 0,
                },
            )?;
            let client = self
                .command(&["attach-session", "-t", "=bench"])
                .stdin(other.try_clone()?)
                .stdout(other.try_clone()?)
                .stderr(other)
                .spawn()?;
            Ok(Attached {
                main: main.into(),
                client,
                bytes: vec![0; 64 * 1024],
            })
        };
        attach().map_err(|error: Error| Failure::new(format!("tmux attach: {error}"), CURE))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.env_clear();
        tmux.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        tmux.env("HOME", &self.home)
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm-256color");
        tmux.args(["-u", "-f", "/dev/null", "-S"])
            .arg(&self.socket)
            .args(words);
        tmux
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.run(&["kill-server"]).ok();
    }
}

/// A client on a pseudo-terminal.
pub struct Attached {
    main: File,
    client: Child,
    bytes: Vec<u8>,
}

impl Terminal for Attached {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.main.write_all(bytes)
    }

    fn read(&mut self) -> io::Result<&[u8]> {
        let limit = Timespec {
            tv_sec: PATIENCE.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: 0,
        };
        if poll(&mut [PollFd::new(&self.main, PollFlags::IN)], Some(&limit))? == 0 {
            return Err(ErrorKind::TimedOut.into());
        }
        let count = self.main.read(&mut self.bytes)?;
        Ok(&self.bytes[..count])
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.client.kill().ok();
        self.client.wait().ok();
    }
}
