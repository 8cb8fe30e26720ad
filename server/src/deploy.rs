//! Publishing as agents and command lines ask for it: by project and folder.

use std::path::PathBuf;

use domain::actor::{Actor, Via};
use domain::error::Result;
use domain::publishing::Source;
use domain::services::Services;
use protocol::{ApiError, Project, Published, SiteId};

/// What is to be published.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The project's name, slug or id. An agent's own project if not said.
    pub project: Option<String>,
    /// The folder: inside the project's own, or a path relative to that.
    pub directory: String,
    /// The site to update; a new one if not said.
    pub site: Option<SiteId>,
}

/// Publishes, and shows it in the chat if an agent asked.
///
/// # Errors
/// Refused if the actor may not publish there, or the folder is no site.
pub async fn publish(services: &Services, actor: &Actor, wish: Wish) -> Result<Published> {
    let project = find_project(services, actor, wish.project.as_deref()).await?;
    let source = Source {
        root: services.projects.folder(&project),
        directory: PathBuf::from(wish.directory),
    };
    let published = match wish.site {
        None => {
            services
                .publishing
                .publish_new(actor, &project, source)
                .await?
        }
        Some(site) => {
            let known = services.publishing.site(actor, site).await?;
            if known.project != project.id {
                let message = "That site belongs to another project.";
                return Err(ApiError::invalid("site", message).into());
            }
            services.publishing.update(actor, site, source).await?
        }
    };
    if let Via::Agent { session, .. } = actor.via {
        services.chats.published(session, published.clone()).await?;
    }
    Ok(published)
}

/// The project that `named` names, among all that the actor may see.
pub async fn find_project(
    services: &Services,
    actor: &Actor,
    named: Option<&str>,
) -> Result<Project> {
    let own = match actor.via {
        Via::Agent { session, .. } => Some(services.sessions.get(actor, session).await?.project),
        _ => None,
    };
    let Some(named) = named else {
        let own = own.ok_or_else(|| ApiError::invalid("project", "Say which project."))?;
        return services.projects.get(actor, own).await;
    };
    if let Some(own) = own {
        let project = services.projects.get(actor, own).await?;
        if [&project.name, &project.slug].contains(&&named.to_owned()) {
            return Ok(project);
        }
    }
    services.projects.named(actor, named).await
}
