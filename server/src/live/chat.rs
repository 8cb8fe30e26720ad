//! Follows a chat.

use domain::error::Result;
use protocol::SessionId;
use protocol::live::{ChatEvent, ServerMessage};
use tokio::sync::broadcast::error::RecvError;

use super::subscriptions::Follower;

/// Sends a snapshot of the chat since revision `since`, then what happens in it.
pub(super) async fn follow(tab: &Follower, session: SessionId, since: u64) -> Result<()> {
    let services = &tab.app.services;
    let mut since = since;
    // Checked before following, so that strangers cannot make topics.
    services.sessions.get(&tab.actor, session).await?;
    let mut events = services.hub.follow_chat(session);
    loop {
        let snapshot = services.chats.snapshot(&tab.actor, session, since).await?;
        since = since.max(revision(&snapshot));
        send(tab, session, snapshot).await;
        loop {
            match events.recv().await {
                Ok(event) => {
                    since = since.max(revision(&event));
                    send(tab, session, event).await;
                }
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return Ok(()),
            }
        }
    }
}

/// The revision that a tab has once it has this event.
fn revision(event: &ChatEvent) -> u64 {
    match event {
        ChatEvent::Snapshot { page, .. } => page.revision,
        ChatEvent::Message { message } => message.revision,
        _ => 0,
    }
}

async fn send(tab: &Follower, session: SessionId, event: ChatEvent) {
    tab.outgoing
        .message(&ServerMessage::Chat { session, event })
        .await;
}
