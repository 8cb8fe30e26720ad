//! The task that alone writes one session's chat and talks with its agent.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use protocol::live::ChatEvent;
use protocol::{
    ApiError, Body, Decision, Delivery, Guid, MESSAGE_PAGE, Message, MessageId, NoticeLevel, Partial,
    PermissionPolicy, Published, Secret, SessionId, SessionStatus,
};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use super::{Parts, TOOL_TOKEN_PREFIX};
use super::record::{ChatRecord, MessageRecord, SentRecord, ToolTokenRecord};
use super::transcript::Transcript;
use crate::accounts::secret;
use crate::agents::{AgentDriver, AgentError, AgentInput, Exit, Output, Run, ToolServer};
use crate::error::{Error, Result};
use crate::records::{delete, put};
use crate::sessions::SessionRecord;
use crate::system_prompt::{self, PromptFacts};
use crate::table::{Condition, Query, Write};
use crate::workspaces::record::WorkspaceRecord;

/// Starts in a row without an acknowledged message before the task gives up until the next one.
const START_TRIES: u32 = 2;
/// A second stop this long after the first ends the process.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long the task waits after the storage failed before it tries again.
const STORAGE_PAUSE: Duration = Duration::from_secs(2);

type Reply<T> = oneshot::Sender<T>;

/// What a task is asked.
pub(super) enum Request {
    Send { id: MessageId, text: String, reply: Reply<Result<Message>> },
    SendAgain { id: MessageId, reply: Reply<Result<()>> },
    Interrupt { reply: Reply<Result<()>> },
    Decide { request: String, decision: Decision, reply: Reply<Result<()>> },
    Answer { request: String, answers: Vec<String>, reply: Reply<Result<()>> },
    SetPolicy { policy: PermissionPolicy, reply: Reply<Result<()>> },
    Notice { level: NoticeLevel, text: String, reply: Reply<Result<()>> },
    Published { published: Published, reply: Reply<Result<()>> },
    Peek { reply: Reply<(SessionStatus, Option<Partial>)> },
}

/// A running agent.
struct Live {
    driver: Arc<dyn AgentDriver>,
    run: Run,
    output: mpsc::Receiver<Output>,
    /// Whether all output that existed when the task came to it has been taken. Only then is it
    /// known which messages the agent has acknowledged.
    caught_up: bool,
    /// Whether the task itself has ended it.
    stopping: bool,
    _slot: Option<OwnedSemaphorePermit>,
}

/// The task of one session.
pub(super) struct Task {
    parts: Arc<Parts>,
    guid: Guid,
    session: SessionId,
    transcript: Transcript,
    version: u64,
    live: Option<Live>,
    starts: u32,
    quiet_since: Instant,
    interrupted_at: Option<Instant>,
}

impl Task {
    /// Serves `requests` and follows the agent until the server ends.
    pub(super) async fn run(
        parts: Arc<Parts>,
        session: SessionId,
        mut requests: mpsc::Receiver<Request>,
    ) {
        let mut task = match Self::load(parts, session).await {
            Ok(task) => task,
            Err(error) => {
                // Dropping the requests tells their senders; the next request tries again.
                drop(error.into_api());
                return;
            }
        };
        if task.transcript.chat.running {
            task.take_up().await;
        }
        loop {
            let wake_at = task.wake_at();
            tokio::select! {
                biased;
                request = requests.recv() => match request {
                    Some(request) => task.serve(request).await,
                    None => return,
                },
                output = next_output(&mut task.live) => task.take_output(output).await,
                () = sleep_until(wake_at) => task.on_quiet().await,
            }
        }
    }

    async fn load(parts: Arc<Parts>, session: SessionId) -> Result<Self> {
        let guid = parts.sessions.load(session).await?.session.guid;
        let chat = parts.records.require::<ChatRecord>(&ChatRecord::key_of(session)).await?;
        let query = Query::table(MessageRecord::partition(session))
            .prefix(MessageRecord::PREFIX)
            .descending()
            .limit(4 * MESSAGE_PAGE);
        let mut recent: Vec<_> = parts
            .records
            .query::<MessageRecord>(query)
            .await?
            .into_iter()
            .map(|stored| stored.value.message)
            .collect();
        recent.reverse();
        Ok(Self {
            parts,
            guid,
            session,
            transcript: Transcript::new(chat.value, recent),
            version: chat.version,
            live: None,
            starts: 0,
            quiet_since: Instant::now(),
            interrupted_at: None,
        })
    }

    // ---- requests ----

    async fn serve(&mut self, request: Request) {
        self.quiet_since = Instant::now();
        match request {
            Request::Send { id, text, reply } => {
                let stored = self.store_message(id, text).await;
                let is_stored = stored.is_ok();
                answer(reply, stored);
                if is_stored {
                    self.starts = 0;
                    self.deliver().await;
                }
            }
            Request::SendAgain { id, reply } => {
                let marked = self.mark_unsent(id).await;
                let is_marked = marked.is_ok();
                answer(reply, marked);
                if is_marked {
                    self.starts = 0;
                    self.deliver().await;
                }
            }
            Request::Interrupt { reply } => answer(reply, self.interrupt().await),
            Request::Decide { request, decision, reply } => {
                answer(reply, self.decide(request, decision).await);
            }
            Request::Answer { request, answers, reply } => {
                answer(reply, self.answer(request, answers).await);
            }
            Request::SetPolicy { policy, reply } => answer(reply, self.set_policy(policy).await),
            Request::Notice { level, text, reply } => {
                let now = self.parts.clock.now();
                answer(reply, self.change(|transcript| transcript.notice(level, text, now)).await);
            }
            Request::Published { published, reply } => {
                let now = self.parts.clock.now();
                answer(reply, self.change(|transcript| transcript.published(published, now)).await);
            }
            Request::Peek { reply } => {
                let status = self.transcript.chat.status.clone();
                answer(reply, (status, self.transcript.partial().cloned()));
            }
        }
    }

    async fn store_message(&mut self, id: MessageId, text: String) -> Result<Message> {
        if let Some(message) = self.sent_before(id).await? {
            return Ok(message);
        }
        let now = self.parts.clock.now();
        let before = self.transcript.clone();
        let body = Body::User { text: text.clone(), delivery: Delivery::Stored };
        let message = self.transcript.append(id, body, now);
        let sent = SentRecord { session: self.session, id, sequence: message.sequence };
        self.commit(before, vec![put(&sent, Condition::Absent)]).await?;
        if let Err(error) = self.parts.sessions.suggest_title(self.session, &text).await {
            drop(error.into_api());
        }
        Ok(message)
    }

    async fn sent_before(&self, id: MessageId) -> Result<Option<Message>> {
        let key = SentRecord::key_of(self.session, id);
        let Some(sent) = self.parts.records.get::<SentRecord>(&key).await? else {
            return Ok(None);
        };
        let key = crate::table::Key::new(
            MessageRecord::partition(self.session),
            MessageRecord::sort(sent.sequence),
        );
        Ok(Some(self.parts.records.require::<MessageRecord>(&key).await?.value.message))
    }

    async fn mark_unsent(&mut self, id: MessageId) -> Result<()> {
        let not_found = || ApiError::not_found("message");
        let mut message = self.sent_before(id).await?.ok_or_else(not_found)?;
        match &mut message.body {
            Body::User { delivery, .. } if *delivery != Delivery::Delivered => {
                *delivery = Delivery::Stored;
                self.change(|transcript| drop(transcript.change(message))).await
            }
            _ => Ok(()),
        }
    }

    async fn interrupt(&mut self) -> Result<()> {
        if self.live.is_none() {
            return Ok(());
        }
        match self.interrupted_at {
            Some(at) if self.transcript.interrupting && at.elapsed() >= PATIENCE => {
                self.stop_agent().await;
                Ok(())
            }
            _ => {
                self.interrupted_at = Some(Instant::now());
                self.transcript.interrupting = true;
                self.tell(&AgentInput::Interrupt).await
            }
        }
    }

    async fn decide(&mut self, request: String, decision: Decision) -> Result<()> {
        let Some((_, permission)) = self.transcript.open_permission(&request) else {
            return Err(nothing_waits());
        };
        let input = match &decision {
            Decision::Allow => AgentInput::Permit { request: request.clone(), input: permission.input },
            Decision::Deny { message } => {
                let message = match message.trim() {
                    "" => "The person said no.".to_owned(),
                    reason => format!("The person said no: {reason}"),
                };
                AgentInput::Refuse { request: request.clone(), message }
            }
            Decision::Withdrawn => return Err(nothing_waits()),
        };
        // Told first: a decision that is stored but was never told would leave the agent waiting.
        self.tell(&input).await?;
        self.change(|transcript| transcript.decided(&request, decision)).await
    }

    async fn answer(&mut self, request: String, answers: Vec<String>) -> Result<()> {
        let Some((_, question)) = self.transcript.open_question(&request) else {
            return Err(nothing_waits());
        };
        if answers.len() != question.questions.len() {
            let message = format!("Give {} answers.", question.questions.len());
            return Err(ApiError::invalid("answers", message).into());
        }
        for text in &answers {
            protocol::message(text)?;
        }
        let input = AgentInput::Answer {
            request: request.clone(),
            questions: question.questions,
            answers: answers.clone(),
        };
        self.tell(&input).await?;
        self.change(|transcript| transcript.answered(&request, answers)).await
    }

    async fn set_policy(&mut self, policy: PermissionPolicy) -> Result<()> {
        if self.live.is_some() {
            self.tell(&AgentInput::Policy(policy)).await?;
        }
        self.parts.sessions.store_policy(self.session, policy).await.map(drop)
    }

    // ---- the agent's input ----

    async fn tell(&self, input: &AgentInput) -> Result<()> {
        let live = self.live.as_ref().ok_or(AgentError::NotRunning)?;
        Ok(live.driver.tell(&live.run, input).await?)
    }

    /// Gives the agent every message that is stored and not sent, starting it if need be.
    async fn deliver(&mut self) {
        if self.transcript.undelivered().next().is_none() {
            return;
        }
        if self.live.is_none() {
            self.start_or_explain().await;
        }
        if self.live.as_ref().is_some_and(|live| live.caught_up) {
            self.send_undelivered(|delivery| *delivery == Delivery::Stored).await;
        }
    }

    /// Sends the undelivered messages that `which` picks. What an agent has had already it
    /// acknowledges again and ignores.
    async fn send_undelivered(&mut self, which: impl Fn(&Delivery) -> bool) {
        let messages: Vec<_> = self
            .transcript
            .undelivered()
            .filter_map(|message| match &message.body {
                Body::User { text, delivery } if which(delivery) => {
                    Some((message.id, text.clone()))
                }
                _ => None,
            })
            .collect();
        for (id, text) in messages {
            let delivery = match self.tell(&AgentInput::Message { id, text }).await {
                Ok(()) => Delivery::Sent,
                // Its end is on the way as output, and starts it again.
                Err(Error::Agent(AgentError::NotRunning)) => return,
                Err(error) => Delivery::Failed { reason: error.into_api().message },
            };
            self.keep(|transcript| transcript.set_delivery(id, delivery)).await;
        }
    }

    // ---- the agent's process ----

    async fn start_or_explain(&mut self) {
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
    async fn start(&mut self) -> Result<()> {
        let slot = Arc::clone(&self.parts.slots).try_acquire_owned().map_err(|_| {
            let limit = self.parts.settings.running_limit;
            ApiError::limit(format!(
                "{limit} agents are running on this server, which is its limit. \
                 Stop one, or try again when one is done."
            ))
        })?;
        let session = self.parts.sessions.load(self.session).await?;
        self.check_disk(&session).await?;
        let token = secret::random(TOOL_TOKEN_PREFIX);
        self.starts += 1;
        let before = self.transcript.clone();
        let writes = self.begin_run(&token);
        self.commit(before, writes).await?;
        let run = self.run_of(session, token).await?;
        let driver = self.driver(&run).await?;
        driver.start(&run).await?;
        let output = driver.follow(&run, 0);
        let (caught_up, stopping) = (false, false);
        self.live = Some(Live { driver, run, output, caught_up, stopping, _slot: Some(slot) });
        Ok(())
    }

    fn begin_run(&mut self, token: &Secret) -> Vec<Write> {
        let chat = &mut self.transcript.chat;
        chat.run += 1;
        chat.offset = 0;
        chat.running = true;
        if !chat.conversation_begun {
            // An agent refuses an id that an earlier try has used.
            chat.conversation = Uuid::new_v4();
        }
        let record = ToolTokenRecord { hash: secret::hash(token.reveal()), session: self.session };
        let old = chat.tool_token.replace(record.hash.clone());
        self.transcript.set_status(SessionStatus::Starting);
        let mut writes = vec![put(&record, Condition::Always)];
        writes.extend(old.map(|hash| delete(ToolTokenRecord::key_of(&hash), Condition::Always)));
        writes
    }

    /// Follows the agent that an earlier server left running, or learns how it ended.
    async fn take_up(&mut self) {
        let taken = async {
            let session = self.parts.sessions.load(self.session).await?;
            // Its tools have their token already; only starting an agent needs it in the clear.
            let run = self.run_of(session, Secret::new(String::new())).await?;
            let driver = self.driver(&run).await?;
            let output = driver.follow(&run, self.transcript.chat.offset);
            let slot = Arc::clone(&self.parts.slots).try_acquire_owned().ok();
            Ok(Live { driver, run, output, caught_up: false, stopping: false, _slot: slot })
        };
        match taken.await {
            Ok(live) => self.live = Some(live),
            Err(error) => {
                let error: Error = error;
                let reason = error.into_api().message;
                self.keep(|transcript| {
                    transcript.chat.running = false;
                    transcript.set_status(SessionStatus::Failed { reason });
                })
                .await;
            }
        }
    }

    async fn run_of(&self, record: SessionRecord, token: Secret) -> Result<Run> {
        let Parts { folders, projects, settings, records, .. } = &*self.parts;
        let project = projects.load(record.session.project).await?.project;
        let workspace =
            records.require::<WorkspaceRecord>(&WorkspaceRecord::key_of(&project.guid)).await?;
        let failed = |source| Error::Io { what: "the session's folders", source };
        folders.make_project(&project.guid, &project.slug, workspace.number).map_err(failed)?;
        folders.make_agent(self.session, workspace.number).map_err(failed)?;
        let site = self.parts.publishing.newest_of(&project).await?;
        let site = site.as_ref().map(|site| (site.id.to_string(), site.url.clone()));
        let system_prompt = system_prompt::write(PromptFacts {
            project: &project,
            session: &record.session,
            site: site.as_ref().map(|(id, url)| (id.as_str(), url.as_str())),
        });
        folders
            .write_workspace_file(&project.guid, "system_prompt.txt", &system_prompt)
            .map_err(failed)?;
        let chat = &self.transcript.chat;
        let agent = folders.agent(self.session);
        let environment = BTreeMap::from([
            ("TMUX_BUILDER".to_owned(), settings.program.display().to_string()),
            ("TMUX_BUILDER_URL".to_owned(), settings.server_url.clone()),
            ("TMUX_BUILDER_TOKEN".to_owned(), token.reveal().to_owned()),
        ]);
        Ok(Run {
            session: self.session,
            number: chat.run,
            folder: agent.join("runs").join(chat.run.to_string()),
            home: agent.join("home"),
            project_folder: folders.project(&project.guid, &project.slug),
            guid: project.guid,
            user: folders.user(workspace.number),
            conversation: chat.conversation,
            resume: chat.conversation_begun,
            policy: record.session.policy,
            system_prompt,
            tools: ToolServer { url: format!("{}/mcp", settings.server_url), token },
            environment,
        })
    }

    async fn driver(&self, run: &Run) -> Result<Arc<dyn AgentDriver>> {
        let name = self.parts.sessions.load(run.session).await?.session.agent.name;
        self.parts.drivers.get(&name).cloned().ok_or_else(|| {
            let message = format!(
                "This session's agent “{name}” is not in the server's settings any more. \
                 Add it again, or make a new session."
            );
            ApiError::unavailable(message).into()
        })
    }

    async fn check_disk(&self, session: &SessionRecord) -> Result<()> {
        let folder = self.parts.folders.workspace(&session.session.guid);
        let limit = self.parts.settings.workspace_bytes;
        let counted = tokio::task::spawn_blocking(move || is_larger(&folder, limit)).await;
        if !counted.unwrap_or(false) {
            return Ok(());
        }
        Err(ApiError::limit(format!(
            "This workspace's files take more than {} MiB, its limit on this server. \
             Delete some in the shell.",
            limit / (1024 * 1024)
        ))
        .into())
    }

    async fn stop_agent(&mut self) {
        if let Some(live) = &mut self.live {
            live.stopping = true;
            if let Err(error) = live.driver.stop(&live.run).await {
                drop(Error::from(error).into_api());
            }
        }
    }

    // ---- the agent's output ----

    async fn take_output(&mut self, output: Option<Output>) {
        self.quiet_since = Instant::now();
        match output {
            Some(Output::Line { offset, events }) => {
                let now = self.parts.clock.now();
                if events.iter().any(|e| matches!(e, crate::agents::AgentEvent::Acknowledged(_))) {
                    self.starts = 0;
                }
                self.keep(|transcript| {
                    transcript.chat.offset = offset;
                    for event in events {
                        transcript.fold(event, now);
                    }
                })
                .await;
            }
            Some(Output::CaughtUp) => {
                if let Some(live) = &mut self.live {
                    live.caught_up = true;
                }
                self.send_undelivered(|_| true).await;
            }
            Some(Output::Ended(exit)) => self.ended(exit).await,
            // The reader gave up without an end, for example on an unreadable file.
            None => {
                let last_words = "its output cannot be read".to_owned();
                self.ended(Exit { status: None, last_words, unknown_conversation: false }).await;
            }
        }
    }

    async fn ended(&mut self, exit: Exit) {
        let asked_for = self.live.take().is_some_and(|live| live.stopping);
        let was_busy = self.transcript.chat.status.is_busy();
        let now = self.parts.clock.now();
        let undelivered = self.transcript.undelivered().next().is_some();
        let again = undelivered && (asked_for || self.starts < START_TRIES);
        let reason = describe(&exit);
        self.keep(|transcript| {
            transcript.close_turn();
            transcript.chat.running = false;
            if exit.unknown_conversation && transcript.chat.conversation_begun {
                transcript.chat.conversation_begun = false;
                let text = "The agent has lost this conversation and begins a new one: it does \
                            not remember what was said above.";
                transcript.notice(NoticeLevel::Warning, text, now);
            }
            if again {
                return;
            }
            if undelivered {
                transcript.fail_undelivered(&reason);
            }
            if asked_for || !(was_busy || undelivered) {
                transcript.set_status(SessionStatus::Idle);
            } else {
                transcript.notice(NoticeLevel::Error, reason.clone(), now);
                transcript.set_status(SessionStatus::Failed { reason });
            }
        })
        .await;
        if again {
            self.deliver().await;
        }
    }

    // ---- waiting ----

    fn wake_at(&self) -> Instant {
        let settings = &self.parts.settings;
        let wait = match (&self.live, self.waits_for_acknowledgement()) {
            (None, _) => settings.idle_after,
            (Some(_), true) => settings.acknowledge_within,
            (Some(_), false) => settings.idle_after,
        };
        self.quiet_since + wait
    }

    fn waits_for_acknowledgement(&self) -> bool {
        let busy = matches!(
            self.transcript.chat.status,
            SessionStatus::Working | SessionStatus::Waiting
        );
        !busy && self.transcript.undelivered().next().is_some()
    }

    async fn on_quiet(&mut self) {
        self.quiet_since = Instant::now();
        if self.live.is_none() {
            return;
        }
        if self.waits_for_acknowledgement() {
            let reason = "The agent has not acknowledged this message. Sending it again is safe.";
            self.keep(|transcript| {
                transcript.fail_undelivered(reason);
                transcript.set_status(SessionStatus::Idle);
            })
            .await;
        } else if !self.transcript.chat.status.is_busy() {
            self.stop_agent().await;
        }
    }

    // ---- storing ----

    /// Changes the transcript and stores that; on a failure nothing is changed.
    async fn change(&mut self, change: impl FnOnce(&mut Transcript)) -> Result<()> {
        let before = self.transcript.clone();
        change(&mut self.transcript);
        self.commit(before, Vec::new()).await
    }

    /// Changes the transcript by what cannot be refused, because it has happened. If the storage
    /// fails, the task forgets it and comes to it again by the agent's output, from the offset
    /// that is stored.
    async fn keep(&mut self, change: impl FnOnce(&mut Transcript)) {
        if let Err(error) = self.change(change).await {
            drop(error.into_api());
            sleep(STORAGE_PAUSE).await;
            if let Some(live) = &mut self.live {
                live.output = live.driver.follow(&live.run, self.transcript.chat.offset);
                live.caught_up = false;
            }
        }
    }

    /// Stores what has changed, then tells the followers.
    async fn commit(&mut self, before: Transcript, mut writes: Vec<Write>) -> Result<()> {
        let changes = self.transcript.take_changes();
        let chat = &self.transcript.chat;
        let is_durable_change = !changes.messages.is_empty()
            || !writes.is_empty()
            || ChatRecord { offset: 0, ..chat.clone() }
                != ChatRecord { offset: 0, ..before.chat.clone() };
        if is_durable_change {
            writes.push(put(chat, Condition::Version(self.version)));
            writes.extend(changes.messages.iter().map(|message| {
                let message = message.clone();
                put(&MessageRecord { session: self.session, message }, Condition::Always)
            }));
            if let Err(error) = self.parts.records.transact(writes).await {
                self.transcript = before;
                return Err(error);
            }
            self.version += 1;
        }
        let status_changed = before.chat.status != self.transcript.chat.status
            || before.chat.cost_usd.total_cmp(&self.transcript.chat.cost_usd).is_ne();
        self.publish(changes, before.chat.sequence);
        if status_changed {
            self.announce().await;
        }
        Ok(())
    }

    fn publish(&self, changes: super::transcript::Changes, old_sequence: u64) {
        let hub = &self.parts.hub;
        for message in changes.messages {
            if message.sequence > old_sequence {
                self.append_history(&message);
            }
            hub.tell_chat(self.session, ChatEvent::Message { message });
        }
        for event in changes.events {
            hub.tell_chat(self.session, event);
        }
    }

    /// Copies words into the workspace's `chat_history.jsonl`, a convenience for agents and
    /// exports. The table is the record; a failure here is logged and forgotten.
    fn append_history(&self, message: &Message) {
        let (role, content) = match &message.body {
            Body::User { text, .. } => ("user", text.clone()),
            Body::Agent { text } => ("assistant", text.clone()),
            Body::Published(published) => ("assistant", format!("Published: {}", published.url)),
            _ => return,
        };
        let line = serde_json::json!({
            "role": role,
            "content": content,
            "timestamp": message.at.rfc3339(),
            "session": self.session,
            "sequence": message.sequence,
        });
        if let Err(error) = self.parts.folders.append_history(&self.guid, &line.to_string()) {
            tracing::warn!(session = %self.session, %error, "chat_history.jsonl was not written");
        }
    }

    async fn announce(&self) {
        let session = async {
            let record = self.parts.sessions.load(self.session).await?;
            self.parts.sessions.joined(record).await
        };
        match session.await {
            Ok(session) => self.parts.sessions.announce(&session),
            Err(error) => drop(error.into_api()),
        }
    }
}

async fn next_output(live: &mut Option<Live>) -> Option<Output> {
    match live {
        Some(live) => live.output.recv().await,
        None => std::future::pending().await,
    }
}

/// Gives a reply to somebody who may have gone.
fn answer<T>(reply: Reply<T>, value: T) {
    let _gone = reply.send(value);
}

fn nothing_waits() -> Error {
    ApiError::conflict("The agent does not wait for this any more.").into()
}

fn describe(exit: &Exit) -> String {
    let how = match exit.status {
        Some(status) => format!("The agent stopped unexpectedly (exit status {status})"),
        None => "The agent stopped unexpectedly".to_owned(),
    };
    match exit.last_words.trim() {
        "" => format!("{how}. Send a message to go on."),
        words => format!("{how}: {words}\nSend a message to go on."),
    }
}

/// Whether the files below `folder` hold more than `limit` bytes. Links are not followed.
fn is_larger(folder: &Path, limit: u64) -> bool {
    let mut total = 0;
    let mut folders = vec![folder.to_path_buf()];
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
