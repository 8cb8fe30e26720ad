//! Starts the agent, takes up one that an earlier server left running, and stops it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use protocol::{ApiError, Guid, NoticeLevel, Secret, SessionStatus};
use uuid::Uuid;

use super::{Live, Stop, Task};
use crate::accounts::secret;
use crate::agents::{AgentDriver, Run, ToolServer};
use crate::chat::record::ToolTokenRecord;
use crate::chat::{Parts, TOOL_TOKEN_PREFIX};
use crate::cloud_access::Access;
use crate::error::{Error, Result};
use crate::records::{delete, put};
use crate::sessions::SessionRecord;
use crate::table::{Condition, Write};
use crate::workspaces::record::WorkspaceRecord;

impl Task {
    pub(super) async fn start_or_explain(&mut self) {
        match self.start().await {
            Ok(()) => {}
            Err(error) => {
                let reason = error.into_api().message;
                let now = self.parts.clock.now();
                self.live = None;
                self.keep(|transcript| {
                    transcript.chat.running = false;
                    transcript.fail_undelivered(&reason);
                    transcript.notice(NoticeLevel::Error, reason.clone(), now);
                    transcript.set_status(SessionStatus::Failed { reason });
                })
                .await;
            }
        }
    }

    /// Starts a new run of the agent. Its record comes before its process, so that a process never
    /// runs unrecorded.
    pub(super) async fn start(&mut self) -> Result<()> {
        let slot = Arc::clone(&self.parts.slots)
            .try_acquire_owned()
            .map_err(|_| {
                let limit = self.parts.settings.running_limit;
                ApiError::limit(format!(
                    "{limit} agents are running on this server, which is its limit. \
                 Stop one, or try again when one is done."
                ))
            })?;
        let session = self.parts.sessions.load(self.session).await?;
        // Whoever puts a session away says so first and stops its agent then: none starts between.
        self.parts.sessions.check_active(&session.session).await?;
        self.check_disk(&session.session.guid).await?;
        let token = secret::random(TOOL_TOKEN_PREFIX);
        self.starts += 1;
        let before = self.transcript.clone();
        let writes = self.begin_run(&token);
        self.commit_or_undo(before, writes).await?;
        let driver = self.driver(&session.session.agent.name)?;
        let run = self.run_of(session, token).await?;
        self.install_skills(&run.guid).await?;
        // The one before this may still be shown in a terminal.
        self.parts.forget_runs(self.session, run.number - 1).await;
        driver.start(&run).await?;
        let output = driver.follow(&run, 0);
        let (caught_up, stopping) = (false, None);
        self.live = Some(Live {
            driver,
            run,
            output,
            caught_up,
            stopping,
            _slot: Some(slot),
        });
        Ok(())
    }

    pub(super) fn begin_run(&mut self, token: &Secret) -> Vec<Write> {
        let chat = &mut self.transcript.chat;
        chat.run += 1;
        chat.offset = 0;
        chat.running = true;
        if !chat.conversation_begun {
            // An agent refuses an id that an earlier try has used.
            chat.conversation = Uuid::new_v4();
        }
        let record = ToolTokenRecord {
            hash: secret::hash(token.reveal()),
            session: self.session,
        };
        let old = chat.tool_token.replace(record.hash.clone());
        self.transcript.set_status(SessionStatus::Starting);
        let mut writes = vec![put(&record, Condition::Always)];
        writes.extend(old.map(|hash| delete(ToolTokenRecord::key_of(&hash), Condition::Always)));
        writes
    }

    /// Follows the agent that an earlier server left running, or learns how it ended.
    pub(super) async fn take_up(&mut self) {
        let taken = async {
            let session = self.parts.sessions.load(self.session).await?;
            let driver = self.driver(&session.session.agent.name)?;
            let is_active = self.parts.sessions.check_active(&session.session).await;
            let is_active = is_active.is_ok();
            // Its tools have their token already; only starting an agent needs it in the clear.
            let run = self.run_of(session, Secret::new(String::new())).await?;
            let output = driver.follow(&run, self.transcript.chat.offset);
            let slot = Arc::clone(&self.parts.slots).try_acquire_owned().ok();
            let live = Live {
                driver,
                run,
                output,
                caught_up: false,
                stopping: None,
                _slot: slot,
            };
            Ok((live, is_active))
        };
        match taken.await {
            Ok((live, is_active)) => {
                self.live = Some(live);
                if !is_active {
                    // It was put away just before the earlier server ended.
                    self.stop_agent(Stop::Asked).await;
                }
            }
            Err(error) => {
                let error: Error = error;
                let reason = error.into_api().message;
                let now = self.parts.clock.now();
                self.keep(|transcript| {
                    transcript.chat.running = false;
                    transcript.notice(NoticeLevel::Error, reason.clone(), now);
                    transcript.set_status(SessionStatus::Failed { reason });
                })
                .await;
            }
        }
    }

    pub(super) async fn run_of(&self, record: SessionRecord, token: Secret) -> Result<Run> {
        let Parts {
            folders,
            projects,
            settings,
            records,
            ..
        } = &*self.parts;
        let project = projects.load(record.session.project).await?.project;
        let workspace = records
            .require::<WorkspaceRecord>(&WorkspaceRecord::key_of(&project.guid))
            .await?;
        let failed = |source| Error::Io {
            what: "the session's folders",
            source,
        };
        folders
            .make_project(&project.guid, &project.slug, workspace.number)
            .map_err(failed)?;
        folders
            .make_agent(self.session, workspace.number)
            .map_err(failed)?;
        let system_prompt = self.parts.system_prompt(&record.session).await?;
        folders
            .write_workspace_file(&project.guid, "system_prompt.txt", &system_prompt)
            .map_err(failed)?;
        let chat = &self.transcript.chat;
        let agent = folders.agent(self.session);
        let mut environment = BTreeMap::from([
            (
                "TMUX_BUILDER".to_owned(),
                settings.program.display().to_string(),
            ),
            ("TMUX_BUILDER_URL".to_owned(), settings.server_url.clone()),
            ("TMUX_BUILDER_TOKEN".to_owned(), token.reveal().to_owned()),
        ]);
        let project_folder = folders.project(&project.guid, &project.slug);
        let user = folders.user(workspace.number);
        if let Some(cloud) = &self.parts.cloud {
            let access = Access {
                guid: &project.guid,
                credentials_url: &format!("{}/api/agent/credentials", settings.server_url),
                token: &token,
                folder: &project_folder,
                user,
            };
            environment.extend(cloud.environment(access).await?);
        }
        Ok(Run {
            session: self.session,
            number: chat.run,
            folder: agent.join("runs").join(chat.run.to_string()),
            home: agent.join("home"),
            skills: folders.skills(&project.guid),
            uploads: folders.uploads(&project.guid),
            project_folder,
            guid: project.guid,
            user,
            conversation: chat.conversation,
            resume: chat.conversation_begun,
            policy: record.session.policy,
            system_prompt,
            tools: ToolServer {
                url: format!("{}/mcp", settings.server_url),
                token,
            },
            environment,
        })
    }

    /// Puts what agents are taught into the workspace's folder, whatever an earlier agent or an
    /// earlier server has left there.
    async fn install_skills(&self, guid: &Guid) -> Result<()> {
        let key = WorkspaceRecord::key_of(guid);
        let number = self
            .parts
            .records
            .require::<WorkspaceRecord>(&key)
            .await?
            .number;
        let (folders, guid) = (self.parts.folders.clone(), guid.clone());
        let skills = Arc::clone(&self.parts.settings.skills);
        let installing = move || skills.install(&folders, &guid, number);
        let installed = tokio::task::spawn_blocking(installing).await;
        installed
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
            .map_err(|source| Error::Io {
                what: "the workspace's skills",
                source,
            })
    }

    /// The driver of the agent `name`, as the settings call it.
    fn driver(&self, name: &str) -> Result<Arc<dyn AgentDriver>> {
        self.parts.drivers.get(name).cloned().ok_or_else(|| {
            let message = format!(
                "This session's agent “{name}” is not in the server's settings any more. \
                 Add it again, or make a new session."
            );
            ApiError::unavailable(message).into()
        })
    }

    async fn check_disk(&self, guid: &Guid) -> Result<()> {
        let Parts {
            folders, sessions, ..
        } = &*self.parts;
        let mut counted = vec![folders.workspace(guid)];
        let agents = sessions.ids_of(guid).await?;
        counted.extend(agents.into_iter().map(|session| folders.agent(session)));
        let limit = self.parts.settings.workspace_bytes;
        let is_larger = tokio::task::spawn_blocking(move || are_larger(counted, limit)).await;
        if !is_larger.unwrap_or(false) {
            return Ok(());
        }
        Err(ApiError::limit(format!(
            "This workspace's files and its agents' own take more than {} MiB, its limit on this \
             server. Delete some in the shell.",
            limit / (1024 * 1024)
        ))
        .into())
    }

    pub(super) async fn stop_agent(&mut self, why: Stop) {
        if let Some(live) = &mut self.live {
            live.stopping = Some(why);
            if let Err(error) = live.driver.stop(&live.run).await {
                drop(Error::from(error).into_api());
            }
        }
    }
}

/// Whether the files below these folders hold more than `limit` bytes. Links are not followed.
fn are_larger(mut folders: Vec<PathBuf>, limit: u64) -> bool {
    let mut total = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(found) if found.is_dir() => folders.push(entry.path()),
                Ok(found) => total += found.len(),
                Err(_) => {}
            }
            if total > limit {
                return true;
            }
        }
    }
    false
}
