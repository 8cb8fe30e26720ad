//! Follows a workspace's lists.

use domain::error::Result;
use protocol::Guid;
use protocol::live::{ServerMessage, WorkspaceEvent};
use tokio::sync::broadcast::error::RecvError;

use super::subscriptions::Follower;

/// Sends what happens in the workspace. Lists are loaded by the page; a tab that missed events is
/// told to load them again, and so is one that begins: something may have happened since its lists
/// were loaded, or while it was away.
pub(super) async fn follow(tab: &Follower, guid: Guid) -> Result<()> {
    let services = &tab.app.services;
    services.workspaces.get(&tab.actor, &guid).await?;
    let mut events = services.hub.follow_workspace(guid.clone());
    let mut event = WorkspaceEvent::Missed;
    loop {
        tab.outgoing
            .message(&ServerMessage::Workspace {
                guid: guid.clone(),
                event,
            })
            .await;
        event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => WorkspaceEvent::Missed,
            Err(RecvError::Closed) => return Ok(()),
        };
    }
}
