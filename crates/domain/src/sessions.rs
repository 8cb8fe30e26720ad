//! Sessions: numbered runs of an agent in a project.

use std::sync::Arc;

use protocol::live::WorkspaceEvent;
use protocol::{
    AccountId, AgentInfo, ApiError, Guid, PermissionPolicy, Project, ProjectId, Session, SessionId,
    SessionStatus,
};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::chat::record::{ChatRecord, partition};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::live::Hub;
use crate::projects::{ProjectRecord, Projects};
use crate::records::{Record, Records, check, put};
use crate::table::{Condition, Key, Query, Write};
use crate::workspaces::record::WorkspaceRecord;

/// Sessions in one workspace, archived ones included.
const WORKSPACE_LIMIT: usize = Query::MAX_LIMIT;
/// Characters of a title made from a first message.
const TITLE_CHARS: usize = 60;

/// What is known of a session besides its chat. Changes rarely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionRecord {
    /// The session; its `status`, `cost_usd` and `active_at` are those of the [`ChatRecord`].
    pub session: Session,
    /// Who made it. Its agent acts in this account's name.
    pub made_by: AccountId,
    /// Whether it has a title of its own yet, from a person or from the first message.
    pub titled: bool,
}

impl SessionRecord {
    /// The key of a session.
    #[must_use]
    pub fn key_of(session: SessionId) -> Key {
        Key::new(partition(session), "SESSION")
    }

    /// A workspace's sessions, project by project.
    pub(crate) async fn all_of(records: &Records, guid: &Guid) -> Result<Vec<Self>> {
        let query = Query::index(format!("WORKSPACE#{guid}")).prefix("SESSION#");
        let found = records.query::<Self>(query).await?;
        Ok(found.into_iter().map(|stored| stored.value).collect())
    }

    /// Takes a title from what was said first, unless there is one.
    pub(crate) fn suggest_title(&mut self, message: &str) {
        let title = title_of(message);
        if !self.titled && !title.is_empty() {
            self.session.title = title;
            self.titled = true;
        }
    }

    fn with(self, chat: &ChatRecord) -> Session {
        Session {
            status: chat.status.clone(),
            cost_usd: chat.cost_usd,
            active_at: chat.active_at,
            ..self.session
        }
    }
}

impl Record for SessionRecord {
    const WHAT: &'static str = "session";

    fn key(&self) -> Key {
        Self::key_of(self.session.id)
    }

    fn index(&self) -> Option<Key> {
        let Session {
            guid,
            project,
            number,
            ..
        } = &self.session;
        Some(Key::new(
            format!("WORKSPACE#{guid}"),
            format!("SESSION#{project}#{number:010}"),
        ))
    }
}

/// What a new session begins with.
#[derive(Clone, Debug, Default)]
pub struct NewSession {
    /// What it is meant to reach; may be empty.
    pub objectives: String,
    /// What its agent may do without asking.
    pub policy: PermissionPolicy,
}

/// The sessions service.
#[derive(Clone)]
pub struct Sessions {
    records: Records,
    clock: Arc<dyn Clock>,
    projects: Projects,
    hub: Arc<Hub>,
    agent: AgentInfo,
}

impl Sessions {
    /// A service over these parts; new sessions get `agent`.
    #[must_use]
    pub fn new(
        records: Records,
        clock: Arc<dyn Clock>,
        projects: Projects,
        hub: Arc<Hub>,
        agent: AgentInfo,
    ) -> Self {
        Self {
            records,
            clock,
            projects,
            hub,
            agent,
        }
    }

    /// The agent that new sessions get.
    #[must_use]
    pub const fn agent(&self) -> &AgentInfo {
        &self.agent
    }

    /// The sessions of a workspace, the last active first.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace.
    pub async fn recent(&self, actor: &Actor, guid: &Guid) -> Result<Vec<Session>> {
        authorise(&self.records, actor, guid, Action::ReadWorkspace).await?;
        let mut sessions = self.listed(guid, "SESSION#".to_owned()).await?;
        sessions.sort_by_key(|session| std::cmp::Reverse(session.active_at));
        Ok(sessions)
    }

    /// The sessions of a project, the newest first.
    ///
    /// # Errors
    /// Not found if there is no such project or the actor may not know of it.
    pub async fn of_project(&self, actor: &Actor, project: ProjectId) -> Result<Vec<Session>> {
        let project = self.projects.get(actor, project).await?;
        let mut sessions = self
            .listed(&project.guid, format!("SESSION#{}#", project.id))
            .await?;
        sessions.reverse();
        Ok(sessions)
    }

    async fn listed(&self, guid: &Guid, prefix: String) -> Result<Vec<Session>> {
        let query = Query::index(format!("WORKSPACE#{guid}")).prefix(prefix);
        let found = self.records.query::<SessionRecord>(query).await?;
        let mut sessions = Vec::with_capacity(found.len());
        for record in found {
            sessions.push(self.joined(record.value).await?);
        }
        Ok(sessions)
    }

    /// The ids of a workspace's sessions, without a check.
    pub(crate) async fn ids_of(&self, guid: &Guid) -> Result<Vec<SessionId>> {
        let found = SessionRecord::all_of(&self.records, guid).await?;
        Ok(found.iter().map(|record| record.session.id).collect())
    }

    /// Refuses if a session, its project or its workspace has been put away.
    pub(crate) async fn check_active(&self, session: &Session) -> Result<()> {
        if session.archived {
            return Err(is_archived("session"));
        }
        self.check_active_project(session.project, &session.guid)
            .await
    }

    async fn check_active_project(&self, project: ProjectId, guid: &Guid) -> Result<()> {
        if self.projects.load(project).await?.project.archived {
            return Err(is_archived("project"));
        }
        let key = WorkspaceRecord::key_of(guid);
        match self.records.require::<WorkspaceRecord>(&key).await? {
            workspace if workspace.archived => Err(is_archived("workspace")),
            _ => Ok(()),
        }
    }

    /// One session.
    ///
    /// # Errors
    /// Not found if there is none or the actor may not know of it.
    pub async fn get(&self, actor: &Actor, id: SessionId) -> Result<Session> {
        let record = self.record(actor, id, Action::ReadWorkspace).await?;
        self.joined(record).await
    }

    /// Makes a session.
    ///
    /// # Errors
    /// Refused if the actor may not work here, the input breaks a limit, or the workspace is full.
    pub async fn create(
        &self,
        actor: &Actor,
        project: ProjectId,
        new: NewSession,
    ) -> Result<Session> {
        let (record, chat) = self.prepare(actor, project, new).await?;
        self.found(record, chat, vec![]).await
    }

    /// A session that could be made, with its chat. Nobody knows of it yet.
    pub(crate) async fn prepare(
        &self,
        actor: &Actor,
        project: ProjectId,
        new: NewSession,
    ) -> Result<(SessionRecord, ChatRecord)> {
        let project = self
            .projects
            .record(actor, project, Action::Work)
            .await?
            .project;
        let objectives = protocol::description("objectives", &new.objectives)?;
        self.check_room(&project, 1).await?;
        let number = self.next_number(project.id).await?;
        let now = self.clock.now();
        let session = Session {
            id: SessionId::random(),
            guid: project.guid,
            project: project.id,
            number,
            title: format!("Session {number}"),
            objectives,
            agent: self.agent.clone(),
            policy: new.policy,
            status: SessionStatus::Idle,
            cost_usd: 0.0,
            created_at: now,
            active_at: now,
            archived: false,
        };
        let chat = ChatRecord::new(session.id, now);
        let record = SessionRecord {
            session,
            made_by: actor.account.id,
            titled: false,
        };
        Ok((record, chat))
    }

    /// Makes a prepared session together with other writes, and tells of it.
    pub(crate) async fn found(
        &self,
        record: SessionRecord,
        chat: ChatRecord,
        also: Vec<Write>,
    ) -> Result<Session> {
        let mut writes = vec![
            put(&record, Condition::Absent),
            put(&chat, Condition::Absent),
            check(
                ProjectRecord::key_of(record.session.project),
                Condition::Present,
            ),
        ];
        writes.extend(also);
        self.records.transact(writes).await?;
        let session = record.with(&chat);
        self.announce(&session);
        Ok(session)
    }

    /// Refuses if a project cannot have so many sessions more.
    pub(crate) async fn check_room(&self, project: &Project, more: usize) -> Result<()> {
        self.check_active_project(project.id, &project.guid).await?;
        let there = SessionRecord::all_of(&self.records, &project.guid).await?;
        if there.len() + more <= WORKSPACE_LIMIT {
            return Ok(());
        }
        let message = format!(
            "A workspace has at most {WORKSPACE_LIMIT} sessions, and {} are there already. Use \
             another one.",
            there.len(),
        );
        Err(ApiError::limit(message).into())
    }

    async fn next_number(&self, project: ProjectId) -> Result<u32> {
        self.records
            .update::<ProjectRecord, _>(&ProjectRecord::key_of(project), |record| {
                record.sessions += 1;
                Ok(record.sessions)
            })
            .await
    }

    /// Gives a session a title.
    ///
    /// # Errors
    /// Refused if the actor may not work here or the title breaks a limit.
    pub async fn rename(&self, actor: &Actor, id: SessionId, title: &str) -> Result<Session> {
        self.record(actor, id, Action::Work).await?;
        let title = protocol::name("title", title)?;
        self.update(id, |record| {
            record.session.title.clone_from(&title);
            record.titled = true;
        })
        .await
    }

    /// Puts a session away, or takes it out again. Its programs are not this service's: see
    /// [`crate::services::Services::archive_session`].
    ///
    /// # Errors
    /// Refused if the actor may not work here.
    pub(crate) async fn set_archived(
        &self,
        actor: &Actor,
        id: SessionId,
        archived: bool,
    ) -> Result<Session> {
        self.record(actor, id, Action::Work).await?;
        self.update(id, |record| record.session.archived = archived)
            .await
    }

    /// Stores what the agent may do without asking.
    pub(crate) async fn store_policy(
        &self,
        id: SessionId,
        policy: PermissionPolicy,
    ) -> Result<Session> {
        self.update(id, |record| record.session.policy = policy)
            .await
    }

    /// Makes a title from the first message, unless the session has one.
    pub(crate) async fn suggest_title(&self, id: SessionId, message: &str) -> Result<Session> {
        self.update(id, |record| record.suggest_title(message))
            .await
    }

    async fn update(
        &self,
        id: SessionId,
        change: impl Fn(&mut SessionRecord) + Send,
    ) -> Result<Session> {
        let record = self
            .records
            .update::<SessionRecord, _>(&SessionRecord::key_of(id), |record| {
                change(record);
                Ok(record.clone())
            })
            .await?;
        let session = self.joined(record).await?;
        self.announce(&session);
        Ok(session)
    }

    /// The stored session, if the actor may do `action` in its workspace.
    pub(crate) async fn record(
        &self,
        actor: &Actor,
        id: SessionId,
        action: Action,
    ) -> Result<SessionRecord> {
        let record = self.load(id).await?;
        let allowed = authorise(&self.records, actor, &record.session.guid, action).await;
        allowed.map_err(|error| error.not_found_as("session"))?;
        Ok(record)
    }

    /// The stored session without a check, for services that have made one.
    pub(crate) async fn load(&self, id: SessionId) -> Result<SessionRecord> {
        Ok(self
            .records
            .require::<SessionRecord>(&SessionRecord::key_of(id))
            .await?
            .value)
    }

    /// The session as it is now, without a check.
    pub(crate) async fn joined(&self, record: SessionRecord) -> Result<Session> {
        let chat = self
            .records
            .require::<ChatRecord>(&ChatRecord::key_of(record.session.id))
            .await?;
        Ok(record.with(&chat))
    }

    /// Tells the workspace's followers that a session is new or has changed.
    pub(crate) fn announce(&self, session: &Session) {
        let event = WorkspaceEvent::Session {
            session: Box::new(session.clone()),
        };
        self.hub.tell_workspace(&session.guid, event);
    }
}

fn is_archived(what: &str) -> Error {
    ApiError::conflict(format!("This {what} is archived. Restore it first.")).into()
}

/// The first line of a message, shortened at a word.
fn title_of(message: &str) -> String {
    let line = message.trim().lines().next().unwrap_or_default().trim();
    if line.chars().count() <= TITLE_CHARS {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE_CHARS - 1).collect();
    let words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', '.', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_short_line() {
        assert_eq!(
            title_of("  Create a tea shop website\nwith a menu"),
            "Create a tea shop website"
        );
        let long = title_of(&"word ".repeat(50));
        assert!(long.ends_with("word…") && long.chars().count() <= TITLE_CHARS);
        assert!(title_of(&"x".repeat(500)).chars().count() <= TITLE_CHARS);
    }
}
