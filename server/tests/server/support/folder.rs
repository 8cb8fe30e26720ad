//! A data folder of its own for each test.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A data folder below a folder that other users can pass through. When it goes, so do all
/// processes that name it: the server, its tmux servers and what runs in them.
pub struct DataFolder(TempDir);

impl DataFolder {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("tb-").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Self(folder)
    }

    /// The folder around the data folder, for a test's own files.
    pub fn beside(&self) -> &Path {
        self.0.path()
    }

    /// The data folder.
    pub fn path(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// The processes whose command line names the folder and has `word` in it.
    pub fn processes(&self, word: &str) -> Vec<Pid> {
        let folder = self.0.path().display().to_string();
        let entries = fs::read_dir("/proc").unwrap().flatten();
        entries
            .filter_map(|entry| {
                let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
                let line = fs::read(entry.path().join("cmdline")).ok()?;
                let line = String::from_utf8_lossy(&line).replace('\0', " ");
                (line.contains(&folder) && line.contains(word)).then(|| Pid::from_raw(pid))?
            })
            .collect()
    }

    /// Kills the tmux servers, as the system does when memory runs out.
    pub fn kill_tmux(&self) {
        let servers = self.processes("tmux -u ");
        assert!(!servers.is_empty(), "no tmux server runs");
        for server in servers {
            let _gone = kill_process(server, Signal::KILL);
        }
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let left = self.processes("");
            if left.is_empty() || Instant::now() > deadline {
                return;
            }
            for pid in left {
                let _gone = kill_process(pid, Signal::KILL);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
