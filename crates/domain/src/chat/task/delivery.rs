//! What the agent is told, and what comes back.

use protocol::{Body, Delivery, NoticeLevel, SessionStatus};
use tokio::time::Instant;

use super::{Stop, Task};
use crate::agents::{AgentError, AgentEvent, AgentInput, Exit, Output};
use crate::chat::record::ToolTokenRecord;
use crate::chat::transcript::Transcript;
use crate::error::{Error, Result};
use crate::records::delete;
use crate::table::Condition;

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

    /// Sends the undelivered messages that `which` picks. What an agent has had already it
    /// acknowledges again and ignores.
    pub(super) async fn send_undelivered(&mut self, which: impl Fn(&Delivery) -> bool) {
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
            match self.tell(&AgentInput::Message { id, text }).await {
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

    pub(super) async fn take_output(&mut self, output: Option<Output>) {
        self.quiet_since = Instant::now();
        match output {
            Some(Output::Line { offset, events }) => self.take_line(offset, events).await,
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
                self.ended(Exit {
                    status: None,
                    last_words,
                    unknown_conversation: false,
                })
                .await;
            }
        }
    }

    async fn take_line(&mut self, offset: u64, events: Vec<AgentEvent>) {
        let now = self.parts.clock.now();
        if events
            .iter()
            .any(|event| matches!(event, AgentEvent::Acknowledged(_)))
        {
            self.starts = 0;
        }
        let only_goes_on = self.transcript.partial().is_some()
            && events
                .iter()
                .all(|event| matches!(event, AgentEvent::TextDelta(_)));
        let fold = |transcript: &mut Transcript| {
            for event in events {
                transcript.fold(event, now);
            }
            transcript.read_to(offset);
        };
        if only_goes_on {
            fold(&mut self.transcript);
            self.tell_followers();
        } else {
            self.keep(fold).await;
        }
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
        match self.commit(before, writes).await {
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
