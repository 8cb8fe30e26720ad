//! Messages of a history that become sessions again: a session of the history, a session here.
//!
//! What is imported is read, and told to the agent when somebody goes on with it. A session that is
//! here already, or was imported before, is passed over, so that an import may be done again.

use std::collections::HashMap;

use protocol::{
    ApiError, Body, Delivery, Guid, MESSAGE_BYTES, Message, MessageId, NoticeLevel, Project,
    Session, SessionId, Timestamp, ToolResult, ToolUse,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::History;
use super::past::{self, PastMessage};
use crate::accounts::secret;
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::chat::record::MessageRecord;
use crate::error::Result;
use crate::records::{Record, put};
use crate::sessions::{NewSession, SessionRecord, Sessions};
use crate::table::{Condition, Key};

/// What came of an import.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The sessions that were made.
    pub sessions: Vec<Session>,
    /// The messages in them.
    pub messages: usize,
    /// How many sessions of the history were here already.
    pub known: usize,
}

/// A session of a history, in the order of its messages.
struct PastSession {
    /// Its name in the history, if that has names.
    named: Option<String>,
    messages: Vec<PastMessage>,
}

/// Remembers that a session of a history was imported.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct ImportedRecord {
    guid: Guid,
    /// See [`PastSession::origin`].
    origin: String,
    /// What it became.
    session: SessionId,
}

impl ImportedRecord {
    fn key_of(guid: &Guid, origin: &str) -> Key {
        Key::new(format!("IMPORTED#{guid}"), format!("SESSION#{origin}"))
    }
}

impl Record for ImportedRecord {
    const WHAT: &'static str = "imported session";

    fn key(&self) -> Key {
        Self::key_of(&self.guid, &self.origin)
    }
}

impl History {
    /// Makes a session in `project` of each session of a history that is not here yet.
    ///
    /// # Errors
    /// Refused if the actor may not work in the workspace, there is no message in the history, or
    /// the workspace is full. What was made until then
    /// stays; done again, the import goes on from there.
    pub async fn import(
        &self,
        actor: &Actor,
        sessions: &Sessions,
        project: &Project,
        history: &str,
    ) -> Result<Imported> {
        authorise(&self.records, actor, &project.guid, Action::Work).await?;
        let found = by_session(history);
        if found.is_empty() {
            let message = "There is no message in it. A history has one a line, as JSON with `role` \
                           and `content`.";
            return Err(ApiError::invalid("history", message).into());
        }
        let mut imported = Imported::default();
        for past in found {
            if self.is_here(&project.guid, &past).await? {
                imported.known += 1;
                continue;
            }
            imported.messages += past.messages.len();
            let session = self.make(actor, sessions, project, past).await?;
            imported.sessions.push(session);
        }
        Ok(imported)
    }

    async fn is_here(&self, guid: &Guid, past: &PastSession) -> Result<bool> {
        if let Some(Ok(id)) = past.named.as_deref().map(str::parse) {
            let key = SessionRecord::key_of(id);
            let found = self.records.get::<SessionRecord>(&key).await?;
            if found.is_some_and(|it| it.value.session.guid == *guid) {
                return Ok(true);
            }
        }
        let key = ImportedRecord::key_of(guid, &past.origin());
        Ok(self.records.get::<ImportedRecord>(&key).await?.is_some())
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
        let origin = ImportedRecord {
            guid: project.guid.clone(),
            origin: past.origin(),
            session: record.session.id,
        };
        if let Some(first) = past.messages.iter().find(|it| it.role == "user") {
            record.suggest_title(&first.content);
        }
        let messages = numbered(past.messages, record.session.created_at);
        if let (Some(first), Some(last)) = (messages.first(), messages.last()) {
            record.session.created_at = first.at;
            chat.active_at = last.at;
            chat.begin_after(last.sequence);
        }
        // Before anybody can open it: from then on only its own task writes its chat.
        MessageRecord::store_all(&self.records, record.session.id, messages).await?;
        let also = vec![put(&origin, Condition::Absent)];
        sessions.found(record, chat, also).await
    }
}

impl PastSession {
    /// What tells it from every other session, however often the history is read. A history without
    /// sessions is told by how it begins, for its end may grow.
    fn origin(&self) -> String {
        let begin = self.messages.first().map(|it| (it.at, &it.content));
        secret::hash(&format!("{:?}", self.named.as_ref().ok_or(begin)))
    }
}

/// The sessions of a history, in the order in which they begin. What names none is one of its own.
fn by_session(history: &str) -> Vec<PastSession> {
    let mut sessions: Vec<PastSession> = Vec::new();
    let mut places = HashMap::new();
    for message in past::messages(history) {
        let named = message.session.clone();
        let place = *places.entry(named.clone()).or_insert(sessions.len());
        if place == sessions.len() {
            let messages = Vec::new();
            sessions.push(PastSession { named, messages });
        }
        sessions[place].messages.push(message);
    }
    sessions
}

/// The messages as they are stored. One without a time has that of the one before; none is of the
/// future.
fn numbered(past: Vec<PastMessage>, now: Timestamp) -> Vec<Message> {
    let first = past.iter().find_map(|message| message.at);
    let mut at = first.unwrap_or(now);
    let message = |(message, sequence): (PastMessage, u64)| {
        at = message.at.unwrap_or(at).clamp(Timestamp::default(), now);
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
fn body(role: &str, mut text: String) -> Body {
    text.truncate(text.floor_char_boundary(MESSAGE_BYTES));
    match role {
        "user" | "human" => Body::User {
            text,
            uploads: Vec::new(),
            automatic: false,
            delivery: Delivery::Delivered,
        },
        "assistant" => Body::Agent { text },
        "tool" => Body::Tool(ToolUse {
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

const fn notice(text: String) -> Body {
    Body::Notice {
        level: NoticeLevel::Info,
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_told_apart_and_keep_their_order() {
        let lines = [
            r#"{"role":"user","content":"Tea","session":"b","timestamp":"2026-02-04T11:39:25Z"}"#,
            r#"{"role":"user","content":"Bread","session":"a"}"#,
            r#"{"role":"assistant","content":"Done","session":"b"}"#,
            r#"{"role":"user","content":"Old"}"#,
        ];
        let found = by_session(&lines.join("\n"));
        let counts: Vec<_> = found
            .iter()
            .map(|it| (it.named.as_deref(), it.messages.len()))
            .collect();
        assert_eq!(counts, [(Some("b"), 2), (Some("a"), 1), (None, 1)]);
        let longer = [&lines[..], &[r#"{"role":"user","content":"More"}"#]].concat();
        let again = by_session(&longer.join("\n"));
        let origins = |found: &[PastSession]| found.iter().map(PastSession::origin).collect();
        let (first, second): (Vec<_>, Vec<_>) = (origins(&found), origins(&again));
        assert_eq!(first, second);
    }

    #[test]
    fn times_are_filled_in_and_never_of_the_future() {
        let said = |at: Option<i64>| PastMessage {
            role: "user".to_owned(),
            content: "Tea".to_owned(),
            at: at.map(Timestamp::from_millis),
            session: None,
        };
        let past = vec![said(None), said(Some(5)), said(None), said(Some(i64::MAX))];
        let messages = numbered(past, Timestamp::from_millis(9));
        let times: Vec<_> = messages.iter().map(|it| it.at.millis()).collect();
        assert_eq!(times, [5, 5, 5, 9]);
        let numbers: Vec<_> = messages.iter().map(|it| it.sequence).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
    }
}
