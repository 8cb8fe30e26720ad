//! Stores what has changed, then tells those who follow.

use std::collections::BTreeMap;
use std::time::Duration;

use protocol::live::ChatEvent;
use protocol::{Body, Message, MessageId};
use tokio::time::sleep;

use super::Task;
use crate::chat::record::{ChatRecord, MessageRecord, SentRecord};
use crate::chat::transcript::{Changes, Transcript};
use crate::error::{Error, Result};
use crate::history::Line;
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
        self.commit_or_undo(before, Vec::new()).await
    }

    /// Stores a message for the agent together with its id, so that sending it again is known.
    pub(super) async fn append_sent(
        &mut self,
        id: MessageId,
        body: Body,
        repairs: u32,
    ) -> Result<Message> {
        let now = self.parts.clock.now();
        let before = self.transcript.clone();
        self.transcript.chat.repairs = repairs;
        let message = self.transcript.append(id, body, now);
        let sent = SentRecord {
            session: self.session,
            id,
            sequence: message.sequence,
        };
        self.commit_or_undo(before, vec![put(&sent, Condition::Absent)])
            .await?;
        Ok(message)
    }

    /// Stores what has changed since `before`; on a failure nothing is changed.
    pub(super) async fn commit_or_undo(
        &mut self,
        before: Transcript,
        writes: Vec<Write>,
    ) -> Result<()> {
        let changes = vec![self.transcript.take_changes()];
        let stored = self.commit(&before, changes, writes).await;
        if stored.is_err() {
            self.transcript = before;
        }
        stored
    }

    /// Changes the transcript by what cannot be refused, because it has happened.
    pub(super) async fn keep(&mut self, change: impl FnOnce(&mut Transcript)) {
        if let Err(error) = self.change(change).await {
            self.read_again(error).await;
        }
    }

    /// The storage has failed: after a while the task comes again to what it has forgotten, by the
    /// agent's output from the offset that is stored.
    pub(super) async fn read_again(&mut self, error: Error) {
        drop(error.into_api());
        sleep(STORAGE_PAUSE).await;
        if let Some(live) = &mut self.live {
            self.transcript.end_partial();
            live.output = live.driver.follow(&live.run, self.transcript.chat.offset);
            live.caught_up = false;
        }
    }

    /// Tells the followers what needs no storing, such as pieces of an answer.
    pub(super) fn tell_followers(&mut self) {
        for event in self.transcript.take_changes().events {
            self.parts.hub.tell_chat(self.session, event);
        }
    }

    /// Stores what has changed since `before`, then tells the followers.
    pub(super) async fn commit(
        &mut self,
        before: &Transcript,
        changes: Vec<Changes>,
        mut writes: Vec<Write>,
    ) -> Result<()> {
        let chat = &self.transcript.chat;
        let messages = newest(&changes);
        let is_durable_change = !messages.is_empty()
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
            self.transact(&messages, writes).await?;
            self.version += 1;
        }
        let new = messages
            .iter()
            .filter(|message| message.sequence > before.chat.sequence);
        let lines = new.map(|message| Line::of(self.session, message)).collect();
        self.publish(changes);
        self.write_history(lines).await;
        let was = &before.chat;
        let chat = &self.transcript.chat;
        if was.status != chat.status || was.cost_usd.total_cmp(&chat.cost_usd).is_ne() {
            self.announce().await;
        }
        Ok(())
    }

    /// Stores messages together with `last`. More than fit into one transaction go before it: the
    /// chat's record is among `last`, so until then nobody counts them, and if the server is killed
    /// in between they are written again from the same output.
    async fn transact(&self, messages: &[&Message], last: Vec<Write>) -> Result<()> {
        let record = |message: &&Message| {
            let (session, message) = (self.session, Message::clone(message));
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

    fn publish(&self, changes: Vec<Changes>) {
        let hub = &self.parts.hub;
        for Changes { messages, events } in changes {
            for message in messages {
                hub.tell_chat(self.session, ChatEvent::Message { message });
            }
            for event in events {
                hub.tell_chat(self.session, event);
            }
        }
    }

    /// Copies what was just stored into the workspace's `chat_history.jsonl`, and what is missing
    /// there. The table is the record: a failure is logged, and made good the next time.
    pub(super) async fn write_history(&mut self, new: Vec<Line>) {
        let history = &self.parts.history;
        let written = if self.history_is_whole {
            history.append(&self.guid, new).await
        } else {
            history.catch_up(&self.guid, self.session).await
        };
        self.history_is_whole = written.is_ok();
        if let Err(error) = written {
            drop(error.into_api());
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

/// Each message as the last change left it, in order.
fn newest(changes: &[Changes]) -> Vec<&Message> {
    let all = changes.iter().flat_map(|changes| &changes.messages);
    let by_sequence: BTreeMap<u64, &Message> =
        all.map(|message| (message.sequence, message)).collect();
    by_sequence.into_values().collect()
}
