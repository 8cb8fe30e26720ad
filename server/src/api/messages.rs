//! `/api/claude-sessions/{id}/messages`

use std::sync::Arc;

use axum::body::Body as Stream;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse as _;
use domain::chat::PageStart;
use futures::{StreamExt as _, stream};
use protocol::{
    Body as Content, Message, MessageId, SessionId, UploadId, heading_as_markdown,
    message_as_markdown,
};
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
        Self {
            id: message.id,
            sequence: message.sequence,
            at: message.at.rfc3339(),
            role: message.body.role(),
            content: message.body.content(),
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
    /// The files that it takes along.
    #[serde(default)]
    uploads: Vec<UploadId>,
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
        .send(&actor, session, id, new.content, new.uploads)
        .await?;
    success(json!({ "message": View::from(message) }))
}

/// `GET …/markdown`: the whole chat as a document, sent page by page.
pub async fn markdown(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<SessionId>,
) -> Answer {
    let services = Arc::clone(&app.services);
    let session = services.sessions.get(&actor, id).await?;
    let name = format!("session-{}.md", session.number);
    let start = Some(PageStart::After(0));
    let heading = heading_as_markdown(&session);
    let pages = stream::try_unfold(start, move |start| {
        let (services, actor, session) = (Arc::clone(&services), actor.clone(), session.clone());
        async move {
            let Some(start) = start else { return Ok(None) };
            let page = services.chats.page(&actor, id, start).await?;
            let messages = page.messages.iter();
            let text: String = messages
                .map(|it| message_as_markdown(&session, it))
                .collect();
            let next = page.messages.last().filter(|_| page.has_newer);
            let next = next.map(|last| PageStart::After(last.sequence));
            Ok::<_, domain::error::Error>(Some((text, next)))
        }
    });
    let heading = stream::once(async { Ok(heading) });
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/markdown; charset=utf-8".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, Stream::from_stream(heading.chain(pages))).into_response())
}
