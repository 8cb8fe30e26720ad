//! One run of Chromium, and what it may reach.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{PermissionsExt as _, lchown};
use std::path::Path;
use std::process::Stdio;

use command_fds::{CommandFdExt as _, FdMapping};
use reqwest::Url;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

use super::pipe::Pipe;
use super::{BrowserError, Settings};
use crate::quote::quoted;

/// How profiles' folders begin.
const PREFIX: &str = "profile-";
/// The numbers under which Chromium has its pipes.
const READS: i32 = 3;
const WRITES: i32 = 4;
/// Where Chromium's own errors go, in its profile.
const ERRORS: &str = "errors.log";
/// Bytes of Chromium's last words that are read.
const LAST_WORDS: u64 = 16 * 1024;
/// Letters of them that are told.
const TOLD: usize = 300;
/// What it says, in small letters, where the machine forbids its sandbox. A word alone would be too
/// little: it names its sandbox and its zygote in other errors as well.
const NO_SANDBOX: [&str; 5] = [
    "no usable sandbox",
    "suid sandbox",
    "move to new namespace",
    "zygote_host_impl",
    "credentials.cc",
];

/// A running Chromium. When it is dropped, it is killed with its children, and its profile goes.
pub struct Process {
    /// The way to talk with it.
    pub pipe: Pipe,
    child: Child,
    profile: TempDir,
}

impl Process {
    /// Starts Chromium for the release at `origin`, which is served at `addr`, and waits until it
    /// answers. `fenced` is whether it fences in its own processes.
    ///
    /// # Errors
    /// It cannot be started, or ends at once.
    pub async fn start(
        settings: &Settings,
        origin: &Url,
        addr: SocketAddr,
        fenced: bool,
    ) -> Result<Self, BrowserError> {
        let profile = profile(settings).map_err(BrowserError::Start)?;
        let mut command = Command::new(&settings.program);
        command
            .args(arguments(profile.path(), origin, addr, fenced))
            .env_clear()
            .env("HOME", profile.path())
            .env("LANG", "C.UTF-8")
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("TMPDIR", profile.path())
            .current_dir(profile.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        if let Some(user) = settings.user {
            command.uid(user).gid(user);
        }
        let started = spawn(command, profile.path()).map_err(BrowserError::Start)?;
        let (child, pipe) = started;
        let mut process = Self {
            pipe,
            child,
            profile,
        };
        match process.pipe.ask("Browser.getVersion").await {
            Ok(_) => Ok(process),
            Err(_) => Err(why_ended(&process.last_words())),
        }
    }

    /// What Chromium wrote last.
    fn last_words(&self) -> String {
        let mut words = Vec::new();
        // Without them it said nothing.
        let _read = File::open(self.profile.path().join(ERRORS)).and_then(|mut errors| {
            let length = errors.metadata()?.len();
            errors.seek(SeekFrom::Start(length.saturating_sub(LAST_WORDS)))?;
            errors.take(LAST_WORDS).read_to_end(&mut words)
        });
        String::from_utf8_lossy(&words).into_owned()
    }
}

/// Why Chromium ended, by its last words.
fn why_ended(words: &str) -> BrowserError {
    let names_sandbox = |line: &&str| {
        let line = line.to_lowercase();
        NO_SANDBOX.iter().any(|words| line.contains(words))
    };
    let mut lines = words.lines().filter(|line| !line.trim().is_empty());
    if let Some(line) = lines.clone().find(names_sandbox) {
        return BrowserError::Sandbox(quoted(line, TOLD));
    }
    let last = lines.next_back().unwrap_or("it said nothing");
    BrowserError::Ended(quoted(last, TOLD))
}

impl Drop for Process {
    fn drop(&mut self) {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            let _gone = kill_process_group(pid, Signal::KILL);
        }
    }
}

/// Starts the program with two pipes, of which only we have the other ends: a port would be open to
/// every user of the machine.
fn spawn(mut command: Command, profile: &Path) -> io::Result<(Child, Pipe)> {
    let (its_input, our_output) = pipe_with(PipeFlags::CLOEXEC)?;
    let (our_input, its_output) = pipe_with(PipeFlags::CLOEXEC)?;
    let mapping = |parent_fd: OwnedFd, child_fd| FdMapping {
        parent_fd,
        child_fd,
    };
    let mappings = vec![mapping(its_input, READS), mapping(its_output, WRITES)];
    command.fd_mappings(mappings).map_err(io::Error::other)?;
    command.stderr(File::create(profile.join(ERRORS))?);
    let child = command.spawn()?;
    let pipe = Pipe::new(
        pipe::Receiver::from_owned_fd(our_input)?,
        pipe::Sender::from_owned_fd(our_output)?,
    );
    Ok((child, pipe))
}

/// A folder for one run, which only its user can enter.
fn profile(settings: &Settings) -> io::Result<TempDir> {
    fs::create_dir_all(&settings.profiles)?;
    let passable = if settings.user.is_some() {
        0o711
    } else {
        0o700
    };
    fs::set_permissions(&settings.profiles, fs::Permissions::from_mode(passable))?;
    let profile = tempfile::Builder::new()
        .prefix(PREFIX)
        .tempdir_in(&settings.profiles)?;
    if let Some(user) = settings.user {
        lchown(profile.path(), Some(user), Some(user))?;
    }
    Ok(profile)
}

/// Removes the profiles that a server left which was killed. Its Chromium ended with its pipes.
pub fn remove_profiles(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            let _left_for_the_next_start = fs::remove_dir_all(entry.path());
        }
    }
}

/// Chromium's command line.
///
/// Every name and every address but the release's own leads nowhere, so a site's scripts reach
/// neither this server nor its network, and nobody learns of the check.
fn arguments(profile: &Path, origin: &Url, addr: SocketAddr, fenced: bool) -> Vec<OsString> {
    let host = origin.host_str().unwrap_or_default();
    let goal = match addr.ip() {
        ip if ip.is_unspecified() => format!("127.0.0.1:{}", addr.port()),
        _ => addr.to_string(),
    };
    let mut words: Vec<OsString> = [
        "--headless=new",
        "--remote-debugging-pipe",
        "--no-first-run",
        "--no-default-browser-check",
        "--no-service-autorun",
        "--no-pings",
        "--noerrdialogs",
        "--mute-audio",
        "--hide-scrollbars",
        "--block-new-web-contents",
        "--deny-permission-prompts",
        "--disable-background-networking",
        "--disable-breakpad",
        "--disable-component-update",
        "--disable-crash-reporter",
        "--disable-default-apps",
        "--disable-dev-shm-usage",
        "--disable-domain-reliability",
        "--disable-extensions",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--disable-features=HttpsUpgrades,MediaRouter,OptimizationHints,Translate",
        "--force-color-profile=srgb",
        // Calls between browsers go past the rules for hosts. This has an older name, and a present one.
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--js-flags=--max-old-space-size=256",
        "--no-proxy-server",
        "--renderer-process-limit=2",
    ]
    .map(OsString::from)
    .into();
    words.push(format!("--host-resolver-rules=MAP {host} {goal}, MAP * ~NOTFOUND").into());
    let mut data = OsString::from("--user-data-dir=");
    data.push(profile);
    words.push(data);
    if !fenced {
        words.push("--no-sandbox".into());
    }
    words.push("about:blank".into());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missing_sandbox_is_told_as_one() {
        for words in [
            "[1:1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! Update your kernel\n#0 0x1",
            "FATAL:setuid_sandbox_host.cc(163)] The SUID sandbox helper binary was found, but",
            "Failed to move to new namespace: PID namespaces supported, but failed: errno = 1",
            "[FATAL:credentials.cc(127)] Check failed: . : Permission denied (13)\nTrace/breakpoint",
        ] {
            let error = why_ended(words);
            assert!(matches!(error, BrowserError::Sandbox(_)), "{error}");
        }
        for words in [
            "",
            "error while loading shared libraries: libnss3.so",
            "ERROR:sandbox_linux.cc(378)] InitializeSandbox() called with multiple threads",
            "ERROR:zygote_linux.cc(671)] write: Broken pipe (32)",
            "Killed",
        ] {
            let error = why_ended(words);
            assert!(matches!(error, BrowserError::Ended(_)), "{error}");
        }
    }
}
