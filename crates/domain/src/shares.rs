//! Links by which anybody may read a session: made by who works in it, for a time, and taken back at
//! any moment.

use std::sync::Arc;

use protocol::{
    ApiError, Body, ErrorKind, Message, MessagePage, NoticeLevel, Secret, SessionId, Share,
    ShareId, SharedChat, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accounts::secret;
use crate::actor::Actor;
use crate::authorise::Action;
use crate::chat::record::partition;
use crate::chat::{Chats, PageStart};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::records::{Record, Records, delete, put};
use crate::sessions::Sessions;
use crate::table::{Condition, Key, Query};

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// Links to one session that have not ended.
const MAX_SHARES: usize = 20;

/// A stored link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ShareRecord {
    share: Share,
    /// The SHA-256 of its secret in hexadecimal.
    secret_hash: String,
}

impl ShareRecord {
    const PREFIX: &str = "SHARE#";

    fn key_of(secret_hash: &str) -> Key {
        Key::new(format!("SHARE#{secret_hash}"), "SHARE")
    }
}

impl Record for ShareRecord {
    const WHAT: &'static str = "link";

    fn key(&self) -> Key {
        Self::key_of(&self.secret_hash)
    }

    fn index(&self) -> Option<Key> {
        let Share { session, id, .. } = &self.share;
        let sort = format!("{}{id}", Self::PREFIX);
        Some(Key::new(partition(*session), sort))
    }
}

/// The shares service.
#[derive(Clone)]
pub struct Shares {
    records: Records,
    clock: Arc<dyn Clock>,
    sessions: Sessions,
    chats: Chats,
}

impl Shares {
    /// A service over these parts.
    #[must_use]
    pub fn new(records: Records, clock: Arc<dyn Clock>, sessions: Sessions, chats: Chats) -> Self {
        Self {
            records,
            clock,
            sessions,
            chats,
        }
    }

    /// Makes a link that lasts for `days`. Its secret cannot be shown again.
    ///
    /// # Errors
    /// Refused if the actor may not work in the session, a link may not last so long, or there are
    /// too many.
    pub async fn share(
        &self,
        actor: &Actor,
        session: SessionId,
        days: u32,
    ) -> Result<(Share, Secret)> {
        self.sessions.record(actor, session, Action::Work).await?;
        let days = protocol::share_days(days)?;
        let (valid, ended) = self.of_session(session).await?;
        if valid.len() >= MAX_SHARES {
            let message = format!("A session has at most {MAX_SHARES} links. Take one back first.");
            return Err(ApiError::limit(message).into());
        }
        let now = self.clock.now();
        let secret = secret::random("");
        let share = Share {
            id: ShareId::random(),
            session,
            created_at: now,
            expires_at: now.plus_seconds(i64::from(days) * DAY_SECONDS),
        };
        let record = ShareRecord {
            share: share.clone(),
            secret_hash: secret::hash(secret.reveal()),
        };
        let mut writes = vec![put(&record, Condition::Absent)];
        let ended = ended.iter().take(MAX_SHARES);
        writes.extend(ended.map(|record| delete(record.key(), Condition::Always)));
        self.records.transact(writes).await?;
        Ok((share, secret))
    }

    /// The links to a session that have not ended, the newest first.
    ///
    /// # Errors
    /// Refused if the actor may not work in the session.
    pub async fn list(&self, actor: &Actor, session: SessionId) -> Result<Vec<Share>> {
        self.sessions.record(actor, session, Action::Work).await?;
        let (valid, _) = self.of_session(session).await?;
        let mut shares: Vec<_> = valid.into_iter().map(|record| record.share).collect();
        shares.sort_by_key(|share| std::cmp::Reverse(share.created_at));
        Ok(shares)
    }

    /// Takes a link back: nobody reads by it any more.
    ///
    /// # Errors
    /// Refused if the actor may not work in the session; not found if it has no such link.
    pub async fn revoke(&self, actor: &Actor, session: SessionId, id: ShareId) -> Result<()> {
        self.sessions.record(actor, session, Action::Work).await?;
        let (valid, _) = self.of_session(session).await?;
        let found = valid.iter().find(|record| record.share.id == id);
        let record = found.ok_or_else(|| ApiError::not_found("link"))?;
        let write = delete(record.key(), Condition::Always);
        self.records.transact(vec![write]).await
    }

    /// What the link with this secret shows. For whoever has the link.
    ///
    /// # Errors
    /// There is no such link (any more).
    pub async fn read(&self, secret: &str, start: PageStart) -> Result<SharedChat> {
        let key = ShareRecord::key_of(&secret::hash(secret));
        let found = self.records.get::<ShareRecord>(&key).await?;
        let valid = found.filter(|record| is_valid(record, self.clock.now()));
        let share = valid.ok_or_else(over)?.value.share;
        let session = self.sessions.load(share.session).await?.session;
        // What was put away is shown to nobody until it is taken out again.
        let active = self.sessions.check_active(&session).await;
        active.map_err(|error| match error {
            Error::Refused(_) => over().into(),
            error => error,
        })?;
        let page = self.chats.read_page(share.session, start).await?;
        Ok(SharedChat {
            title: session.title,
            agent: session.agent.label,
            page: MessagePage {
                messages: page.messages.into_iter().filter_map(shown).collect(),
                ..page
            },
            expires_at: share.expires_at,
        })
    }

    /// A session's links: those that can be used, and those that have ended.
    async fn of_session(&self, session: SessionId) -> Result<(Vec<ShareRecord>, Vec<ShareRecord>)> {
        let query = Query::index(partition(session)).prefix(ShareRecord::PREFIX);
        let found = self.records.query::<ShareRecord>(query).await?;
        let now = self.clock.now();
        let records = found.into_iter().map(|stored| stored.value);
        Ok(records.partition(|record| is_valid(record, now)))
    }
}

fn is_valid(record: &ShareRecord, now: Timestamp) -> bool {
    now < record.share.expires_at
}

fn over() -> ApiError {
    let message = "This link has ended or was taken back. Ask for a new one.";
    ApiError::new(ErrorKind::NotFound, message)
}

/// The message as strangers see it: no files and nothing that was read from or written to one, for
/// those are not shared; nothing to decide, and nothing about the server.
fn shown(mut message: Message) -> Option<Message> {
    match &mut message.body {
        Body::User {
            automatic: true, ..
        } => return None,
        Body::User { uploads, .. } => uploads.clear(),
        Body::Tool(tool) => {
            tool.input = named(&tool.input);
            if let Some(result) = &mut tool.result {
                result.text.clear();
            }
        }
        Body::Agent { .. } | Body::Published(_) => {}
        Body::Notice {
            level: NoticeLevel::Info,
            ..
        } => {}
        Body::Permission(_) | Body::Question(_) | Body::Notice { .. } => return None,
    }
    Some(message)
}

/// What a step was about, as far as it has a name: files by their names alone, and what the agent
/// says of a command instead of the command.
fn named(input: &Value) -> Value {
    const FILES: [&str; 3] = ["file_path", "notebook_path", "path"];
    const WORDS: [&str; 2] = ["description", "directory"];
    let mut kept = serde_json::Map::new();
    for (key, value) in input.as_object().into_iter().flatten() {
        let Some(text) = value.as_str() else { continue };
        if FILES.contains(&key.as_str()) {
            let name = text.rsplit('/').next().unwrap_or_default();
            kept.insert(key.clone(), name.into());
        } else if WORDS.contains(&key.as_str()) {
            kept.insert(key.clone(), text.into());
        }
    }
    Value::Object(kept)
}

#[cfg(test)]
mod tests {
    use protocol::{MessageId, ToolResult, ToolUse};
    use serde_json::json;

    use super::*;

    fn message(body: Body) -> Message {
        Message {
            id: MessageId::random(),
            sequence: 1,
            revision: 1,
            at: Timestamp::default(),
            body,
        }
    }

    #[test]
    fn strangers_see_what_was_done_and_not_what_is_in_it() {
        let tool = |input| {
            let result = ToolResult {
                is_error: false,
                text: "secret".to_owned(),
            };
            let tool = ToolUse {
                id: "1".to_owned(),
                name: "Write".to_owned(),
                input,
                result: Some(result),
            };
            serde_json::to_string(&shown(message(Body::Tool(tool))).unwrap()).unwrap()
        };
        let written = tool(json!({
            "file_path": "/srv/secret/projects/tea/site/index.html",
            "content": "secret",
        }));
        assert!(
            written.contains("index.html") && !written.contains("secret"),
            "{written}"
        );
        let run = tool(json!({ "command": "echo secret", "description": "Say something" }));
        assert!(
            run.contains("Say something") && !run.contains("secret"),
            "{run}"
        );
    }

    #[test]
    fn strangers_do_not_hear_of_the_server() {
        let notice = |level| Body::Notice {
            level,
            text: "/srv/secret".to_owned(),
        };
        assert!(shown(message(notice(NoticeLevel::Error))).is_none());
        assert!(shown(message(notice(NoticeLevel::Info))).is_some());
    }
}
