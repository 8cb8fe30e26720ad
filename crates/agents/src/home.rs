//! The agent's own folder. The agent may write there what it likes, links and pipes included, so
//! the server follows no link in it, waits for no pipe, and replaces files rather than write them.

use std::fs::{DirBuilder, Permissions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _, fchown, lchown};
use std::path::{Path, PathBuf};

use domain::agents::Run;
use protocol::Secret;
use rustix::fs::{Mode, OFlags};
use serde_json::{Map, Value, json};

/// Bytes of a settings file that are read. A larger one is replaced.
const SETTINGS_BYTES: u64 = 16 * 1024 * 1024;
/// The name by which agents know our tool server.
pub(crate) const TOOL_SERVER: &str = "tmux-builder";

/// An agent's home and whose it is.
pub(crate) struct Home<'a> {
    folder: &'a Path,
    user: Option<u32>,
}

impl<'a> Home<'a> {
    /// The home of the run's agent, made if absent.
    pub(crate) fn of(run: &'a Run) -> io::Result<Self> {
        let home = Self {
            folder: &run.home,
            user: run.user,
        };
        home.own(&run.home)?;
        Ok(home)
    }

    /// Makes a folder in it.
    pub(crate) fn make_folder(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.folder.join(name);
        self.own(&folder)?;
        Ok(folder)
    }

    fn own(&self, folder: &Path) -> io::Result<()> {
        match DirBuilder::new().mode(0o700).create(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if !folder.symlink_metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        self.user
            .map_or(Ok(()), |user| lchown(folder, Some(user), Some(user)))
    }

    /// Replaces a file as a whole. Only the agent can read it.
    pub(crate) fn replace(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder.join(name);
        let mut file = tempfile::NamedTempFile::new_in(self.folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file()
            .set_permissions(Permissions::from_mode(0o600))?;
        if let Some(user) = self.user {
            fchown(file.as_file(), Some(user), Some(user))?;
        }
        file.persist(&path)?;
        Ok(path)
    }

    /// Removes a file or a folder with all that is in it, if it is there. A link is removed, not what
    /// it leads to.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.folder.join(name);
        let removed = match path.symlink_metadata() {
            Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
            Ok(_) => std::fs::remove_file(path),
            Err(error) => Err(error),
        };
        removed.or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })
    }

    /// Changes a JSON file and keeps what else is in it. Not while the agent runs: it writes too.
    pub(crate) fn merge(
        &self,
        name: &str,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> io::Result<()> {
        let mut settings = self.read(name).unwrap_or_default();
        change(&mut settings);
        self.replace(name, &Value::from(settings).to_string())?;
        Ok(())
    }

    fn read(&self, name: &str) -> Option<Map<String, Value>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::open(self.folder.join(name), flags, Mode::empty()).ok()?;
        let file = std::fs::File::from(file);
        if !file.metadata().ok()?.is_file() {
            return None;
        }
        let mut text = Vec::new();
        file.take(SETTINGS_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Writes where the agent's tools are. In a file, for it holds the session's bearer token.
    pub(crate) fn write_tools(&self, url: &str, token: &Secret) -> io::Result<PathBuf> {
        let server = json!({
            "type": "http",
            "url": url,
            "headers": {"Authorization": format!("Bearer {}", token.reveal())},
        });
        self.replace(
            "mcp.json",
            &json!({"mcpServers": {TOOL_SERVER: server}}).to_string(),
        )
    }
}
