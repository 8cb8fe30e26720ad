//! The product's server as a bench starts and watches it.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, ChildStdout, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{figures::median, folder::Folder, http};
use crate::{
    failure::{Failure, Result},
    process,
};

pub const OWNER: &str = "owner@example.org";
pub const PASSWORD: &str = "correct horse battery staple";
/// How many times faster than at a human pace the demo agent works.
const SPEED: &str = "50";
/// How long it may take to stop.
const STOP: Duration = Duration::from_secs(10);

/// A server that runs. Dropped, it stops; agents and shells run on.
#[derive(Debug)]
pub struct Server {
    child: Child,
    started: Instant,
    listening: Duration,
    addr: SocketAddr,
    /// Kept open: the server may say more.
    _out: BufReader<ChildStdout>,
}

/// MiB of memory that a process holds.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub total: f64,
    /// Without what it shares with the file of its program.
    pub own: f64,
}

impl Server {
    /// Starts it and waits until it says that it listens.
    pub fn start(folder: &Folder) -> Result<Self> {
        let failed = |error| Failure::new(format!("the server: {error}"), "look at its log");
        let log = File::create(&folder.log).map_err(failed)?;
        let started = Instant::now();
        let mut child = folder
            .product(&[
                "serve",
                "--addr",
                "127.0.0.1:0",
                "--sites-addr",
                "127.0.0.1:0",
            ])
            .args(["--agent", "demo", "--site-root"])
            .arg(&folder.site)
            .env("TMUX_BUILDER_DEMO_SPEED", SPEED)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(failed)?;
        let addr = child.stdout.take().map(|out| {
            let mut out = BufReader::new(out);
            (address(&mut out), out)
        });
        let listening = started.elapsed();
        if let Some((Some(addr), out)) = addr {
            return Ok(Self {
                child,
                started,
                listening,
                addr,
                _out: out,
            });
        }
        child.kill().ok();
        child.wait().ok();
        Err(Failure::new("the server does not start", "read why above").with_log(&folder.log))
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Milliseconds from its start until it said that it listens.
    pub fn listening(&self) -> f64 {
        milliseconds(self.listening)
    }

    /// Milliseconds from its start to its first answer, which this asks for.
    pub fn first_answer(&self) -> Result<f64> {
        let (status, _) = http::ask(self.addr, "", "/sign-in", None)?;
        let time = self.started.elapsed();
        if status == 200 {
            Ok(milliseconds(time))
        } else {
            Err(Failure::new(
                format!("/sign-in answers with status {status}"),
                "look at the server's log",
            ))
        }
    }

    pub fn memory(&self) -> Result<Memory> {
        let path = format!("/proc/{}/status", self.child.id());
        let text = fs::read_to_string(&path).unwrap_or_default();
        let read = |name| mebibytes(&text, name);
        match (read("VmRSS:"), read("RssAnon:")) {
            (Some(total), Some(own)) => Ok(Memory { total, own }),
            _ => Err(Failure::new(
                format!("{path} does not say how much memory the server holds"),
                "look whether it still runs",
            )),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may have ended by itself.
            kill_process(pid, Signal::TERM).ok();
        }
        process::wait(&mut self.child, STOP).ok();
    }
}

/// Makes the account that everything is done with.
pub fn make_owner(folder: &Folder) -> Result<()> {
    command(folder, &["account", "create", "--email", OWNER], PASSWORD).map(drop)
}

/// Makes a token for the API.
pub fn make_token(folder: &Folder) -> Result<String> {
    let scopes = "sessions:read,sessions:write,deployments:read,deployments:write";
    command(
        folder,
        &["token", "create", "--account", OWNER, "--scopes", scopes],
        "",
    )
}

/// What the memory consists of.
pub fn explain(memory: &[Memory]) -> String {
    let own: Vec<f64> = memory.iter().map(|memory| memory.own).collect();
    let total: Vec<f64> = memory.iter().map(|memory| memory.total).collect();
    let (own, total) = (median(&own), median(&total));
    format!(
        "{own:.1} MiB its own, {:.1} MiB of files mapped",
        total - own
    )
}

pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn command(folder: &Folder, words: &[&str], input: &str) -> Result<String> {
    let failed = |what: String| Failure::new(format!("{}: {what}", words.join(" ")), "mend it");
    let mut child = folder
        .product(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes()).ok();
    }
    let output = child
        .wait_with_output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// The address in the line `listening on http://IP:PORT`.
fn address(out: &mut impl BufRead) -> Option<SocketAddr> {
    for line in out.lines() {
        if let Some(url) = line.ok()?.strip_prefix("listening on http://") {
            return url.parse().ok();
        }
    }
    None
}

/// A line such as `VmRSS:     20480 kB`.
fn mebibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kibibytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_address() {
        let mut out = &b"starting\nlistening on http://127.0.0.1:4000\n"[..];
        assert_eq!(
            address(&mut out),
            Some(SocketAddr::from(([127, 0, 0, 1], 4000)))
        );
        assert_eq!(address(&mut &b"no\n"[..]), None);
    }

    #[test]
    fn reads_memory() {
        let status = "Name:\tx\nVmRSS:\t   20480 kB\nRssAnon:\t 512 kB\n";
        assert_eq!(mebibytes(status, "VmRSS:"), Some(20.0));
        assert_eq!(mebibytes(status, "VmSwap:"), None);
    }
}
