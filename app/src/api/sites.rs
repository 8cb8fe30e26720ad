//! Published sites.

use leptos::prelude::*;
use protocol::{
    Deployment, Guid, PastDeployment, Proof, Published, Resource, SiteId, SiteStatus, names,
};
use serde::{Deserialize, Serialize};

use super::Fault;

/// What a workspace has published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentList {
    /// Its sites with their releases, newest first.
    pub sites: Vec<Deployment>,
    /// What an old chat history says was published before, newest first.
    pub past: Vec<PastDeployment>,
    /// Whether sites are hosted in a cloud account.
    pub in_cloud: bool,
    /// Where stored releases are shown; `{name}` stands for a release's name.
    release_url: Option<String>,
}

impl DeploymentList {
    /// Where a stored release is shown, whether it is live or not.
    #[must_use]
    pub fn release_url(&self, site: SiteId, number: u32) -> Option<String> {
        let name = names::release_name(site, number);
        Some(self.release_url.as_ref()?.replace("{name}", &name))
    }
}

/// What a workspace has published.
#[server]
pub async fn deployments(guid: Guid) -> Result<DeploymentList, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let sites = services
        .publishing
        .deployments(&actor, &guid)
        .await
        .map_err(server::fault)?;
    let past = services
        .publishing
        .past_deployments(&actor, &guid)
        .await
        .map_err(server::fault)?;
    let release_url = use_context::<super::context::SitesUrl>().map(|sites| sites.0);
    Ok(DeploymentList {
        sites,
        past,
        in_cloud: services.publishing.is_in_cloud(),
        release_url,
    })
}

/// How far the sites of a workspace are.
#[server]
pub async fn site_statuses(guid: Guid) -> Result<Vec<(SiteId, SiteStatus)>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    let sites = services.publishing.sites(&actor, &guid).await;
    let sites = sites.map_err(server::fault)?;
    Ok(sites.iter().map(|site| (site.id, site.status)).collect())
}

/// The checks of the newest releases of each site of a workspace.
#[server]
pub async fn proofs(guid: Guid) -> Result<Vec<Proof>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .proofs
        .of_workspace(&actor, &guid)
        .await
        .map_err(server::fault)
}

/// The checks of a site's newest releases, the newest first.
#[server]
pub async fn site_proofs(site: SiteId) -> Result<Vec<Proof>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .proofs
        .of_site(&actor, site)
        .await
        .map_err(server::fault)
}

/// What exists in a cloud account for a workspace, the newest first.
#[server]
pub async fn resources(guid: Guid) -> Result<Vec<Resource>, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .publishing
        .resources(&actor, &guid)
        .await
        .map_err(server::fault)
}

/// Publishes once more what failed after all its files were stored.
#[server]
pub async fn retry_publish(site: SiteId) -> Result<Published, Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .publishing
        .retry(&actor, site)
        .await
        .map_err(server::fault)
}

/// Cancels what is being published to a site.
#[server]
pub async fn cancel_publish(site: SiteId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .publishing
        .cancel(&actor, site)
        .await
        .map_err(server::fault)
}

/// Lets every cache before a site forget what it holds.
#[server]
pub async fn refresh_site(site: SiteId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .publishing
        .refresh(&actor, site)
        .await
        .map_err(server::fault)
}

/// Begins to remove a site with everything that belongs to it.
#[server]
pub async fn remove_site(site: SiteId) -> Result<(), Fault> {
    use super::server;
    let (services, actor) = server::enter()?;
    services
        .publishing
        .remove(&actor, site)
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
