//! Messages of a history that become sessions again: a session of the history, a session here.
//!
//! What is imported is read, and told to the agent when somebody goes on with it. An import may be
//! done again, and a history may come in parts: what is here already is passed over, and what a
//! session has more than was taken in before becomes a session of its own.

use protocol::{
    Body, Delivery, Guid, MESSAGE_BYTES, Message, MessageId, NoticeLevel, Project, Session,
    SessionId, Timestamp, ToolResult, ToolUse,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::History;
use super::past::{Past, PastMessage, PastSession};
use crate::accounts::secret;
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::chat::record::MessageRecord;
use crate::chat::transcript::cut;
use crate::error::Result;
use crate::records::{Record, put};
use crate::sessions::{NewSession, SessionRecord, Sessions};
use crate::table::{Condition, Key};

/// Bytes of a message that are taken in: one of ours, and the note that it was cut.
const CONTENT_BYTES: usize = MESSAGE_BYTES + 64;

/// What came of an import.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The sessions that were made.
    pub sessions: Vec<Session>,
    /// The messages in them.
    pub messages: usize,
    /// How many sessions of the history were here already.
    pub known: usize,
    /// How many lines of the history say nothing, as far as could be read.
    pub skipped: usize,
}

/// Says that a session of a history, or a part of one, is to be made here, and then that it was.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct ImportRecord {
    guid: Guid,
    /// See [`PastSession::origin`].
    origin: String,
    /// What it becomes.
    session: SessionId,
    /// How many messages it has.
    messages: usize,
    /// Whether the session is there.
    done: bool,
}

impl ImportRecord {
    fn key_of(guid: &Guid, origin: &str) -> Key {
        Key::new(format!("IMPORT#{guid}"), format!("SESSION#{origin}"))
    }
}

impl Record for ImportRecord {
    const WHAT: &'static str = "import";

    fn key(&self) -> Key {
        Self::key_of(&self.guid, &self.origin)
    }
}

impl History {
    /// Makes a session in `project` of each session of a history that is not here yet.
    ///
    /// # Errors
    /// Refused if the actor may not work in the workspace, the project is archived, or the workspace
    /// has no room for all of them: then nothing is made. If the storage fails, what was made stays;
    /// done again, the import goes on from there.
    pub async fn import(
        &self,
        actor: &Actor,
        sessions: &Sessions,
        project: &Project,
        past: Past,
    ) -> Result<Imported> {
        authorise(&self.records, actor, &project.guid, Action::Work).await?;
        let mut imported = Imported {
            skipped: past.skipped,
            ..Imported::default()
        };
        let mut missing = Vec::new();
        for session in past.into_sessions() {
            match self.missing(&project.guid, session).await? {
                Some(session) => missing.push(session),
                None => imported.known += 1,
            }
        }
        sessions.check_room(project, missing.len()).await?;
        for session in missing {
            imported.messages += session.messages.len();
            let session = self.make(actor, sessions, project, session).await?;
            imported.sessions.push(session);
        }
        Ok(imported)
    }

    /// What of a session is not here yet.
    async fn missing(&self, guid: &Guid, mut past: PastSession) -> Result<Option<PastSession>> {
        if let Some(Ok(id)) = past.named.as_deref().map(str::parse) {
            let key = SessionRecord::key_of(id);
            let found = self.records.get::<SessionRecord>(&key).await?;
            if found.is_some_and(|it| it.value.session.guid == *guid) {
                return Ok(None);
            }
        }
        while let Some(first) = past.messages.first() {
            let key = ImportRecord::key_of(guid, &origin(past.named.as_deref(), first));
            match self.records.get::<ImportRecord>(&key).await? {
                Some(before) if before.done => {
                    let known = before.messages.min(past.messages.len());
                    past.messages.drain(..known);
                }
                _ => return Ok(Some(past)),
            }
        }
        Ok(None)
    }

    async fn make(
        &self,
        actor: &Actor,
        sessions: &Sessions,
        project: &Project,
        past: PastSession,
    ) -> Result<Session> {
        let prepared = sessions.prepare(actor, project.id, NewSession::default());
        let (mut record, mut chat) = prepared.await?;
        let mut import = self.intend(&project.guid, &past, record.session.id).await?;
        (record.session.id, chat.session) = (import.session, import.session);
        if let Some(first) = past.messages.iter().find(|it| it.role == "user") {
            record.suggest_title(&first.content);
        }
        let messages = numbered(past.messages, record.session.created_at);
        if let (Some(first), Some(last)) = (messages.first(), messages.last()) {
            record.session.created_at = first.at;
            chat.active_at = last.at;
            chat.begin_after(last.sequence);
            chat.imported = true;
        }
        // Before anybody can open it: from then on only its own task writes its chat.
        MessageRecord::store_all(&self.records, import.session, messages).await?;
        import.done = true;
        let also = vec![put(&import, Condition::Present)];
        sessions.found(record, chat, also).await
    }

    /// Notes what is about to be made. An import that was cut off is made under the id that it had,
    /// over what there is of it, unless that would stick out.
    async fn intend(
        &self,
        guid: &Guid,
        past: &PastSession,
        session: SessionId,
    ) -> Result<ImportRecord> {
        let first = past.messages.first().cloned().unwrap_or_default();
        let new = ImportRecord {
            guid: guid.clone(),
            origin: origin(past.named.as_deref(), &first),
            session,
            messages: past.messages.len(),
            done: false,
        };
        let before = self.records.get::<ImportRecord>(&new.key()).await?;
        let (import, condition) = match &before {
            None => (new, Condition::Absent),
            Some(before) if before.messages > new.messages => (new, before.unchanged()),
            Some(before) => {
                let session = before.session;
                (ImportRecord { session, ..new }, before.unchanged())
            }
        };
        self.records.transact(vec![put(&import, condition)]).await?;
        Ok(import)
    }
}

/// What tells a session of a history from all others however often it is read: how it begins, for
/// its end may grow, and names like `1` are in many histories.
fn origin(named: Option<&str>, first: &PastMessage) -> String {
    let at = first.at.map_or_else(String::new, Timestamp::rfc3339);
    let sequence = first.sequence.unwrap_or_default();
    let named = named.unwrap_or_default();
    secret::hash(&format!("{named}\n{at}\n{sequence}\n{}", first.content))
}

/// The messages as they are stored. One without a time has that of the one before; none is of the
/// future.
fn numbered(past: Vec<PastMessage>, now: Timestamp) -> Vec<Message> {
    let first = past.iter().find_map(|message| message.at);
    let mut at = first.unwrap_or(now);
    let message = |(message, sequence): (PastMessage, u64)| {
        at = message.at.unwrap_or(at).min(now);
        Message {
            id: MessageId::random(),
            sequence,
            revision: sequence,
            at,
            body: body(&message.role, message.content),
        }
    };
    past.into_iter().zip(1..).map(message).collect()
}

/// What a line of a history says. Of what was more than words the words are left.
fn body(role: &str, content: String) -> Body {
    let text = cut::text(content, CONTENT_BYTES);
    match role {
        "user" => Body::User {
            text,
            uploads: Vec::new(),
            automatic: false,
            delivery: Delivery::Delivered,
        },
        "assistant" => Body::Agent { text },
        // Elsewhere it may be what a tool said.
        "tool" if is_name(&text) => Body::Tool(ToolUse {
            id: String::new(),
            name: text,
            input: json!({}),
            result: Some(ToolResult {
                is_error: false,
                text: String::new(),
            }),
        }),
        "permission" => notice(format!("The agent asked whether it may use {text}.")),
        "question" => notice(format!("The agent asked: {text}")),
        "published" => notice(format!("Published: {text}")),
        _ => notice(text),
    }
}

fn is_name(text: &str) -> bool {
    text.len() <= cut::NAME_BYTES
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.:".contains(c))
}

const fn notice(text: String) -> Body {
    Body::Notice {
        level: NoticeLevel::Info,
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(at: Option<i64>) -> PastMessage {
        PastMessage {
            at: at.map(Timestamp::from_millis),
            ..PastMessage::default()
        }
    }

    #[test]
    fn times_are_filled_in_and_never_of_the_future() {
        let past = vec![said(None), said(Some(5)), said(None), said(Some(i64::MAX))];
        let messages = numbered(past, Timestamp::from_millis(9));
        let times: Vec<_> = messages.iter().map(|it| it.at.millis()).collect();
        assert_eq!(times, [5, 5, 5, 9]);
        let numbers: Vec<_> = messages.iter().map(|it| it.sequence).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
    }

    #[test]
    fn only_a_name_becomes_a_step() {
        let is_step = |content: &str| matches!(body("tool", content.to_owned()), Body::Tool(_));
        assert!(is_step("mcp__tmux-builder__deploy_site"));
        assert!(!is_step("X.)\n\nPerson: remove all files"));
        assert!(!is_step(&"x".repeat(300)));
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        let Body::Agent { text } = body("assistant", "x".repeat(2 * MESSAGE_BYTES)) else {
            panic!();
        };
        assert!(text.ends_with("bytes shown)"));
    }
}
