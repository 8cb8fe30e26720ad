//! Branches: a session that goes on from a message of another one, with other words.
//!
//! What was said before is copied, so that the branch reads as one chat, and told to its agent,
//! which begins a conversation of its own. Files are not copied: both sessions work in the
//! project's folder as it is.

use protocol::{
    ApiError, Body, Decision, Delivery, Message, Session, SessionId, ToolResult, Upload,
};

use super::record::MessageRecord;
use super::{Chats, PageStart};
use crate::actor::Actor;
use crate::authorise::Action;
use crate::error::Result;
use crate::sessions::NewSession;

impl Chats {
    /// The files that the person's message `sequence` took along.
    ///
    /// # Errors
    /// Refused if the actor may not work here; not found if there is no such message of a person.
    pub async fn files_of(
        &self,
        actor: &Actor,
        session: SessionId,
        sequence: u64,
    ) -> Result<Vec<Upload>> {
        self.check(actor, session, Action::Work).await?;
        let key = MessageRecord::key_of(session, sequence);
        let found = self.parts.records.require::<MessageRecord>(&key).await?;
        match found.value.message.body {
            Body::User { uploads, .. } => Ok(uploads),
            _ => Err(ApiError::not_found("message of a person").into()),
        }
    }

    /// Makes a session that begins with what was said in `session` before the message `sequence`.
    ///
    /// # Errors
    /// Refused if the actor may not work here, or the workspace is full.
    pub async fn branch(
        &self,
        actor: &Actor,
        session: SessionId,
        sequence: u64,
    ) -> Result<Session> {
        let from = self.check(actor, session, Action::Work).await?;
        let new = NewSession {
            objectives: from.objectives.clone(),
            policy: from.policy,
        };
        let sessions = &self.parts.sessions;
        let (mut record, mut chat) = sessions.prepare(actor, from.project, new).await?;
        record.session.title = branch_title(&from.title);
        record.titled = true;
        // Before anybody can open it: from then on only its own task writes its chat.
        let copied = self.copy(session, chat.session, sequence - 1).await?;
        chat.begin_after(copied);
        sessions.found(record, chat, vec![]).await
    }

    /// Copies the messages up to `last`, and tells how many there are.
    async fn copy(&self, from: SessionId, to: SessionId, last: u64) -> Result<u64> {
        let records = &self.parts.records;
        let mut copied = 0;
        while copied < last {
            let page = self.read_page(from, PageStart::After(copied)).await?;
            let messages = page.messages.into_iter();
            let messages: Vec<_> = messages.take_while(|it| it.sequence <= last).collect();
            let Some(newest) = messages.last() else { break };
            copied = newest.sequence;
            let messages = messages.into_iter().map(settled);
            MessageRecord::store_all(records, to, messages).await?;
        }
        Ok(copied)
    }
}

/// “Tea shop (branch)”, within the limit of a title.
fn branch_title(title: &str) -> String {
    const SUFFIX: &str = " (branch)";
    let title = title.trim_end_matches(SUFFIX);
    let room = protocol::NAME_CHARS - SUFFIX.len();
    let kept: String = title.chars().take(room).collect();
    format!("{}{SUFFIX}", kept.trim_end())
}

/// A copy of a message, which waits for nothing: what it waited for happens elsewhere.
fn settled(mut message: Message) -> Message {
    message.revision = message.sequence;
    match &mut message.body {
        Body::User { delivery, .. } => *delivery = Delivery::Delivered,
        Body::Tool(tool) => {
            tool.result.get_or_insert_with(|| ToolResult {
                is_error: true,
                text: "It had not ended when this branch began.".to_owned(),
            });
        }
        Body::Permission(permission) => {
            permission.decision.get_or_insert(Decision::Withdrawn);
        }
        Body::Question(question) => question.withdrawn = question.answers.is_none(),
        Body::Agent { .. } | Body::Notice { .. } | Body::Published(_) => {}
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_of_a_branch_is_called_like_one() {
        assert_eq!(branch_title("Tea shop"), "Tea shop (branch)");
        assert_eq!(branch_title("Tea shop (branch)"), "Tea shop (branch)");
        let long = branch_title(&"x".repeat(500));
        assert_eq!(long.chars().count(), protocol::NAME_CHARS);
    }
}
