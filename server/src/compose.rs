//! Puts the parts together: engines behind the domain's ports, services above them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use agents::{ClaudeDriver, ClaudeSettings, DemoDriver, Launcher};
use cloud::aws::identity::VaultError;
use cloud::local::LocalHosting;
use domain::accounts::Accounts;
use domain::agents::AgentDriver;
use domain::chat::{ChatSettings, Chats};
use domain::clock::{Clock, SystemClock};
use domain::folders::Folders;
use domain::history::History;
use domain::live::Hub;
use domain::projects::Projects;
use domain::proof::Proofs;
use domain::publishing::{Announce, Announcement, Publishing};
use domain::records::Records;
use domain::services::Services;
use domain::sessions::Sessions;
use domain::shares::Shares;
use domain::table::TableError;
use domain::terminals::Terminals;
use domain::windows::Windows;
use domain::workspaces::Workspaces;
use proof::Listener;
use protocol::AgentInfo;
use protocol::live::WorkspaceEvent;
use storage::Sqlite;
use tmux::Tmux;
use tokio::sync::Notify;

use crate::hosting;
use crate::programs::OwnPrograms;
use crate::prover;
use crate::settings::{CustomAgent, Settings};
use crate::teaching::{Teaching, TeachingError};
use crate::uploads;

/// The factor on the demo agent's pace, from the server's environment.
const DEMO_SPEED: &str = "TMUX_BUILDER_DEMO_SPEED";

/// The file in which a server notes where browsers reach its sites.
const SITES_URL: &str = "sites-url";

/// Why the parts could not be put together. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The data folder cannot be used.
    #[error("the data folder {folder} cannot be used; choose another one with --data")]
    Data {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Agents of other users cannot pass through a folder above the data folder.
    #[error(
        "agents run as users of their own and cannot pass through {folder}; allow it with \
         `chmod o+x {folder}`, or choose another folder with --data"
    )]
    Impassable {
        /// The folder.
        folder: PathBuf,
    },
    /// Another server uses the data folder.
    #[error(
        "another server already uses the data folder {0}; stop it, or choose another folder with --data"
    )]
    InUse(PathBuf),
    /// The storage cannot be opened.
    #[error(transparent)]
    Storage(#[from] TableError),
    /// What is left of earlier uploads cannot be removed.
    #[error("what is left of earlier uploads cannot be removed")]
    Uploads(#[source] domain::error::Error),
    /// The key that encrypts stored access keys cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What the operator teaches agents cannot be used.
    #[error(transparent)]
    Teaching(#[from] TeachingError),
    /// An agent of the settings file would replace one of ours.
    #[error(
        "the settings file calls an agent `{0}`, which is one of the built-in ones; give it another name"
    )]
    ReservedAgent(String),
    /// There is no such agent.
    #[error(
        "there is no agent called `{0}`; use `claude`, `demo`, or a name from [agents.NAME] in the settings file"
    )]
    UnknownAgent(String),
}

/// What the command line and the server have in common: storage, folders and hosting.
pub struct Base {
    /// The storage, to be closed at the end.
    pub table: Arc<Sqlite>,
    /// Typed access to it.
    pub records: Records,
    /// The data folder.
    pub folders: Folders,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

impl Base {
    /// Opens the data folder.
    ///
    /// # Errors
    /// The folder or the storage in it cannot be used.
    pub async fn open(data: &Path) -> Result<Self, ComposeError> {
        let failed = |source| ComposeError::Data {
            folder: data.to_path_buf(),
            source,
        };
        let data = std::path::absolute(data).map_err(failed)?;
        let separate_users = rustix::process::geteuid().is_root();
        let folders = Folders::new(data.clone(), separate_users);
        folders.prepare().map_err(failed)?;
        if separate_users {
            check_passable(&data)?;
        }
        let table = Arc::new(Sqlite::open(data.join("tmux-builder.db")).await?);
        let records = Records::new(Arc::clone(&table) as _);
        Ok(Self {
            table,
            records,
            folders,
            clock: Arc::new(SystemClock),
        })
    }

    /// The workspaces service alone, for the command line.
    #[must_use]
    pub fn workspaces(&self) -> Workspaces {
        Workspaces::new(
            self.records.clone(),
            Arc::clone(&self.clock),
            self.folders.clone(),
        )
    }

    /// The projects service alone, for the command line.
    #[must_use]
    pub fn projects(&self) -> Projects {
        Projects::new(
            self.records.clone(),
            Arc::clone(&self.clock),
            self.folders.clone(),
        )
    }

    /// Where browsers reach the sites of the last server on this data folder; `{name}` stands for
    /// a site's name.
    #[must_use]
    pub fn sites_url(&self) -> String {
        fs::read_to_string(self.folders.data().join(SITES_URL))
            .unwrap_or_else(|_| "http://{name}.localhost:3001".to_owned())
    }

    /// Notes where browsers reach sites, for the command line.
    ///
    /// # Errors
    /// The data folder cannot be written.
    pub fn note_sites_url(&self, pattern: &str) -> Result<(), ComposeError> {
        let path = self.folders.data().join(SITES_URL);
        fs::write(&path, pattern).map_err(|source| ComposeError::Data {
            folder: path,
            source,
        })
    }

    /// The accounts service alone, for the command line.
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        Accounts::new(self.records.clone(), Arc::clone(&self.clock))
    }
}

/// Everything that the server runs with.
pub struct Parts {
    /// The services.
    pub services: Arc<Services>,
    /// What this machine serves itself, for the listener of sites.
    pub hosting: Arc<LocalHosting>,
    /// The terminals, to be let go at the end.
    pub terminals: Arc<Tmux>,
}

/// Where the server is, once its listeners are bound.
#[derive(Clone, Debug)]
pub struct Urls {
    /// Where agents on this machine reach the server.
    pub server: String,
    /// Where browsers reach a site; `{name}` stands for its name.
    pub sites: String,
    /// Where this machine reaches the sites.
    pub listener: Listener,
}

/// Builds the services.
///
/// # Errors
/// The settings name an agent that does not exist, or the program cannot be put where agents can
/// reach it, or the stored access keys cannot be decrypted.
pub async fn parts(
    base: &Base,
    settings: &Settings,
    custom: &BTreeMap<String, CustomAgent>,
    urls: Urls,
) -> Result<Parts, ComposeError> {
    let Base {
        records,
        folders,
        clock,
        ..
    } = base;
    let program = place_program(&folders.program()).map_err(|source| ComposeError::Data {
        folder: folders.program(),
        source,
    })?;
    let terminals = Arc::new(Tmux::new(tmux::Settings::new(socket_folder(folders))));
    let launcher = Launcher::new(program.clone(), settings.agent_prefix.clone());
    let drivers = drivers(
        &(Arc::clone(&terminals) as _),
        &launcher,
        &settings.claude,
        custom,
    )?;
    let agent = default_agent(settings, &drivers)?;
    let teaching = Teaching::read(&settings.teaching)?;
    let hub = Arc::new(Hub::default());
    let projects = base.projects();
    let sessions = Sessions::new(
        records.clone(),
        Arc::clone(clock),
        projects.clone(),
        Arc::clone(&hub),
        agent,
    );
    let hosted = hosting::open(base, &settings.publishing, urls.sites).await?;
    if let Some(upkeep) = hosted.upkeep {
        upkeep.begin();
    }
    let live_release = Arc::new(Notify::new());
    let publishing = Publishing::new(
        records.clone(),
        Arc::clone(clock),
        hosted.engine,
        announce(Arc::clone(&hub), Arc::clone(&live_release)),
    );
    let uploads = uploads::open(base, settings.uploads, program.clone()).await;
    let uploads = uploads.map_err(ComposeError::Uploads)?;
    let chats = Chats::new(
        records.clone(),
        Arc::clone(clock),
        Arc::clone(&hub),
        folders.clone(),
        projects.clone(),
        sessions.clone(),
        publishing.clone(),
        uploads.clone(),
        drivers,
        hosted.cloud,
        ChatSettings {
            idle_after: settings.idle_after,
            acknowledge_within: settings.acknowledge_within,
            repair_rounds: settings.repair_rounds,
            running_limit: settings.max_agents,
            workspace_bytes: settings.workspace_mib.saturating_mul(1024 * 1024),
            server_url: urls.server,
            program,
            hosted_on: hosted.hosted_on,
            skills: Arc::new(teaching.skills),
            house_rules: teaching.house_rules,
        },
    );
    // People's shells are not wrapped like agents: a sandbox or another host is for agents.
    let programs = OwnPrograms::new(Launcher::new(launcher.program().to_path_buf(), Vec::new()));
    let windows = Windows::new(
        records.clone(),
        folders.clone(),
        projects.clone(),
        sessions.clone(),
        Arc::clone(&terminals) as _,
        Arc::new(programs),
    );
    let shares = Shares::new(
        records.clone(),
        Arc::clone(clock),
        sessions.clone(),
        chats.clone(),
    );
    let proofs = Proofs::new(
        records.clone(),
        Arc::clone(clock),
        Arc::clone(&hub),
        folders.clone(),
        publishing.clone(),
        chats.clone(),
        Arc::new(prover::new(settings, folders, urls.listener)),
        live_release,
    );
    let services = Services {
        accounts: base.accounts(),
        workspaces: base.workspaces(),
        projects,
        sessions,
        chats,
        shares,
        history: History::new(records.clone(), folders.clone()),
        uploads,
        windows,
        publishing,
        proofs,
        hub,
    };
    Ok(Parts {
        services: Arc::new(services),
        hosting: hosted.local,
        terminals,
    })
}

fn drivers(
    terminals: &Arc<dyn Terminals>,
    launcher: &Launcher,
    own_claude: &Path,
    custom: &BTreeMap<String, CustomAgent>,
) -> Result<HashMap<String, Arc<dyn AgentDriver>>, ComposeError> {
    let speed = std::env::var(DEMO_SPEED)
        .ok()
        .and_then(|speed| speed.parse().ok());
    let demo = DemoDriver::new(Arc::clone(terminals), launcher.clone(), speed);
    let claude = |program: &Path| {
        ClaudeDriver::new(
            Arc::clone(terminals),
            launcher.clone(),
            claude_settings(program),
        )
    };
    let mut drivers: HashMap<String, Arc<dyn AgentDriver>> = HashMap::new();
    drivers.insert("demo".to_owned(), Arc::new(demo));
    drivers.insert("claude".to_owned(), Arc::new(claude(own_claude)));
    for (name, agent) in custom {
        if drivers.contains_key(name) {
            return Err(ComposeError::ReservedAgent(name.clone()));
        }
        let driver = claude(&agent.program).named(name, &agent.label);
        drivers.insert(name.clone(), Arc::new(driver));
    }
    Ok(drivers)
}

/// The agent of new sessions: the one of the settings, or Claude if it is installed.
fn default_agent(
    settings: &Settings,
    drivers: &HashMap<String, Arc<dyn AgentDriver>>,
) -> Result<AgentInfo, ComposeError> {
    let name = match &settings.agent {
        Some(name) => name.as_str(),
        None if claude_settings(&settings.claude).find().is_some() => "claude",
        None => "demo",
    };
    let driver = drivers
        .get(name)
        .ok_or_else(|| ComposeError::UnknownAgent(name.to_owned()))?;
    Ok(driver.info())
}

/// How the Claude at `program` is run.
#[must_use]
pub fn claude_settings(program: &Path) -> ClaudeSettings {
    let program = program.display().to_string();
    ClaudeSettings {
        program,
        ..ClaudeSettings::from_environment(std::env::vars())
    }
}

/// Tells those who watch; `live_release` wakes who checks releases.
fn announce(hub: Arc<Hub>, live_release: Arc<Notify>) -> Announce {
    Arc::new(move |announcement| {
        let (guid, event) = match announcement {
            Announcement::Site(site) => (site.guid.clone(), WorkspaceEvent::Site { site }),
            Announcement::Progress { guid, progress } => {
                (guid, WorkspaceEvent::SiteProgress { progress })
            }
            Announcement::ToCheck { guid, proof } => {
                live_release.notify_one();
                (guid, WorkspaceEvent::Proof { proof })
            }
            Announcement::Removed { guid, site } => (guid, WorkspaceEvent::SiteRemoved { site }),
        };
        hub.tell_workspace(&guid, event);
    })
}

/// Where tmux keeps its sockets: in the data folder, unless its path is too long for one.
#[must_use]
pub fn socket_folder(folders: &Folders) -> PathBuf {
    /// What a socket's path may have, less the name of a socket and the slash before it.
    const LONGEST: usize = 107 - 18;
    let folder = folders.data().join("tmux");
    if folder.as_os_str().len() <= LONGEST {
        return folder;
    }
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let name: String = digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    std::env::temp_dir().join(format!("tmux-builder-{name}"))
}

/// Puts this program where agents of other users can run it, and returns that place. A link if the
/// file system allows it, so that it costs nothing.
fn place_program(place: &Path) -> io::Result<PathBuf> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let own = std::env::current_exe()?;
    let is_placed = || {
        let (own, placed) = (fs::metadata(&own).ok()?, fs::metadata(place).ok()?);
        Some((own.dev(), own.ino()) == (placed.dev(), placed.ino()))
    };
    if is_placed() != Some(true) {
        let draft = place.with_extension(std::process::id().to_string());
        let _absent = fs::remove_file(&draft);
        if fs::hard_link(&own, &draft).is_err() {
            fs::copy(&own, &draft)?;
        }
        fs::set_permissions(&draft, fs::Permissions::from_mode(0o755))?;
        fs::rename(&draft, place)?;
    }
    Ok(place.to_path_buf())
}

/// Checks that other users can pass through every folder above `data`.
fn check_passable(data: &Path) -> Result<(), ComposeError> {
    use std::os::unix::fs::PermissionsExt as _;
    for folder in data.ancestors() {
        let passable = fs::metadata(folder).is_ok_and(|it| it.permissions().mode() & 0o001 != 0);
        if !passable {
            return Err(ComposeError::Impassable {
                folder: folder.to_path_buf(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_agents_do_not_replace_the_built_in_ones() {
        let folder = tempfile::tempdir().unwrap();
        let terminals = Tmux::new(tmux::Settings::new(folder.path().to_path_buf()));
        let terminals: Arc<dyn Terminals> = Arc::new(terminals);
        let launcher = Launcher::new(PathBuf::from("/bin/true"), Vec::new());
        let drivers_with = |name: &str| {
            let agent = CustomAgent {
                program: PathBuf::from("/opt/agent"),
                label: "Agent".to_owned(),
            };
            let custom = BTreeMap::from([(name.to_owned(), agent)]);
            drivers(&terminals, &launcher, Path::new("claude"), &custom)
        };
        let drivers = drivers_with("mine").unwrap();
        for (name, label) in [
            ("mine", "Agent"),
            ("claude", "Claude Code"),
            ("demo", "Demo agent"),
        ] {
            let info = drivers[name].info();
            assert_eq!((info.name.as_str(), info.label.as_str()), (name, label));
        }
        assert_eq!(drivers.len(), 3);
        for name in ["claude", "demo"] {
            let refused = drivers_with(name).err();
            assert!(
                matches!(&refused, Some(ComposeError::ReservedAgent(it)) if it == name),
                "{refused:?}"
            );
        }
    }
}
