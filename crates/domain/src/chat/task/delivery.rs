//! What the agent is told, and what comes back.

use protocol::{Body, Delivery, ErrorKind, MessageId, NoticeLevel, SessionStatus, Upload};
use tokio::time::Instant;

use super::{Stop, Task};
use crate::agents::{AgentError, AgentEvent, AgentInput, Exit, Output};
use crate::chat::prompt::{File, after, with_files};
use crate::chat::record::{MessageRecord, ToolTokenRecord};
use crate::chat::transcript::{Changes, REQUEST_BYTES, oversize};
use crate::error::{Error, Result};
use crate::records::delete;
use crate::table::{Condition, Query};

/// Starts in a row without an acknowledged message before the task gives up until the next one.
const START_TRIES: u32 = 2;
/// Why a message was not taken by an agent that somebody stopped.
const STOPPED: &str =
    "The agent was stopped before it took this message. Sending it again is safe.";

impl Task {
    pub(super) async fn tell(&self, input: &AgentInput) -> Result<()> {
        let live = self.live.as_ref().ok_or(AgentError::NotRunning)?;
        Ok(live.driver.tell(&live.run, input).await?)
    }

    /// Gives the agent every message that is stored and not sent, starting it if need be.
    pub(super) async fn deliver(&mut self) {
        if self.transcript.undelivered().next().is_none() {
            return;
        }
        if self.live.is_none() {
            self.start_or_explain().await;
        }
        if self.live.as_ref().is_some_and(|live| live.caught_up) {
            self.send_undelivered(|delivery| *delivery == Delivery::Stored)
                .await;
        }
    }

    /// Sends the undelivered messages that `which` picks. What this process has had already it
    /// acknowledges again and ignores.
    pub(super) async fn send_undelivered(&mut self, which: impl Fn(&Delivery) -> bool) {
        let messages: Vec<_> = self
            .transcript
            .undelivered()
            .filter_map(|message| match &message.body {
                Body::User {
                    text,
                    uploads,
                    delivery,
                    ..
                } if which(delivery) => Some((message.id, text.clone(), uploads.clone())),
                _ => None,
            })
            .collect();
        for (id, words, uploads) in messages {
            let first = self.transcript.undelivered().next();
            let begins = first.is_some_and(|first| first.id == id)
                && !self.transcript.chat.conversation_begun;
            let text = match self.prompt(&words, uploads, begins).await {
                Ok(text) => text,
                Err(error) => {
                    let reason = error.into_api().message;
                    return self
                        .keep(|transcript| transcript.fail_undelivered(&reason))
                        .await;
                }
            };
            let told = match &self.live {
                Some(live) => {
                    let id = live.run.id_of(id);
                    self.tell(&AgentInput::Message { id, text }).await
                }
                None => return,
            };
            match told {
                Ok(()) => {
                    self.keep(|transcript| transcript.set_delivery(id, Delivery::Sent))
                        .await;
                }
                // Its end is on the way as output, and starts it again.
                Err(Error::Agent(AgentError::NotRunning)) => return,
                // What it does not read now it does not read a moment later either.
                Err(error) => {
                    let reason = error.into_api().message;
                    return self
                        .keep(|transcript| transcript.fail_undelivered(&reason))
                        .await;
                }
            }
        }
    }

    /// What the agent is given for a message, which may begin its conversation.
    async fn prompt(&self, words: &str, uploads: Vec<Upload>, begins: bool) -> Result<String> {
        let mut files = Vec::with_capacity(uploads.len());
        for upload in uploads {
            let id = [upload.id];
            match self.parts.uploads.attachments(&self.guid, &id).await {
                Ok(found) => files.extend(found.into_iter().map(File::There)),
                Err(Error::Refused(error)) if error.kind == ErrorKind::NotFound => {
                    files.push(File::Gone(upload.name));
                }
                Err(error) => return Err(error),
            }
        }
        let prompt = with_files(words, &files);
        let copied = self.transcript.chat.copied;
        if !begins || copied == 0 {
            return Ok(prompt);
        }
        let query = Query::table(MessageRecord::partition(self.session))
            .prefix(MessageRecord::PREFIX)
            .descending()
            .beyond(MessageRecord::sort(copied + 1));
        let before = self.parts.records.query::<MessageRecord>(query).await?;
        let newest_first = before.iter().map(|stored| &stored.message.body);
        Ok(after(newest_first, self.transcript.chat.imported, &prompt))
    }

    /// Takes what has been read of the agent's output, in order.
    pub(super) async fn take_outputs(&mut self, outputs: Vec<Output>) {
        self.quiet_since = Instant::now();
        if outputs.is_empty() {
            // The reader gave up without an end, for example on an unreadable file.
            let last_words = "its output cannot be read".to_owned();
            return self
                .ended(Exit {
                    status: None,
                    last_words,
                    unknown_conversation: false,
                })
                .await;
        }
        let mut lines = Vec::new();
        for output in outputs {
            let other = match output {
                Output::Line { offset, events } => {
                    lines.push((offset, events));
                    continue;
                }
                other => other,
            };
            if !self.take_lines(std::mem::take(&mut lines)).await {
                return;
            }
            match other {
                Output::Line { .. } => {}
                Output::CaughtUp => {
                    if let Some(live) = &mut self.live {
                        live.caught_up = true;
                    }
                    self.send_undelivered(|_| true).await;
                }
                Output::Ended(exit) => self.ended(exit).await,
            }
        }
        self.take_lines(lines).await;
    }

    /// Takes lines of output. Whether they are stored; if not, they are read again, and whatever
    /// was read after them too.
    async fn take_lines(&mut self, lines: Vec<(u64, Vec<AgentEvent>)>) -> bool {
        if lines.is_empty() {
            return true;
        }
        let only_goes_on = self.transcript.partial().is_some()
            && lines
                .iter()
                .flat_map(|(_, events)| events)
                .all(|event| matches!(event, AgentEvent::TextDelta(_)));
        if only_goes_on {
            let now = self.parts.clock.now();
            for event in lines.into_iter().flat_map(|(_, events)| events) {
                self.transcript.fold(event, now);
            }
            self.tell_followers();
            return true;
        }
        let before = self.transcript.clone();
        let stored = match self.fold(lines).await {
            Ok(changes) => self.commit(&before, changes, Vec::new()).await,
            Err(error) => Err(error),
        };
        match stored {
            Ok(()) => true,
            Err(error) => {
                self.transcript = before;
                self.read_again(error).await;
                false
            }
        }
    }

    /// What each line changes.
    async fn fold(&mut self, lines: Vec<(u64, Vec<AgentEvent>)>) -> Result<Vec<Changes>> {
        let mut all = Vec::with_capacity(lines.len());
        for (offset, events) in lines {
            let now = self.parts.clock.now();
            for event in events {
                if let Some(event) = self.understand(event).await? {
                    self.transcript.fold(event, now);
                }
            }
            self.transcript.read_to(offset);
            all.push(self.transcript.take_changes());
        }
        Ok(all)
    }

    /// What the transcript is to know of an event.
    async fn understand(&mut self, event: AgentEvent) -> Result<Option<AgentEvent>> {
        if let Some((request, about)) = oversize(&event) {
            self.refuse(request, &about).await;
            return Ok(None);
        }
        let (AgentEvent::Acknowledged(id), Some(live)) = (&event, &self.live) else {
            return Ok(Some(event));
        };
        let id = live.run.id_of(*id);
        self.starts = 0;
        self.expect_again(id).await?;
        Ok(Some(AgentEvent::Acknowledged(id)))
    }

    /// Takes back that a message has failed which the agent takes now after all.
    async fn expect_again(&mut self, id: MessageId) -> Result<()> {
        if self
            .transcript
            .undelivered()
            .any(|message| message.id == id)
        {
            return Ok(());
        }
        let Some(mut message) = self.sent_before(id).await? else {
            return Ok(());
        };
        if let Body::User { delivery, .. } = &mut message.body
            && matches!(delivery, Delivery::Failed { .. })
        {
            *delivery = Delivery::Sent;
            self.transcript.change(message);
        }
        Ok(())
    }

    /// Refuses a request that is too large to be shown to a person.
    async fn refuse(&mut self, request: String, about: &str) {
        let limit = REQUEST_BYTES / 1024;
        let text = format!(
            "The agent asked for a decision on {about} with more than {limit} KiB, which is too \
             much to be judged. It was refused and told to take smaller steps."
        );
        let message = format!(
            "This is more than {limit} KiB, too much for a person to judge. Take smaller steps."
        );
        // Told first, as every decision is. An agent that has ended waits for nothing.
        if let Err(error) = self.tell(&AgentInput::Refuse { request, message }).await {
            drop(error.into_api());
        }
        let now = self.parts.clock.now();
        self.transcript.notice(NoticeLevel::Warning, text, now);
    }

    async fn ended(&mut self, exit: Exit) {
        let stop = self.live.take().and_then(|live| live.stopping);
        self.store_end(exit, stop).await;
    }

    /// Stores that the process has ended, and starts it again for messages that it has not taken.
    /// If the storage fails, this is done again after a while.
    pub(super) async fn store_end(&mut self, exit: Exit, stop: Option<Stop>) {
        let was_busy = self.transcript.chat.status.is_busy();
        let now = self.parts.clock.now();
        let undelivered = self.transcript.undelivered().next().is_some();
        let again = undelivered && stop != Some(Stop::Asked) && self.starts < START_TRIES;
        let reason = match stop {
            Some(_) => STOPPED.to_owned(),
            None => describe(&exit),
        };
        let before = self.transcript.clone();
        let transcript = &mut self.transcript;
        transcript.close_turn();
        transcript.chat.running = false;
        let token = transcript.chat.tool_token.take();
        if exit.unknown_conversation && transcript.chat.conversation_begun {
            transcript.chat.conversation_begun = false;
            let text = "The agent has lost this conversation and begins a new one: it does \
                        not remember what was said above.";
            transcript.notice(NoticeLevel::Warning, text, now);
        }
        let had_work = was_busy || undelivered;
        // Without work the status says how the last turn ended, and goes on saying so.
        if had_work && stop.is_some() {
            transcript.set_status(SessionStatus::Idle);
        } else if had_work && !again {
            transcript.notice(NoticeLevel::Error, reason.clone(), now);
            transcript.set_status(SessionStatus::Failed {
                reason: reason.clone(),
            });
        }
        if !again {
            transcript.fail_undelivered(&reason);
        }
        let forget = |hash: String| delete(ToolTokenRecord::key_of(&hash), Condition::Always);
        let writes = token.map(forget).into_iter().collect();
        match self.commit_or_undo(before, writes).await {
            Ok(()) if again => Box::pin(self.deliver()).await,
            Ok(()) => {}
            Err(error) => {
                drop(error.into_api());
                self.unstored_end = Some((exit, stop));
            }
        }
    }
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
