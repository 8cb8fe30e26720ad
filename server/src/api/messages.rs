//! `/api/claude-sessions/{id}/messages`

use axum::extract::State;
use domain::chat::PageStart;
use protocol::{Body as Content, Message, MessageId, SessionId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::App;
use crate::http::answer::{Answer, Body, Path, Query, success};
use crate::http::auth::Known;

/// A message as scripts see it: `role` and `content` for the simple ones, `body` for all.
#[derive(Serialize)]
struct View {
    id: MessageId,
    sequence: u64,
    at: String,
    role: &'static str,
    content: String,
    body: Content,
}

impl From<Message> for View {
    fn from(message: Message) -> Self {
        let (role, content) = match &message.body {
            Content::User { text, .. } => ("user", text.clone()),
            Content::Agent { text } => ("assistant", text.clone()),
            Content::Tool(tool) => ("tool", tool.name.clone()),
            Content::Permission(permission) => ("permission", permission.tool.clone()),
            Content::Question(question) => {
                let questions: Vec<_> = question
                    .questions
                    .iter()
                    .map(|item| item.question.as_str())
                    .collect();
                ("question", questions.join("\n"))
            }
            Content::Notice { text, .. } => ("notice", text.clone()),
            Content::Published(published) => ("published", published.url.clone()),
        };
        Self {
            id: message.id,
            sequence: message.sequence,
            at: message.at.rfc3339(),
            role,
            content,
            body: message.body,
        }
    }
}

#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: u64,
}

/// `GET …/messages?after=SEQUENCE`: a page, oldest first.
pub async fn list(
    State(app): State<App>,
    Known(actor): Known,
    Path(session): Path<SessionId>,
    Query(After { after }): Query<After>,
) -> Answer {
    let page = app
        .services
        .chats
        .page(&actor, session, PageStart::After(after))
        .await?;
    let views: Vec<View> = page.messages.into_iter().map(View::from).collect();
    success(json!({ "messages": views, "has_more": page.has_newer }))
}

#[derive(Deserialize)]
pub struct New {
    /// Makes it safe to send again after a lost answer.
    id: Option<MessageId>,
    content: String,
}

/// `POST …/messages {content}`
pub async fn send(
    State(app): State<App>,
    Known(actor): Known,
    Path(session): Path<SessionId>,
    Body(new): Body<New>,
) -> Answer {
    let id = new.id.unwrap_or_else(MessageId::random);
    let message = app
        .services
        .chats
        .send(&actor, session, id, new.content)
        .await?;
    success(json!({ "message": View::from(message) }))
}
