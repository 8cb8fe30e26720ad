//! The task that alone writes one session's chat and talks with its agent.

mod delivery;
mod process;
mod repair;
mod reports;
mod store;

use std::sync::Arc;
use std::time::Duration;

use protocol::{
    ApiError, Body, Decision, Delivery, Guid, Message, MessageId, NoticeLevel, Partial,
    PermissionPolicy, Published, SessionId, SessionStatus, Upload,
};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::Parts;
use super::record::{ChatRecord, MessageRecord, SentRecord};
use super::transcript::{Transcript, is_open};
use crate::agents::{AgentDriver, AgentInput, Exit, Output, Run};
use crate::error::{Error, Result};
use crate::table::Query;
use reports::Reports;
use store::STORAGE_PAUSE;

/// A second stop this long after the first ends the process.
const PATIENCE: Duration = Duration::from_secs(3);

/// Steps of output that are stored together if they are there already: an agent that says much
/// costs a transaction for all of them and not for each.
const OUTPUTS: usize = 64;

/// Messages that may wait for an agent to take them.
const WAITING_LIMIT: usize = 50;

type Reply<T> = oneshot::Sender<T>;

/// What a task is asked.
pub(super) enum Request {
    Send {
        id: MessageId,
        text: String,
        uploads: Vec<Upload>,
        reply: Reply<Result<Message>>,
    },
    SendAgain {
        id: MessageId,
        reply: Reply<Result<()>>,
    },
    Interrupt {
        reply: Reply<Result<()>>,
    },
    Decide {
        request: String,
        decision: Decision,
        reply: Reply<Result<()>>,
    },
    Answer {
        request: String,
        answers: Vec<String>,
        reply: Reply<Result<()>>,
    },
    SetPolicy {
        policy: PermissionPolicy,
        reply: Reply<Result<()>>,
    },
    Report {
        text: String,
        reply: Reply<Result<()>>,
    },
    Stop {
        reply: Reply<()>,
    },
    Published {
        published: Published,
        reply: Reply<Result<()>>,
    },
    Repair {
        id: MessageId,
        text: String,
        reply: Reply<Result<bool>>,
    },
    Peek {
        reply: Reply<(SessionStatus, Option<Partial>)>,
    },
}

/// A running agent.
struct Live {
    driver: Arc<dyn AgentDriver>,
    run: Run,
    output: mpsc::Receiver<Output>,
    /// Whether all output that existed when the task came to it has been taken. Only then is it
    /// known which messages the agent has acknowledged.
    caught_up: bool,
    /// Why the task itself has ended it, if it has.
    stopping: Option<Stop>,
    _slot: Option<OwnedSemaphorePermit>,
}

/// Why a task ends an agent's process.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// Nobody waits for it. A message that comes now starts it again.
    Quiet,
    /// A person asked for it.
    Asked,
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
    /// An end that could not be stored yet.
    unstored_end: Option<(Exit, Option<Stop>)>,
    /// Whether `chat_history.jsonl` has all that is stored.
    history_is_whole: bool,
    reports: Reports,
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
        task.write_history(Vec::new()).await;
        loop {
            let wake_at = task.wake_at();
            tokio::select! {
                biased;
                request = requests.recv() => match request {
                    Some(request) => task.serve(request).await,
                    None => return,
                },
                outputs = next_outputs(&mut task.live) => task.take_outputs(outputs).await,
                () = sleep_until(wake_at) => task.on_quiet().await,
            }
        }
    }

    async fn load(parts: Arc<Parts>, session: SessionId) -> Result<Self> {
        let guid = parts.sessions.load(session).await?.session.guid;
        let chat = parts
            .records
            .require::<ChatRecord>(&ChatRecord::key_of(session))
            .await?;
        let open = open_messages(&parts, &chat).await?;
        Ok(Self {
            parts,
            guid,
            session,
            transcript: Transcript::new(chat.value, open),
            version: chat.version,
            live: None,
            starts: 0,
            quiet_since: Instant::now(),
            interrupted_at: None,
            unstored_end: None,
            history_is_whole: false,
            reports: Reports::default(),
        })
    }

    async fn serve(&mut self, request: Request) {
        self.quiet_since = Instant::now();
        match request {
            Request::Send {
                id,
                text,
                uploads,
                reply,
            } => {
                let stored = self.store_message(id, text, uploads).await;
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
            Request::Decide {
                request,
                decision,
                reply,
            } => {
                answer(reply, self.decide(request, decision).await);
            }
            Request::Answer {
                request,
                answers,
                reply,
            } => {
                answer(reply, self.answer(request, answers).await);
            }
            Request::SetPolicy { policy, reply } => answer(reply, self.set_policy(policy).await),
            Request::Report { text, reply } => answer(reply, self.report(text).await),
            Request::Stop { reply } => {
                self.stop_agent(Stop::Asked).await;
                answer(reply, ());
            }
            Request::Published { published, reply } => {
                let now = self.parts.clock.now();
                answer(
                    reply,
                    self.change(|transcript| transcript.published(published, now))
                        .await,
                );
            }
            Request::Repair { id, text, reply } => {
                let asked = self.ask_for_repair(id, text).await;
                let is_asked = matches!(asked, Ok(true));
                answer(reply, asked);
                if is_asked {
                    self.starts = 0;
                    self.deliver().await;
                }
            }
            Request::Peek { reply } => {
                let status = self.transcript.chat.status.clone();
                answer(reply, (status, self.transcript.partial().cloned()));
            }
        }
    }

    async fn store_message(
        &mut self,
        id: MessageId,
        text: String,
        uploads: Vec<Upload>,
    ) -> Result<Message> {
        if let Some(message) = self.sent_before(id).await? {
            return Ok(message);
        }
        if self.transcript.undelivered().count() >= WAITING_LIMIT {
            let message = format!(
                "{WAITING_LIMIT} messages wait for the agent already. Let it answer some, or stop it."
            );
            return Err(ApiError::limit(message).into());
        }
        let title = match (text.as_str(), uploads.first()) {
            ("", Some(upload)) => upload.name.clone(),
            _ => text.clone(),
        };
        let body = Body::User {
            text,
            uploads,
            automatic: false,
            delivery: Delivery::Stored,
        };
        // What a person says begins a new count of repairs.
        let message = self.append_sent(id, body, 0).await?;
        if let Err(error) = self
            .parts
            .sessions
            .suggest_title(self.session, &title)
            .await
        {
            drop(error.into_api());
        }
        Ok(message)
    }

    async fn sent_before(&self, id: MessageId) -> Result<Option<Message>> {
        let key = SentRecord::key_of(self.session, id);
        let Some(sent) = self.parts.records.get::<SentRecord>(&key).await? else {
            return Ok(None);
        };
        let key = MessageRecord::key_of(self.session, sent.sequence);
        Ok(Some(
            self.parts
                .records
                .require::<MessageRecord>(&key)
                .await?
                .value
                .message,
        ))
    }

    async fn mark_unsent(&mut self, id: MessageId) -> Result<()> {
        let not_found = || ApiError::not_found("message");
        let mut message = self.sent_before(id).await?.ok_or_else(not_found)?;
        match &mut message.body {
            Body::User { delivery, .. } if *delivery != Delivery::Delivered => {
                *delivery = Delivery::Stored;
                self.change(|transcript| drop(transcript.change(message)))
                    .await
            }
            _ => Ok(()),
        }
    }

    async fn report(&mut self, text: String) -> Result<()> {
        self.reports.count()?;
        let now = self.parts.clock.now();
        self.change(|transcript| transcript.notice(NoticeLevel::Info, text, now))
            .await
    }

    async fn interrupt(&mut self) -> Result<()> {
        if self.live.is_none() {
            return Ok(());
        }
        match self.interrupted_at {
            Some(at) if self.transcript.interrupting && at.elapsed() >= PATIENCE => {
                self.stop_agent(Stop::Asked).await;
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
            Decision::Allow => AgentInput::Permit {
                request: request.clone(),
                input: permission.input,
            },
            Decision::Deny { message } => {
                let message = match message.trim() {
                    "" => "The person said no.".to_owned(),
                    reason => format!("The person said no: {reason}"),
                };
                AgentInput::Refuse {
                    request: request.clone(),
                    message,
                }
            }
            Decision::Withdrawn => return Err(nothing_waits()),
        };
        // Told first: a decision that is stored but was never told would leave the agent waiting.
        self.tell(&input).await?;
        self.change(|transcript| transcript.decided(&request, decision))
            .await
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
        self.change(|transcript| transcript.answered(&request, answers))
            .await
    }

    async fn set_policy(&mut self, policy: PermissionPolicy) -> Result<()> {
        if self.live.is_some() {
            self.tell(&AgentInput::Policy(policy)).await?;
        }
        self.parts
            .sessions
            .store_policy(self.session, policy)
            .await
            .map(drop)
    }

    fn wake_at(&self) -> Instant {
        if self.unstored_end.is_some() {
            return self.quiet_since + STORAGE_PAUSE;
        }
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
        if let Some((exit, stop)) = self.unstored_end.take() {
            self.store_end(exit, stop).await;
        }
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
            self.stop_agent(Stop::Quiet).await;
        }
    }
}

/// The messages of a chat that can still change, oldest first.
async fn open_messages(parts: &Parts, chat: &ChatRecord) -> Result<Vec<Message>> {
    let mut open = Vec::new();
    let mut before_next = chat.oldest_open.saturating_sub(1);
    while chat.oldest_open > 0 && before_next < chat.sequence {
        let query = Query::table(MessageRecord::partition(chat.session))
            .prefix(MessageRecord::PREFIX)
            .beyond(MessageRecord::sort(before_next));
        let page = parts.records.query::<MessageRecord>(query).await?;
        let Some(last) = page.last() else { break };
        before_next = last.message.sequence;
        let messages = page.into_iter().map(|stored| stored.value.message);
        open.extend(messages.filter(|message| is_open(&message.body)));
    }
    Ok(open)
}

/// What the agent has said meanwhile, at least one step; nothing if the reader has given up.
async fn next_outputs(live: &mut Option<Live>) -> Vec<Output> {
    match live {
        Some(live) => {
            let mut outputs = Vec::new();
            live.output.recv_many(&mut outputs, OUTPUTS).await;
            outputs
        }
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
