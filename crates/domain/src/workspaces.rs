//! Workspaces: the unit of isolation.

pub mod record;

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use protocol::{Account, ApiError, Guid, Role, SUMMARY_BYTES, Summary, Workspace};
use serde::{Deserialize, Serialize};

use crate::actor::{Actor, Via};
use crate::authorise::{Action, authorise};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::folders::Folders;
use crate::publishing::beneath;
use crate::records::{Record, Records, put};
use crate::table::{Condition, Key};
use record::{MemberRecord, WorkspaceRecord};

/// Workspaces that one account may own. Each has a tmux server and a system user of its own.
const OWNED_LIMIT: usize = 50;

/// The name of the workspace that an owner's new account begins with.
const FIRST_NAME: &str = "My workspace";

/// Counts the workspaces ever made on this server.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Counter {
    workspaces: u32,
}

impl Counter {
    fn its_key() -> Key {
        Key::new("SERVER", "COUNTER")
    }
}

impl Record for Counter {
    const WHAT: &'static str = "workspace counter";

    fn key(&self) -> Key {
        Self::its_key()
    }
}

/// The workspaces service.
#[derive(Clone)]
pub struct Workspaces {
    records: Records,
    clock: Arc<dyn Clock>,
    folders: Folders,
}

impl Workspaces {
    /// A service over these parts.
    #[must_use]
    pub fn new(records: Records, clock: Arc<dyn Clock>, folders: Folders) -> Self {
        Self {
            records,
            clock,
            folders,
        }
    }

    /// The workspaces of the actor's account, oldest first.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Workspace>> {
        let query = MemberRecord::memberships_of(actor.account.id);
        let mut workspaces = Vec::new();
        for member in self.records.query::<MemberRecord>(query).await? {
            match self.get(actor, &member.guid).await {
                Ok(workspace) => workspaces.push(workspace),
                // A token or an agent may know fewer workspaces than its account.
                Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        workspaces.sort_by_key(|workspace| workspace.created_at);
        Ok(workspaces)
    }

    /// One workspace.
    ///
    /// # Errors
    /// Not found if there is none or the actor may not know of it.
    pub async fn get(&self, actor: &Actor, guid: &Guid) -> Result<Workspace> {
        let role = authorise(&self.records, actor, guid, Action::ReadWorkspace).await?;
        let key = WorkspaceRecord::key_of(guid);
        Ok(view(
            self.records.require::<WorkspaceRecord>(&key).await?.value,
            role,
        ))
    }

    /// What the workspace's agents have written into `summary.md`.
    ///
    /// # Errors
    /// Not found if there is no such workspace or the actor may not know of it; or the file cannot
    /// be read.
    pub async fn summary(&self, actor: &Actor, guid: &Guid) -> Result<Summary> {
        authorise(&self.records, actor, guid, Action::ReadWorkspace).await?;
        let folder = self.folders.workspace(guid);
        let read = tokio::task::spawn_blocking(move || read_summary(&folder)).await;
        read.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
            .map_err(|source| Error::Io {
                what: "summary.md",
                source,
            })
    }

    /// Makes a workspace that the actor's account owns, with its folder.
    ///
    /// # Errors
    /// Refused for agents and tokens without the right scope, for bad names, and at the limit.
    pub async fn create(&self, actor: &Actor, name: &str) -> Result<Workspace> {
        may_create(actor)?;
        let name = protocol::name("name", name)?;
        self.check_limit(actor).await?;
        let workspace = self.store(actor, name).await?;
        self.folders
            .make_workspace(&workspace.guid, workspace.number)
            .map_err(|source| Error::Io {
                what: "the workspace's folder",
                source,
            })?;
        Ok(view(workspace, Role::Owner))
    }

    /// Makes the workspace that an owner's new account begins with.
    ///
    /// # Errors
    /// The storage or the folder fails. The account can make a workspace itself then.
    pub async fn create_first(&self, account: &Account) -> Result<Workspace> {
        let actor = Actor {
            account: account.clone(),
            via: Via::Operator,
        };
        self.create(&actor, FIRST_NAME).await
    }

    async fn check_limit(&self, actor: &Actor) -> Result<()> {
        let query = MemberRecord::memberships_of(actor.account.id);
        let members = self.records.query::<MemberRecord>(query).await?;
        if members
            .iter()
            .filter(|member| member.role == Role::Owner)
            .count()
            < OWNED_LIMIT
        {
            return Ok(());
        }
        Err(ApiError::limit(format!("An account owns at most {OWNED_LIMIT} workspaces.")).into())
    }

    /// Stores a new workspace under a guid whose short id nobody else has.
    async fn store(&self, actor: &Actor, name: String) -> Result<WorkspaceRecord> {
        let number = self.next_number().await?;
        loop {
            let guid = Guid::from_bytes(rand::random());
            let workspace = WorkspaceRecord {
                guid: guid.clone(),
                name: name.clone(),
                created_at: self.clock.now(),
                archived: false,
                number,
            };
            let owner = MemberRecord {
                guid: guid.clone(),
                account: actor.account.id,
                role: Role::Owner,
            };
            let claim = ShortId {
                short: guid.short().to_owned(),
                guid,
            };
            let writes = vec![
                put(&claim, Condition::Absent),
                put(&workspace, Condition::Absent),
                put(&owner, Condition::Absent),
            ];
            match self.records.transact(writes).await {
                Err(error) if error.failed_condition().is_some() => {}
                other => return other.map(|()| workspace),
            }
        }
    }

    async fn next_number(&self) -> Result<u32> {
        let start = put(&Counter::default(), Condition::Absent);
        match self.records.transact(vec![start]).await {
            Err(error) if error.failed_condition().is_none() => return Err(error),
            _ => {}
        }
        self.records
            .update::<Counter, _>(&Counter::its_key(), |counter| {
                counter.workspaces += 1;
                Ok(counter.workspaces)
            })
            .await
    }

    /// Renames a workspace.
    ///
    /// # Errors
    /// Refused for all but owners, and for bad names.
    pub async fn rename(&self, actor: &Actor, guid: &Guid, name: &str) -> Result<Workspace> {
        let role = authorise(&self.records, actor, guid, Action::Manage).await?;
        let name = protocol::name("name", name)?;
        self.update(guid, role, |workspace| workspace.name.clone_from(&name))
            .await
    }

    /// Puts a workspace away, or takes it out again. What runs in its sessions is not this
    /// service's: see [`crate::services::Services::archive_workspace`].
    ///
    /// # Errors
    /// Refused for all but owners.
    pub(crate) async fn set_archived(
        &self,
        actor: &Actor,
        guid: &Guid,
        archived: bool,
    ) -> Result<Workspace> {
        let role = authorise(&self.records, actor, guid, Action::Archive).await?;
        self.update(guid, role, |workspace| workspace.archived = archived)
            .await
    }

    async fn update(
        &self,
        guid: &Guid,
        role: Role,
        change: impl Fn(&mut WorkspaceRecord) + Send,
    ) -> Result<Workspace> {
        self.records
            .update::<WorkspaceRecord, _>(&WorkspaceRecord::key_of(guid), |workspace| {
                change(workspace);
                Ok(view(workspace.clone(), role))
            })
            .await
    }
}

/// Reads `summary.md` in a workspace's folder. Agents write it, and may have put something else in
/// its place.
fn read_summary(folder: &Path) -> io::Result<Summary> {
    let opened = match File::open(folder) {
        Ok(folder) => beneath::open(folder, Path::new("summary.md")),
        Err(error) => Err(error),
    };
    let file = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Summary::default()),
        opened => opened?,
    };
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    let mut content = Vec::new();
    file.take(SUMMARY_BYTES as u64 + 1)
        .read_to_end(&mut content)?;
    let shortened = content.len() > SUMMARY_BYTES;
    content.truncate(SUMMARY_BYTES);
    let mut text = String::from_utf8_lossy(&content).into_owned();
    if shortened {
        // A character that was cut in two.
        let kept = text.trim_end_matches(char::REPLACEMENT_CHARACTER).len();
        text.truncate(kept);
    }
    Ok(Summary { text, shortened })
}

/// Claims the short id of a guid: two workspaces with one short id would share cloud names.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct ShortId {
    short: String,
    guid: Guid,
}

impl Record for ShortId {
    const WHAT: &'static str = "short id";

    fn key(&self) -> Key {
        Key::new(format!("SHORTID#{}", self.short), "SHORTID")
    }
}

fn may_create(actor: &Actor) -> Result<(), ApiError> {
    match &actor.via {
        Via::SignIn(_) | Via::Operator => Ok(()),
        Via::Token { scopes, .. } if scopes.contains(&protocol::Scope::SessionsWrite) => Ok(()),
        Via::Token { .. } => Err(ApiError::forbidden(
            "This token lacks the scope sessions:write.",
        )),
        Via::Agent { .. } => Err(ApiError::forbidden("An agent may not do this.")),
    }
}

fn view(record: WorkspaceRecord, role: Role) -> Workspace {
    let WorkspaceRecord {
        guid,
        name,
        created_at,
        archived,
        number: _,
    } = record;
    Workspace {
        guid,
        name,
        role,
        created_at,
        archived,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_summary_is_read_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("summary.md");
        assert_eq!(read_summary(folder.path()).unwrap(), Summary::default());
        fs::write(&place, "# Done").unwrap();
        let summary = read_summary(folder.path()).unwrap();
        assert_eq!(
            (summary.text.as_str(), summary.shortened),
            ("# Done", false)
        );
        fs::write(&place, format!("a{}", "é".repeat(SUMMARY_BYTES / 2))).unwrap();
        let summary = read_summary(folder.path()).unwrap();
        assert!(summary.shortened && summary.text.ends_with('é'));
        assert_eq!(summary.text.len(), SUMMARY_BYTES - 1);
        fs::write(&place, b"\xff\xfe").unwrap();
        assert!(!read_summary(folder.path()).unwrap().text.is_empty());
    }

    #[test]
    fn a_summary_that_leads_out_or_waits_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("summary.md");
        std::os::unix::fs::symlink("/etc/passwd", &place).unwrap();
        assert!(read_summary(folder.path()).is_err());
        fs::remove_file(&place).unwrap();
        let kind = rustix::fs::FileType::Fifo;
        rustix::fs::mknodat(rustix::fs::CWD, &place, kind, 0o600.into(), 0).unwrap();
        assert!(read_summary(folder.path()).is_err());
    }
}
