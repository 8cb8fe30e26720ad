//! Stores what has changed, then tells those who follow.

use std::time::Duration;

use protocol::live::ChatEvent;
use protocol::{Body, Message};
use tokio::time::sleep;

use super::Task;
use crate::chat::record::{ChatRecord, MessageRecord};
use crate::chat::transcript::{Changes, Transcript};
use crate::error::Result;
use crate::records::put;
use crate::table::{Condition, Write};

/// How long the task waits after the storage failed before it tries again.
pub(super) const STORAGE_PAUSE: Duration = Duration::from_secs(2);

/// Messages that are stored in one transaction, which has at most 100 writes.
const TOGETHER: usize = 90;

impl Task {
    /// Changes the transcript and stores that; on a failure nothing is changed.
    pub(super) async fn change(&mut self, change: impl FnOnce(&mut Transcript)) -> Result<()> {
        let before = self.transcript.clone();
        change(&mut self.transcript);
        self.commit(before, Vec::new()).await
    }

    /// Changes the transcript by what cannot be refused, because it has happened. If the storage
    /// fails, the task forgets it and comes to it again by the agent's output, from the offset
    /// that is stored.
    pub(super) async fn keep(&mut self, change: impl FnOnce(&mut Transcript)) {
        if let Err(error) = self.change(change).await {
            drop(error.into_api());
            sleep(STORAGE_PAUSE).await;
            if let Some(live) = &mut self.live {
                self.transcript.end_partial();
                live.output = live.driver.follow(&live.run, self.transcript.chat.offset);
                live.caught_up = false;
            }
        }
    }

    /// Tells the followers what needs no storing, such as pieces of an answer.
    pub(super) fn tell_followers(&mut self) {
        for event in self.transcript.take_changes().events {
            self.parts.hub.tell_chat(self.session, event);
        }
    }

    /// Stores what has changed, then tells the followers.
    pub(super) async fn commit(
        &mut self,
        before: Transcript,
        mut writes: Vec<Write>,
    ) -> Result<()> {
        let changes = self.transcript.take_changes();
        let chat = &self.transcript.chat;
        let is_durable_change = !changes.messages.is_empty()
            || !writes.is_empty()
            || ChatRecord {
                offset: 0,
                ..chat.clone()
            } != ChatRecord {
                offset: 0,
                ..before.chat.clone()
            };
        if is_durable_change {
            writes.push(put(chat, Condition::Version(self.version)));
            if let Err(error) = self.transact(&changes.messages, writes).await {
                self.transcript = before;
                return Err(error);
            }
            self.version += 1;
        }
        let status_changed = before.chat.status != self.transcript.chat.status
            || before
                .chat
                .cost_usd
                .total_cmp(&self.transcript.chat.cost_usd)
                .is_ne();
        self.publish(changes, before.chat.sequence);
        if status_changed {
            self.announce().await;
        }
        Ok(())
    }

    /// Stores messages together with `last`. More than fit into one transaction go before it: the
    /// chat's record is among `last`, so until then nobody counts them, and if the server is killed
    /// in between they are written again from the same output.
    async fn transact(&self, messages: &[Message], last: Vec<Write>) -> Result<()> {
        let record = |message: &Message| {
            let (session, message) = (self.session, message.clone());
            put(&MessageRecord { session, message }, Condition::Always)
        };
        let mut chunks = messages.chunks(TOGETHER).peekable();
        while let Some(chunk) = chunks.next() {
            let mut writes: Vec<_> = chunk.iter().map(record).collect();
            if chunks.peek().is_none() {
                writes.extend(last);
                return self.parts.records.transact(writes).await;
            }
            self.parts.records.transact(writes).await?;
        }
        self.parts.records.transact(last).await
    }

    pub(super) fn publish(&self, changes: Changes, old_sequence: u64) {
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
    pub(super) fn append_history(&self, message: &Message) {
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
        if let Err(error) = self
            .parts
            .folders
            .append_history(&self.guid, &line.to_string())
        {
            tracing::warn!(session = %self.session, %error, "chat_history.jsonl was not written");
        }
    }

    pub(super) async fn announce(&self) {
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
