//! The folder that a bench works in, and the end of everything that runs in it.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{self, Command},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    failure::{Failure, Result},
    places::{Places, Profile},
    process::clean,
};

/// How long processes may take to go, once they are killed.
const PATIENCE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(20);
/// The folder's name, before the number of the process that works in it.
const PREFIX: &str = "tmux-builder-bench-";

/// A folder of its own. When it is dropped, everything that was started in it ends.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    program: PathBuf,
    /// The built pages.
    pub site: PathBuf,
    /// Where servers log to; outlives the folder.
    pub log: PathBuf,
}

impl Folder {
    pub fn make(places: &Places) -> Result<Self> {
        remove_abandoned();
        let path = env::temp_dir().join(format!("{PREFIX}{}", process::id()));
        let broken = |error| Failure::file(&path, &error);
        fs::create_dir(&path).map_err(broken)?;
        // Agents may run as another user and must be able to pass through.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).map_err(broken)?;
        Ok(Self {
            program: places.server(Profile::Release),
            site: places.site(Profile::Release),
            log: places.logs.join("bench-server.log"),
            path,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// One of the product's commands, on a data folder in here, with the product's own settings.
    pub fn product(&self, words: &[&str]) -> Command {
        let mut command = clean(Command::new(&self.program));
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("TMUX_BUILDER_") {
                command.env_remove(name);
            }
        }
        command
            .args(words)
            .arg("--data")
            .arg(self.path.join("data"));
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes what benches have left behind that were interrupted.
fn remove_abandoned() {
    let entries = fs::read_dir(env::temp_dir()).into_iter().flatten();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(process) = name.to_str().and_then(|name| name.strip_prefix(PREFIX)) else {
            continue;
        };
        // Of a process that has ended and is not yet waited for, the command line is empty.
        let line = fs::read(Path::new("/proc").join(process).join("cmdline"));
        if line.unwrap_or_default().is_empty() {
            remove(&entry.path());
        }
    }
}

/// Ends everything that runs in a folder, and removes it.
fn remove(folder: &Path) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = processes_of(folder);
        if left.is_empty() || Instant::now() > deadline {
            break;
        }
        for process in left {
            // It may have ended meanwhile.
            kill_process(process, Signal::KILL).ok();
        }
        thread::sleep(POLL);
    }
    if let Err(error) = fs::remove_dir_all(folder) {
        println!("  {} remains: {error}", folder.display());
    }
}

/// tmux servers, agents and our server have the folder in their command lines; what runs in tmux's
/// windows ends with them.
fn processes_of(folder: &Path) -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let folder = folder.to_string_lossy();
    let pids = entries.flatten().filter_map(|entry| {
        let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        String::from_utf8_lossy(&line)
            .contains(&*folder)
            .then_some(pid)
    });
    pids.filter_map(Pid::from_raw).collect()
}
