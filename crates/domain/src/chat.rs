//! Chats: a person's words to an agent, exactly once, and all it says, kept.
//!
//! Each session has one task that alone writes its chat. It stores a message before the agent gets
//! it, and stores what the agent says together with the offset of the output it came from. So a
//! crash at any point loses nothing and doubles nothing: the next task goes on from the offset, and
//! gives the agent again what it has not acknowledged (which it takes once, by the message's id).

mod branch;
mod prompt;
mod reading;
pub mod record;
mod task;
pub mod transcript;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::{
    ApiError, Decision, Message, MessageId, PermissionPolicy, Published, Secret, Session,
    SessionId, UploadId,
};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::accounts::secret;
use crate::actor::{Actor, Via};
use crate::agents::AgentDriver;
use crate::authorise::{Action, authorise};
use crate::clock::Clock;
use crate::cloud_access::{CloudAccess, ShortLived};
use crate::error::{Error, Result};
use crate::folders::Folders;
use crate::history::History;
use crate::live::Hub;
use crate::projects::Projects;
use crate::publishing::Publishing;
use crate::records::Records;
use crate::sessions::Sessions;
use crate::skills::Skills;
use crate::system_prompt::HostedOn;
use crate::system_prompt::{self, PromptFacts};
use crate::table::Query;
use crate::uploads::Uploads;
use crate::workspaces::record::WorkspaceRecord;
pub use reading::PageStart;
use record::{ChatRecord, RUNNING, ToolTokenRecord};
use task::{Request, Task};

/// Requests that may wait for a session's task. Beyond that, callers wait.
const REQUESTS: usize = 32;

/// How the token begins with which a session's agent calls tools.
pub const TOOL_TOKEN_PREFIX: &str = "tba_";

/// How agents are run.
#[derive(Clone, Debug)]
pub struct ChatSettings {
    /// How long an agent for whom nobody waits is kept running.
    pub idle_after: Duration,
    /// How long an agent that does nothing else may take to acknowledge a message.
    pub acknowledge_within: Duration,
    /// How often in a row an agent is asked to repair what the check of its site found.
    pub repair_rounds: u32,
    /// Agents that may run at once.
    pub running_limit: usize,
    /// Bytes that a workspace's folder and those of its agents may hold before no agent is started
    /// in it.
    pub workspace_bytes: u64,
    /// Where agents reach this server: `http://127.0.0.1:3000`.
    pub server_url: String,
    /// This program, for agents' scripts.
    pub program: PathBuf,
    /// Where sites are published.
    pub hosted_on: HostedOn,
    /// What agents are taught.
    pub skills: Arc<Skills>,
    /// What the operator demands of every agent; may be empty.
    pub house_rules: String,
}

/// What the tasks share.
pub(crate) struct Parts {
    pub(crate) records: Records,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) folders: Folders,
    pub(crate) history: History,
    pub(crate) projects: Projects,
    pub(crate) sessions: Sessions,
    pub(crate) publishing: Publishing,
    pub(crate) uploads: Uploads,
    pub(crate) drivers: HashMap<String, Arc<dyn AgentDriver>>,
    pub(crate) cloud: Option<Arc<dyn CloudAccess>>,
    pub(crate) settings: ChatSettings,
    pub(crate) slots: Arc<Semaphore>,
}

impl Parts {
    /// What a session's agent is told before the conversation begins.
    pub(crate) async fn system_prompt(&self, session: &Session) -> Result<String> {
        let project = self.projects.load(session.project).await?.project;
        let key = WorkspaceRecord::key_of(&project.guid);
        let workspace = self.records.require::<WorkspaceRecord>(&key).await?;
        let site = self.publishing.latest_of(&project).await?;
        let site = site.and_then(|site| Some((site.id.to_string(), site.url?)));
        Ok(system_prompt::write(PromptFacts {
            workspace: &workspace.name,
            project: &project,
            session,
            site: site.as_ref().map(|(id, url)| (id.as_str(), url.as_str())),
            hosted_on: &self.settings.hosted_on,
            skills: &self.settings.skills,
            house_rules: &self.settings.house_rules,
        }))
    }

    /// Removes the folders of a session's runs before run `kept`, which nobody reads any more.
    pub(crate) async fn forget_runs(&self, session: SessionId, kept: u32) {
        let folders = self.folders.clone();
        let removed = move || folders.forget_runs(session, kept);
        match tokio::task::spawn_blocking(removed).await {
            Ok(Ok(())) | Err(_) => {}
            Ok(Err(error)) => tracing::warn!(%session, %error, "old runs were not removed"),
        }
    }
}

/// The chats service.
#[derive(Clone)]
pub struct Chats {
    parts: Arc<Parts>,
    /// One task a session that anybody used since the server started. An idle one costs little, so
    /// they stay; that no two ever write one chat is worth more.
    tasks: Arc<Mutex<HashMap<SessionId, mpsc::Sender<Request>>>>,
}

impl Chats {
    /// A service over these parts. `drivers` by their names in the settings; `cloud` where
    /// workspaces have a cloud account.
    #[expect(
        clippy::too_many_arguments,
        reason = "the composition root names each part once"
    )]
    #[must_use]
    pub fn new(
        records: Records,
        clock: Arc<dyn Clock>,
        hub: Arc<Hub>,
        folders: Folders,
        projects: Projects,
        sessions: Sessions,
        publishing: Publishing,
        uploads: Uploads,
        drivers: HashMap<String, Arc<dyn AgentDriver>>,
        cloud: Option<Arc<dyn CloudAccess>>,
        settings: ChatSettings,
    ) -> Self {
        let slots = Arc::new(Semaphore::new(settings.running_limit));
        let parts = Parts {
            history: History::new(records.clone(), folders.clone()),
            records,
            clock,
            hub,
            folders,
            projects,
            sessions,
            publishing,
            uploads,
            drivers,
            cloud,
            settings,
            slots,
        };
        Self {
            parts: Arc::new(parts),
            tasks: Arc::default(),
        }
    }

    /// Takes up the agents that an earlier run of the server left running.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn resume(&self) -> Result<()> {
        let query = Query::index(RUNNING);
        for chat in self.parts.records.query::<ChatRecord>(query).await? {
            self.task(chat.session);
        }
        Ok(())
    }

    /// What a session's agent would be told before the conversation begins, if it started now.
    ///
    /// # Errors
    /// Not found if there is no such session or the actor may not know of it.
    pub async fn system_prompt(&self, actor: &Actor, session: SessionId) -> Result<String> {
        let found = self.check(actor, session, Action::ReadWorkspace).await?;
        self.parts.system_prompt(&found).await
    }

    /// Short-lived credentials of an agent's own workspace in the cloud.
    ///
    /// # Errors
    /// Refused to everybody but agents that may publish; not found where workspaces have no cloud
    /// account; or the cloud fails.
    pub async fn cloud_credentials(&self, actor: &Actor) -> Result<ShortLived> {
        let Via::Agent { guid, .. } = &actor.via else {
            return Err(ApiError::forbidden("Only agents get these credentials.").into());
        };
        authorise(&self.parts.records, actor, guid, Action::Publish).await?;
        match &self.parts.cloud {
            Some(cloud) => Ok(cloud.credentials(guid).await?),
            None => Err(ApiError::not_found("cloud account").into()),
        }
    }

    /// Stores a message and sees to it that the agent gets it with its files. The same `id` twice
    /// is the same as once.
    ///
    /// # Errors
    /// Refused if the actor may not work here or the text breaks a limit; not found if there is no
    /// such upload in the session's workspace. Nothing is stored then.
    pub async fn send(
        &self,
        actor: &Actor,
        session: SessionId,
        id: MessageId,
        text: String,
        uploads: Vec<UploadId>,
    ) -> Result<Message> {
        let found = self.check(actor, session, Action::Work).await?;
        protocol::message_with(&text, uploads.len())?;
        self.parts.sessions.check_active(&found).await?;
        let files = self
            .parts
            .uploads
            .attachments(&found.guid, &uploads)
            .await?;
        let uploads = files.into_iter().map(|file| file.upload).collect();
        self.ask(session, |reply| Request::Send {
            id,
            text,
            uploads,
            reply,
        })
        .await?
    }

    /// Gives the agent a message again that it has not acknowledged.
    ///
    /// # Errors
    /// Refused if the actor may not work here; not found if there is no such message.
    pub async fn send_again(&self, actor: &Actor, session: SessionId, id: MessageId) -> Result<()> {
        self.check(actor, session, Action::Work).await?;
        self.ask(session, |reply| Request::SendAgain { id, reply })
            .await?
    }

    /// Stops the agent's present turn.
    ///
    /// # Errors
    /// Refused if the actor may not work here.
    pub async fn interrupt(&self, actor: &Actor, session: SessionId) -> Result<()> {
        self.check(actor, session, Action::Work).await?;
        self.ask(session, |reply| Request::Interrupt { reply })
            .await?
    }

    /// Decides on a permission request.
    ///
    /// # Errors
    /// Refused if the actor may not work here; conflict if nothing waits for this decision.
    pub async fn decide(
        &self,
        actor: &Actor,
        session: SessionId,
        request: String,
        decision: Decision,
    ) -> Result<()> {
        self.check(actor, session, Action::Work).await?;
        self.ask(session, |reply| Request::Decide {
            request,
            decision,
            reply,
        })
        .await?
    }

    /// Answers questions.
    ///
    /// # Errors
    /// Refused if the actor may not work here; conflict if nothing waits for this answer.
    pub async fn answer(
        &self,
        actor: &Actor,
        session: SessionId,
        request: String,
        answers: Vec<String>,
    ) -> Result<()> {
        self.check(actor, session, Action::Work).await?;
        self.ask(session, |reply| Request::Answer {
            request,
            answers,
            reply,
        })
        .await?
    }

    /// Changes what the agent may do without asking, from now on.
    ///
    /// # Errors
    /// Refused if the actor may not work here.
    pub async fn set_policy(
        &self,
        actor: &Actor,
        session: SessionId,
        policy: PermissionPolicy,
    ) -> Result<()> {
        self.check(actor, session, Action::Work).await?;
        self.ask(session, |reply| Request::SetPolicy { policy, reply })
            .await?
    }

    /// Ends the agent of a session that has been put away and keeps its conversation, for services
    /// that have checked the actor.
    ///
    /// # Errors
    /// The storage fails.
    pub(crate) async fn put_away(&self, session: SessionId) -> Result<()> {
        let key = ChatRecord::key_of(session);
        let chat = self.parts.records.require::<ChatRecord>(&key).await?;
        // One that nobody has used since the server started, and that has no agent, has no task.
        if chat.running || self.has_task(session) {
            self.ask(session, |reply| Request::Stop { reply }).await?;
        }
        self.parts.forget_runs(session, chat.run).await;
        Ok(())
    }

    fn has_task(&self, session: SessionId) -> bool {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.contains_key(&session)
    }

    /// Puts an agent's own report into its chat.
    ///
    /// # Errors
    /// The actor is not the session's agent, or the text breaks a limit.
    pub async fn report(&self, actor: &Actor, text: String) -> Result<()> {
        let Via::Agent { session, .. } = actor.via else {
            return Err(ApiError::forbidden("Only a session's agent reports to its chat.").into());
        };
        let text = protocol::description("text", &text)?;
        self.ask(session, |reply| Request::Report { text, reply })
            .await?
    }

    /// Puts a published card into the chat of the agent that published.
    ///
    /// # Errors
    /// The storage fails.
    pub async fn published(&self, session: SessionId, published: Published) -> Result<()> {
        self.ask(session, |reply| Request::Published { published, reply })
            .await?
    }

    /// Asks the agent of a session to repair a site that it has published, for services that have
    /// found something. Returns whether the agent gets the message: not in a session that was put
    /// away, and not more often in a row than the settings allow. The same `id` twice is the same
    /// as once.
    ///
    /// # Errors
    /// The storage fails.
    pub(crate) async fn repair(
        &self,
        session: SessionId,
        id: MessageId,
        text: String,
    ) -> Result<bool> {
        let found = self.parts.sessions.load(session).await?.session;
        match self.parts.sessions.check_active(&found).await {
            Ok(()) => {}
            Err(Error::Refused(_)) => return Ok(false),
            Err(error) => return Err(error),
        }
        self.ask(session, |reply| Request::Repair { id, text, reply })
            .await?
    }

    /// The agent that holds this tool token, as an actor.
    ///
    /// # Errors
    /// Unauthenticated if no running agent holds it.
    pub async fn agent_with_token(&self, token: &Secret) -> Result<Actor> {
        let key = ToolTokenRecord::key_of(&secret::hash(token.reveal()));
        let found = self.parts.records.get::<ToolTokenRecord>(&key).await?;
        let session = found.ok_or_else(ApiError::unauthenticated)?.session;
        let record = self.parts.sessions.load(session).await?;
        let account = crate::accounts::load(&self.parts.records, record.made_by).await?;
        let guid = record.session.guid;
        Ok(Actor {
            account,
            via: Via::Agent { guid, session },
        })
    }

    async fn check(&self, actor: &Actor, session: SessionId, action: Action) -> Result<Session> {
        Ok(self
            .parts
            .sessions
            .record(actor, session, action)
            .await?
            .session)
    }

    /// Puts a request to the session's task and waits for its reply.
    async fn ask<T>(
        &self,
        session: SessionId,
        request: impl FnOnce(oneshot::Sender<T>) -> Request + Send,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let task = self.task(session);
        // Only a server that is stopping has tasks that take no requests.
        let stopping = || ApiError::unavailable("The server is stopping. Try again in a moment.");
        task.send(request(reply)).await.map_err(|_| stopping())?;
        answer.await.map_err(|_| stopping().into())
    }

    /// The session's task, started if there is none.
    fn task(&self, session: SessionId) -> mpsc::Sender<Request> {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        match tasks.get(&session) {
            Some(task) if !task.is_closed() => task.clone(),
            _ => {
                let (sender, requests) = mpsc::channel(REQUESTS);
                tokio::spawn(Task::run(Arc::clone(&self.parts), session, requests));
                tasks.insert(session, sender.clone());
                sender
            }
        }
    }
}
