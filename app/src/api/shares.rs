//! Links by which anybody may read a session.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use protocol::{Secret, SessionId, Share, ShareId, SharedChat};
use serde::{Deserialize, Serialize};

use super::Fault;
use super::sessions::PageStart;

/// A link together with the secret that is shown once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IssuedShare {
    /// The link.
    pub share: Share,
    /// Its secret: the fragment of the address.
    pub secret: Secret,
}

/// Makes a link to a session.
#[server]
pub async fn share_session(session: SessionId, days: u32) -> Result<IssuedShare, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let made = services.shares.share(&actor, session, days).await;
    let (share, secret) = made.map_err(server::fault)?;
    Ok(IssuedShare { share, secret })
}

/// The links to a session.
#[server]
pub async fn shares(session: SessionId) -> Result<Vec<Share>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let found = services.shares.list(&actor, session).await;
    found.map_err(server::fault)
}

/// Takes a link back.
#[server]
pub async fn revoke_share(session: SessionId, id: ShareId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let revoked = services.shares.revoke(&actor, session, id).await;
    revoked.map_err(server::fault)
}

/// What a link shows. For whoever has it: the secret comes in the body, never in an address.
#[server(input = Json)]
pub async fn read_shared(secret: Secret, start: PageStart) -> Result<SharedChat, Fault> {
    use super::server;
    let services = server::services()?;
    let read = services.shares.read(secret.reveal(), start.into()).await;
    read.map_err(server::fault)
}
