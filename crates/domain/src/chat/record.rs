//! How a chat is stored.

use protocol::{Message, MessageId, SessionId, SessionStatus, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Result;
use crate::records::{Record, Records, put};
use crate::table::{Condition, Key};

/// Messages that are stored in one transaction where many are stored.
const BATCH: usize = 50;

/// The partition of everything in a session.
pub(crate) fn partition(session: SessionId) -> String {
    format!("SESSION#{session}")
}

/// What changes with every message of a session. Only the session's own chat task writes it, so
/// that sequence numbers and revisions have no gaps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatRecord {
    /// The session.
    pub session: SessionId,
    /// The sequence number of the newest message; 0 for none.
    pub sequence: u64,
    /// The newest revision; 0 for none.
    pub revision: u64,
    /// The sequence number of the oldest message that waits for something; 0 for none. Where a
    /// new task begins to read what can still change.
    pub oldest_open: u64,
    /// What the agent is doing.
    pub status: SessionStatus,
    /// What the session has cost so far, in US dollars.
    pub cost_usd: f64,
    /// When something last happened.
    pub active_at: Timestamp,
    /// Rounds of repair that the agent was asked for since a person last said something.
    #[serde(default)]
    pub repairs: u32,
    /// The number of the newest run; 0 for none.
    pub run: u32,
    /// Whether that run's process was started and has not been seen to end.
    pub running: bool,
    /// Bytes of the run's output that are in the chat. Stored together with what they say, so
    /// that after a crash each line of output is taken exactly once.
    pub offset: u64,
    /// The agent's own id of the conversation.
    pub conversation: Uuid,
    /// Messages, from the first on, that were said elsewhere: in the session that this one branched
    /// off, or in an imported history. The agent is told of them when it begins the conversation.
    #[serde(default)]
    pub copied: u64,
    /// Whether they are of an imported history, of which nobody knows who wrote it.
    #[serde(default)]
    pub imported: bool,
    /// Whether the agent has begun that conversation, so that it can be resumed.
    pub conversation_begun: bool,
    /// The SHA-256 of the token with which the running agent calls tools.
    pub tool_token: Option<String>,
}

impl ChatRecord {
    /// The chat of a session that is just being made.
    #[must_use]
    pub fn new(session: SessionId, now: Timestamp) -> Self {
        Self {
            session,
            sequence: 0,
            revision: 0,
            oldest_open: 0,
            status: SessionStatus::Idle,
            cost_usd: 0.0,
            active_at: now,
            repairs: 0,
            run: 0,
            running: false,
            offset: 0,
            conversation: Uuid::new_v4(),
            copied: 0,
            imported: false,
            conversation_begun: false,
            tool_token: None,
        }
    }

    /// Begins with this many messages that were said elsewhere.
    pub(crate) const fn begin_after(&mut self, copied: u64) {
        self.sequence = copied;
        self.revision = copied;
        self.copied = copied;
    }

    /// The key of a session's chat.
    #[must_use]
    pub fn key_of(session: SessionId) -> Key {
        Key::new(partition(session), "CHAT")
    }
}

impl Record for ChatRecord {
    const WHAT: &'static str = "chat";

    fn key(&self) -> Key {
        Self::key_of(self.session)
    }

    /// Sessions whose agent runs are listed together, to be found again when the server starts.
    fn index(&self) -> Option<Key> {
        self.running
            .then(|| Key::new(RUNNING, self.session.to_string()))
    }
}

/// The index partition that lists the chats whose agent runs.
pub const RUNNING: &str = "RUNNING";

/// A stored message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageRecord {
    /// The session.
    pub session: SessionId,
    /// The message.
    pub message: Message,
}

impl MessageRecord {
    /// The prefix of all messages' sort keys.
    pub const PREFIX: &'static str = "MESSAGE#";
    /// The prefix of all revisions' sort keys in the index.
    pub const REVISION_PREFIX: &'static str = "REVISION#";

    /// Stores messages of a session that nobody knows of yet, over what there is of them.
    pub(crate) async fn store_all(
        records: &Records,
        session: SessionId,
        messages: impl IntoIterator<Item = Message>,
    ) -> Result<()> {
        let mut messages = messages.into_iter().peekable();
        while messages.peek().is_some() {
            let batch = messages.by_ref().take(BATCH);
            let writes = batch.map(|message| put(&Self { session, message }, Condition::Always));
            records.transact(writes.collect()).await?;
        }
        Ok(())
    }

    /// The partition of a session's messages, in the table and in the index.
    #[must_use]
    pub fn partition(session: SessionId) -> String {
        partition(session)
    }

    /// The key of the message with this sequence number.
    #[must_use]
    pub fn key_of(session: SessionId, sequence: u64) -> Key {
        Key::new(partition(session), Self::sort(sequence))
    }

    /// The sort key of the message with this sequence number.
    #[must_use]
    pub fn sort(sequence: u64) -> String {
        format!("{}{sequence:020}", Self::PREFIX)
    }

    /// The sort key of a revision in the index.
    #[must_use]
    pub fn revision_sort(revision: u64) -> String {
        format!("{}{revision:020}", Self::REVISION_PREFIX)
    }
}

impl Record for MessageRecord {
    const WHAT: &'static str = "message";

    fn key(&self) -> Key {
        Self::key_of(self.session, self.message.sequence)
    }

    fn index(&self) -> Option<Key> {
        Some(Key::new(
            partition(self.session),
            Self::revision_sort(self.message.revision),
        ))
    }
}

/// Remembers that a message was sent, so that sending it twice stores it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRecord {
    /// The session.
    pub session: SessionId,
    /// The message's id.
    pub id: MessageId,
    /// Its sequence number.
    pub sequence: u64,
}

impl SentRecord {
    /// The key of a sent message.
    #[must_use]
    pub fn key_of(session: SessionId, id: MessageId) -> Key {
        Key::new(partition(session), format!("SENT#{id}"))
    }
}

impl Record for SentRecord {
    const WHAT: &'static str = "sent message";

    fn key(&self) -> Key {
        Self::key_of(self.session, self.id)
    }
}

/// Leads from a tool token to the session whose agent holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolTokenRecord {
    /// The token's SHA-256 in hexadecimal.
    pub hash: String,
    /// The session.
    pub session: SessionId,
}

impl ToolTokenRecord {
    /// The key of a token's hash.
    #[must_use]
    pub fn key_of(hash: &str) -> Key {
        Key::new(format!("TOOLTOKEN#{hash}"), "TOOLTOKEN")
    }
}

impl Record for ToolTokenRecord {
    const WHAT: &'static str = "tool token";

    fn key(&self) -> Key {
        Self::key_of(&self.hash)
    }
}
