//! Where things lie in the data folder, and to whom they belong.
//!
//! ```text
//! {data}/bin/tmux-builder                   this program, where agents can reach it
//! {data}/sessions/active/{guid}/            a workspace's folder
//!     projects/{slug}/                      where the agents of a project work; theirs
//!     home/                                 of people's shells; theirs
//!     summary.md                            written by agents; theirs
//!     uploads/  notify.sh  system_prompt.txt  chat_history.jsonl  chat_history.{number}.jsonl
//!     .claude/                              what its agents are taught
//! {data}/agents/{session}/home/             the agent's settings and transcripts; its own
//! {data}/agents/{session}/runs/{number}/    pipes and output of one process; the newest two stay
//! {data}/sites/                             what local hosting serves
//! {data}/uploads/                           uploads that are not complete
//! {data}/proofs/{site}/                     pictures of sites
//! {data}/browser/                           of the browser that checks sites, while it runs; its own
//! ```
//!
//! Where the server runs as root, each workspace has an operating-system user of its own, so that
//! one workspace's agents and shells cannot read another's files. The users need no names: they are
//! the numbers from [`Folders::FIRST_USER`] on.
//!
//! **Invariant**: every folder on the way to something that the server opens by path belongs to the
//! server, so that an agent can put no link, pipe or other folder in its place. What belongs to an
//! agent is marked above, and is only entered beneath an opened folder
//! (see [`crate::publishing::beneath`]). Agents read the rest by their group.

mod skills;

use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt, fchown, lchown};
use std::path::{Path, PathBuf};
use std::{fs, io};

use protocol::{Guid, SessionId, SiteId};

pub use skills::SharedFile;

/// The script by which agents report.
const NOTIFY_SCRIPT: &str = "#!/bin/sh\n\
    # Tells the chat how far the work is:  notify.sh progress \"words\"  |  notify.sh done \"words\"\n\
    exec \"${TMUX_BUILDER:-tmux-builder}\" notify \"$@\"\n";

/// The data folder.
#[derive(Clone, Debug)]
pub struct Folders {
    data: PathBuf,
    /// Whether workspaces get users of their own.
    separate_users: bool,
}

impl Folders {
    /// The first user number of workspaces; workspace 1 has the next one. Above what distributions
    /// give to people, services and containers' first ranges.
    pub const FIRST_USER: u32 = 1_700_000;

    /// The folders below `data`. Workspaces get users of their own if `separate_users`, for which
    /// the server must run as root.
    #[must_use]
    pub const fn new(data: PathBuf, separate_users: bool) -> Self {
        Self {
            data,
            separate_users,
        }
    }

    /// The data folder itself.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The program's own place in the data folder.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.data.join("bin").join("tmux-builder")
    }

    /// The home of people's shells in a workspace.
    #[must_use]
    pub fn shell_home(&self, guid: &Guid) -> PathBuf {
        self.workspace(guid).join("home")
    }

    /// Where local hosting keeps sites.
    #[must_use]
    pub fn sites(&self) -> PathBuf {
        self.data.join("sites")
    }

    /// Where the pictures of sites are.
    #[must_use]
    pub fn pictures(&self) -> PathBuf {
        self.data.join("proofs")
    }

    /// The picture of a release on a screen of this width.
    #[must_use]
    pub fn picture(&self, site: SiteId, release: u32, width: u32) -> PathBuf {
        let folder = self.pictures().join(site.to_string());
        folder.join(format!("{release}-{width}.jpg"))
    }

    /// Where the browser that checks sites keeps what it needs while it runs.
    #[must_use]
    pub fn browser(&self) -> PathBuf {
        self.data.join("browser")
    }

    /// The user that runs that browser, if not the server's own. No workspace has its number.
    #[must_use]
    pub const fn browser_user(&self) -> Option<u32> {
        self.user(0)
    }

    /// Where uploads are until they are complete.
    #[must_use]
    pub fn drafts(&self) -> PathBuf {
        self.data.join("uploads")
    }

    /// The files that people gave to a workspace.
    #[must_use]
    pub fn uploads(&self, guid: &Guid) -> PathBuf {
        self.workspace(guid).join("uploads")
    }

    /// A workspace's folder.
    #[must_use]
    pub fn workspace(&self, guid: &Guid) -> PathBuf {
        self.data
            .join("sessions")
            .join("active")
            .join(guid.as_str())
    }

    /// The folder in which a project's agents work.
    #[must_use]
    pub fn project(&self, guid: &Guid, slug: &str) -> PathBuf {
        self.workspace(guid).join("projects").join(slug)
    }

    /// A session's folder for its agent: `home/` and `runs/`.
    #[must_use]
    pub fn agent(&self, session: SessionId) -> PathBuf {
        self.data.join("agents").join(session.to_string())
    }

    /// The user that runs the agents and shells of workspace `number`, if not the server's own.
    #[must_use]
    pub const fn user(&self, number: u32) -> Option<u32> {
        if self.separate_users {
            Some(Self::FIRST_USER.saturating_add(number))
        } else {
            None
        }
    }

    /// Makes the parts of the data folder that the server needs before anything else.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub fn prepare(&self) -> io::Result<()> {
        // Agents of other users pass through these on the way to their own, but cannot list them.
        let passable = if self.separate_users { 0o711 } else { 0o700 };
        for folder in ["", "bin", "sessions", "sessions/active", "agents"] {
            make_folder(&self.data.join(folder), passable)?;
        }
        make_folder(&self.drafts(), 0o700)?;
        make_folder(&self.pictures(), 0o700)?;
        make_folder(&self.sites(), 0o700)
    }

    /// Makes a workspace's folder with all that belongs into it. Repeatable.
    ///
    /// # Errors
    /// A file or folder cannot be made.
    pub fn make_workspace(&self, guid: &Guid, number: u32) -> io::Result<()> {
        let root = self.workspace(guid);
        for folder in ["", "projects", "uploads"] {
            self.make_shown(&root.join(folder), number)?;
        }
        self.make_own(&root.join("home"), number)?;
        self.make_own_file(&root.join("summary.md"), number)?;
        replace_file(&root.join("notify.sh"), NOTIFY_SCRIPT, 0o755)
    }

    /// Makes a project's folder. Repeatable.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn make_project(&self, guid: &Guid, slug: &str, number: u32) -> io::Result<()> {
        self.make_workspace(guid, number)?;
        self.make_own(&self.project(guid, slug), number)
    }

    /// Makes a session's agent folder. Repeatable.
    ///
    /// # Errors
    /// A folder cannot be made.
    pub fn make_agent(&self, session: SessionId, number: u32) -> io::Result<()> {
        let folder = self.agent(session);
        make_folder(&folder, if self.separate_users { 0o711 } else { 0o700 })?;
        make_folder(
            &folder.join("runs"),
            if self.separate_users { 0o711 } else { 0o700 },
        )?;
        self.make_own(&folder.join("home"), number)
    }

    /// Removes the folders of a session's runs whose number is below `kept`.
    ///
    /// # Errors
    /// One of them cannot be removed; the others are.
    pub fn forget_runs(&self, session: SessionId, kept: u32) -> io::Result<()> {
        let entries = match fs::read_dir(self.agent(session).join("runs")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        let mut result = Ok(());
        for entry in entries {
            let entry = entry?;
            let number = entry.file_name().to_str().and_then(|it| it.parse().ok());
            if number.is_some_and(|number: u32| number < kept) {
                result = result.and(fs::remove_dir_all(entry.path()));
            }
        }
        result
    }

    /// Writes a file of the server's into a workspace's folder, readable for its agents.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_workspace_file(&self, guid: &Guid, name: &str, text: &str) -> io::Result<()> {
        replace_file(&self.workspace(guid).join(name), text, 0o644)
    }

    /// Lets the agents of workspace `number` read a file of the server's, and nobody else.
    ///
    /// # Errors
    /// The file's mode or group cannot be changed.
    pub fn show_file(&self, file: &fs::File, number: u32) -> io::Result<()> {
        let Some(user) = self.user(number) else {
            return file.set_permissions(fs::Permissions::from_mode(0o600));
        };
        fchown(file, None, Some(user))?;
        file.set_permissions(fs::Permissions::from_mode(0o640))
    }

    /// Makes a folder of the server's that the workspace's agents may look into.
    fn make_shown(&self, folder: &Path, number: u32) -> io::Result<()> {
        make_folder(folder, 0o750)?;
        match self.user(number) {
            Some(user) => lchown(folder, None, Some(user)),
            None => Ok(()),
        }
    }

    /// Makes a folder of the workspace's agents.
    fn make_own(&self, folder: &Path, number: u32) -> io::Result<()> {
        make_folder(folder, 0o700)?;
        self.give(folder, number)
    }

    /// Makes a file of the workspace's agents, empty, unless it is there.
    fn make_own_file(&self, path: &Path, number: u32) -> io::Result<()> {
        match fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
        {
            Ok(_) => self.give(path, number),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn give(&self, path: &Path, number: u32) -> io::Result<()> {
        match self.user(number) {
            Some(user) => lchown(path, Some(user), Some(user)),
            None => Ok(()),
        }
    }
}

fn make_folder(folder: &Path, mode: u32) -> io::Result<()> {
    match fs::DirBuilder::new().mode(mode).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(folder)?;
            if found.is_dir() { Ok(()) } else { Err(error) }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            fs::set_permissions(folder, fs::Permissions::from_mode(mode))
        }
        other => other,
    }
}

/// Replaces a file as a whole: a reader sees the old text or the new, never a part.
fn replace_file(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let draft = path.with_extension("new");
    fs::remove_file(&draft).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(&draft)?;
    // The mode above is subject to the process's mask.
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    fs::rename(draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_folder_is_private_and_complete() {
        let data = tempfile::tempdir().unwrap();
        let folders = Folders::new(data.path().join("data"), false);
        let guid = Guid::from_bytes([1; 32]);
        folders.prepare().unwrap();
        folders.make_workspace(&guid, 1).unwrap();
        folders.make_project(&guid, "tea-shop", 1).unwrap();
        folders.make_project(&guid, "tea-shop", 1).unwrap();
        let root = folders.workspace(&guid);
        assert!(root.ends_with(format!("sessions/active/{guid}")));
        assert_eq!(
            fs::metadata(&root).unwrap().permissions().mode() & 0o777,
            0o750
        );
        assert!(root.join("uploads").is_dir());
        assert!(folders.project(&guid, "tea-shop").is_dir());
        assert_eq!(
            fs::metadata(root.join("notify.sh"))
                .unwrap()
                .permissions()
                .mode()
                & 0o111,
            0o111
        );
    }

    #[test]
    fn old_runs_are_forgotten_and_nothing_else() {
        let data = tempfile::tempdir().unwrap();
        let folders = Folders::new(data.path().to_path_buf(), false);
        let session = SessionId::random();
        folders.forget_runs(session, 3).unwrap();
        let runs = folders.agent(session).join("runs");
        for name in ["1", "2", "10", "note"] {
            fs::create_dir_all(runs.join(name).join("below")).unwrap();
        }
        folders.forget_runs(session, 3).unwrap();
        let entries = fs::read_dir(runs).unwrap();
        let mut left: Vec<_> = entries.map(|it| it.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["10", "note"]);
    }

    #[test]
    fn a_link_in_place_of_a_script_is_replaced_and_not_followed() {
        let data = tempfile::tempdir().unwrap();
        let folders = Folders::new(data.path().join("data"), false);
        let guid = Guid::from_bytes([1; 32]);
        folders.prepare().unwrap();
        folders.make_workspace(&guid, 1).unwrap();
        let target = data.path().join("precious");
        fs::write(&target, "precious").unwrap();
        let script = folders.workspace(&guid).join("notify.sh");
        fs::remove_file(&script).unwrap();
        std::os::unix::fs::symlink(&target, &script).unwrap();
        folders.make_workspace(&guid, 1).unwrap();
        assert_eq!(fs::read_to_string(target).unwrap(), "precious");
        assert!(fs::read_to_string(script).unwrap().contains("notify"));
    }

    #[test]
    fn what_leads_to_an_agents_folder_is_the_servers() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        use std::os::unix::fs::MetadataExt as _;
        let data = tempfile::tempdir().unwrap();
        let folders = Folders::new(data.path().join("data"), true);
        let guid = Guid::from_bytes([1; 32]);
        folders.prepare().unwrap();
        folders.make_project(&guid, "tea", 7).unwrap();
        let root = folders.workspace(&guid);
        let user = folders.user(7).unwrap();
        let owner = |path: &Path| fs::metadata(path).map(|it| (it.uid(), it.gid())).unwrap();
        for server in ["", "projects", "uploads"] {
            assert_eq!(owner(&root.join(server)), (0, user), "{server}");
        }
        for agent in ["projects/tea", "home", "summary.md"] {
            assert_eq!(owner(&root.join(agent)), (user, user), "{agent}");
        }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let data = tempfile::tempdir().unwrap();
        let folders = Folders::new(data.path().to_path_buf(), false);
        let guid = Guid::from_bytes([1; 32]);
        folders.prepare().unwrap();
        folders.make_workspace(&guid, 1).unwrap();
        for text in ["one", "two"] {
            folders
                .write_workspace_file(&guid, "system_prompt.txt", text)
                .unwrap();
            let path = folders.workspace(&guid).join("system_prompt.txt");
            assert_eq!(fs::read_to_string(path).unwrap(), text);
        }
    }
}
