//! Projects: what is being built in a workspace.

use std::path::PathBuf;
use std::sync::Arc;

use protocol::{ApiError, Guid, Project, ProjectId, names};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::folders::Folders;
use crate::hosting::Bundle;
use crate::publishing::bundle;
use crate::records::{Record, Records, put};
use crate::table::{Condition, Key, Query, Write};
use crate::workspaces::record::{MemberRecord, WorkspaceRecord};

/// Names that a slug may be tried with before the project is refused: `tea`, `tea-2`, … `tea-99`.
const SLUG_TRIES: u32 = 99;

/// A stored project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectRecord {
    /// The project as people see it.
    #[serde(flatten)]
    pub project: Project,
    /// Sessions made so far; the next one's number is one more.
    pub sessions: u32,
}

impl ProjectRecord {
    /// The key of the project `id`.
    #[must_use]
    pub fn key_of(id: ProjectId) -> Key {
        Key::new(format!("PROJECT#{id}"), "PROJECT")
    }
}

impl Record for ProjectRecord {
    const WHAT: &'static str = "project";

    fn key(&self) -> Key {
        Self::key_of(self.project.id)
    }

    fn index(&self) -> Option<Key> {
        let Project {
            guid,
            id,
            created_at,
            ..
        } = &self.project;
        Some(Key::new(
            format!("WORKSPACE#{guid}"),
            format!("PROJECT#{:020}#{id}", created_at.millis()),
        ))
    }
}

/// What is changed of a project; what is not given stays.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ProjectChange {
    /// What its owner calls it.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// What its agents shall keep to.
    pub rules: Option<String>,
}

/// The projects service.
#[derive(Clone)]
pub struct Projects {
    records: Records,
    clock: Arc<dyn Clock>,
    folders: Folders,
}

impl Projects {
    /// A service over these parts.
    #[must_use]
    pub fn new(records: Records, clock: Arc<dyn Clock>, folders: Folders) -> Self {
        Self {
            records,
            clock,
            folders,
        }
    }

    /// The projects of a workspace, oldest first, archived ones included.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace.
    pub async fn list(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Project>> {
        authorise(&self.records, actor, guid, Action::ReadWorkspace).await?;
        let query = Query::index(format!("WORKSPACE#{guid}")).prefix("PROJECT#");
        let found = self.records.query::<ProjectRecord>(query).await?;
        Ok(found
            .into_iter()
            .map(|stored| stored.value.project)
            .collect())
    }

    /// One project.
    ///
    /// # Errors
    /// Not found if there is none or the actor may not know of it.
    pub async fn get(&self, actor: &Actor, id: ProjectId) -> Result<Project> {
        Ok(self.record(actor, id, Action::ReadWorkspace).await?.project)
    }

    /// A project and the files in its folder, for who wants to take them elsewhere.
    ///
    /// # Errors
    /// Not found if there is none or the actor may not know of it; or the folder has more in it
    /// than a release may have.
    pub async fn source(&self, actor: &Actor, id: ProjectId) -> Result<(Project, Bundle)> {
        let project = self.get(actor, id).await?;
        let files = bundle::list(self.folder(&project)).await?;
        Ok((project, files))
    }

    /// The one project with this name, slug or id, in all workspaces of the actor's account.
    ///
    /// # Errors
    /// Invalid, on the field `project`, if there is none or there are several.
    pub async fn named(&self, actor: &Actor, named: &str) -> Result<Project> {
        if let Ok(id) = named.parse() {
            return self.get(actor, id).await;
        }
        let members = MemberRecord::memberships_of(actor.account.id);
        let mut found = Vec::new();
        for member in self.records.query::<MemberRecord>(members).await? {
            match self.list(actor, &member.guid).await {
                Ok(projects) => {
                    found.extend(
                        projects
                            .into_iter()
                            .filter(|p| p.name == named || p.slug == named),
                    );
                }
                // A token or an agent may know fewer workspaces than its account.
                Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(_), false) => {
                let message = format!("Several projects are called “{named}”; use the id.");
                Err(ApiError::invalid("project", message).into())
            }
            (None, _) => {
                let message = format!("There is no project called “{named}”.");
                Err(ApiError::invalid("project", message).into())
            }
        }
    }

    /// The folder in which a project's agents work.
    #[must_use]
    pub fn folder(&self, project: &Project) -> PathBuf {
        self.folders.project(&project.guid, &project.slug)
    }

    /// Makes a project with a folder of its own.
    ///
    /// # Errors
    /// Refused if the actor may not work here or the input breaks a limit.
    pub async fn create(
        &self,
        actor: &Actor,
        guid: &Guid,
        name: &str,
        description: &str,
    ) -> Result<Project> {
        authorise(&self.records, actor, guid, Action::Work).await?;
        let name = protocol::name("name", name)?;
        let description = protocol::description("description", description)?;
        let project = Project {
            id: ProjectId::random(),
            guid: guid.clone(),
            slug: names::slug(&name),
            name,
            description,
            rules: String::new(),
            created_at: self.clock.now(),
            archived: false,
        };
        let project = self.claim_slug(project).await?;
        let workspace = self
            .records
            .require::<WorkspaceRecord>(&WorkspaceRecord::key_of(guid))
            .await?;
        self.folders
            .make_project(guid, &project.slug, workspace.number)
            .map_err(|source| Error::Io {
                what: "make the project's folder",
                source,
            })?;
        Ok(project)
    }

    /// Stores a new project under the first free variant of its slug.
    async fn claim_slug(&self, mut project: Project) -> Result<Project> {
        let wanted = project.slug.clone();
        for number in 1..=SLUG_TRIES {
            project.slug = numbered_slug(&wanted, number);
            let claim = Write::Put {
                key: Key::new(
                    format!("WORKSPACE#{}", project.guid),
                    format!("SLUG#{}", project.slug),
                ),
                index: None,
                value: serde_json::json!({ "project": project.id }),
                condition: Condition::Absent,
            };
            let record = ProjectRecord {
                project: project.clone(),
                sessions: 0,
            };
            match self
                .records
                .transact(vec![claim, put(&record, Condition::Absent)])
                .await
            {
                Err(error) if error.failed_condition().is_some() => {}
                other => return other.map(|()| project),
            }
        }
        let message =
            format!("There are already {SLUG_TRIES} projects of this name; choose another.");
        Err(ApiError::invalid("name", message).into())
    }

    /// Changes what people say of a project. The slug stays, for folders and addresses carry it; new
    /// rules reach an agent with its next start.
    ///
    /// # Errors
    /// Refused if the actor may not work here or the input breaks a limit; nothing is changed then.
    pub async fn edit(
        &self,
        actor: &Actor,
        id: ProjectId,
        change: ProjectChange,
    ) -> Result<Project> {
        self.record(actor, id, Action::Work).await?;
        let ProjectChange {
            name,
            description,
            rules,
        } = change;
        let name = name.map(|it| protocol::name("name", &it)).transpose()?;
        let description = description
            .map(|it| protocol::description("description", &it))
            .transpose()?;
        let rules = rules.map(|it| protocol::rules(&it)).transpose()?;
        self.update(id, move |project| {
            let fields = [
                (&mut project.name, &name),
                (&mut project.description, &description),
                (&mut project.rules, &rules),
            ];
            for (field, new) in fields {
                if let Some(new) = new {
                    field.clone_from(new);
                }
            }
        })
        .await
    }

    /// Puts a project away, or takes it out again. What runs in its sessions is not this service's:
    /// see [`crate::services::Services::archive_project`].
    ///
    /// # Errors
    /// Refused if the actor may not work here.
    pub(crate) async fn set_archived(
        &self,
        actor: &Actor,
        id: ProjectId,
        archived: bool,
    ) -> Result<Project> {
        self.record(actor, id, Action::Work).await?;
        self.update(id, move |project| project.archived = archived)
            .await
    }

    async fn update(&self, id: ProjectId, change: impl Fn(&mut Project) + Send) -> Result<Project> {
        self.records
            .update::<ProjectRecord, _>(&ProjectRecord::key_of(id), |record| {
                change(&mut record.project);
                Ok(record.project.clone())
            })
            .await
    }

    /// The stored project, if the actor may do `action` in its workspace.
    pub(crate) async fn record(
        &self,
        actor: &Actor,
        id: ProjectId,
        action: Action,
    ) -> Result<ProjectRecord> {
        let record = self.load(id).await?;
        let allowed = authorise(&self.records, actor, &record.project.guid, action).await;
        allowed.map_err(|error| error.not_found_as("project"))?;
        Ok(record)
    }

    /// The project without a check, for services that have made one.
    pub(crate) async fn load(&self, id: ProjectId) -> Result<ProjectRecord> {
        Ok(self
            .records
            .require::<ProjectRecord>(&ProjectRecord::key_of(id))
            .await?
            .value)
    }
}

fn numbered_slug(slug: &str, number: u32) -> String {
    if number == 1 {
        return slug.to_owned();
    }
    let suffix = format!("-{number}");
    let kept = slug.len().min(protocol::SLUG_CHARS - suffix.len());
    format!("{}{suffix}", slug[..kept].trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numbered_slug_keeps_the_limit() {
        assert_eq!(numbered_slug("tea", 1), "tea");
        assert_eq!(numbered_slug("tea", 2), "tea-2");
        let long = "a".repeat(protocol::SLUG_CHARS);
        assert_eq!(numbered_slug(&long, 99).len(), protocol::SLUG_CHARS);
    }
}
