//! Published sites.

use leptos::prelude::*;
use protocol::{Deployment, Guid, Published, SiteId};

use super::Fault;

/// The sites of a workspace with their releases, newest first.
#[server]
pub async fn deployments(guid: Guid) -> Result<Vec<Deployment>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .publishing
        .deployments(&actor, &guid)
        .await
        .map_err(server::fault)
}

/// Makes an earlier release live again.
#[server]
pub async fn roll_back(site: SiteId, release: u32) -> Result<Published, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .publishing
        .rollback(&actor, site, release)
        .await
        .map_err(server::fault)
}
