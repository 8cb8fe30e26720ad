//! What the agent is told, and what comes back.

use protocol::{Body, Delivery, NoticeLevel, SessionStatus};
use tokio::time::Instant;

use super::Task;
use crate::agents::{AgentError, AgentEvent, AgentInput, Exit, Output};
use crate::error::{Error, Result};

/// Starts in a row without an acknowledged message before the task gives up until the next one.
const START_TRIES: u32 = 2;

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
            let delivery = match self.tell(&AgentInput::Message { id, text }).await {
                Ok(()) => Delivery::Sent,
                // Its end is on the way as output, and starts it again.
                Err(Error::Agent(AgentError::NotRunning)) => return,
                Err(error) => Delivery::Failed {
                    reason: error.into_api().message,
                },
            };
            self.keep(|transcript| transcript.set_delivery(id, delivery))
                .await;
        }
    }

    pub(super) async fn take_output(&mut self, output: Option<Output>) {
        self.quiet_since = Instant::now();
        match output {
            Some(Output::Line { offset, events }) => {
                let now = self.parts.clock.now();
                if events
                    .iter()
                    .any(|e| matches!(e, AgentEvent::Acknowledged(_)))
                {
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
                self.ended(Exit {
                    status: None,
                    last_words,
                    unknown_conversation: false,
                })
                .await;
            }
        }
    }

    pub(super) async fn ended(&mut self, exit: Exit) {
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
