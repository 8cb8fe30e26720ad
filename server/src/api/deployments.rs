//! `/api/deployments`

use axum::extract::State;
use protocol::{Guid, SiteId, SiteStatus};
use serde::Deserialize;
use serde_json::json;

use super::projects::the_workspace;
use crate::deploy::{self, Wish};
use crate::http::App;
use crate::http::answer::{Answer, Body, Query, success};
use crate::http::auth::Known;

#[derive(Deserialize)]
pub struct Which {
    guid: Option<Guid>,
}

/// `GET /api/deployments?guid=…`: newest first, the shape that other websites' dashboards read.
pub async fn list(
    State(app): State<App>,
    Known(actor): Known,
    Query(which): Query<Which>,
) -> Answer {
    let guid = the_workspace(&app, &actor, which.guid).await?;
    let deployments = app.services.publishing.deployments(&actor, &guid).await?;
    let rows: Vec<_> = deployments
        .into_iter()
        .map(|deployment| {
            json!({
                "project_name": deployment.project_name,
                "url": deployment.site.url,
                "deployed_at": deployment.site.deployed_at.rfc3339(),
                "status": match deployment.site.status {
                    SiteStatus::InProgress => "in_progress",
                    SiteStatus::Deployed => "deployed",
                    SiteStatus::Failed => "failed",
                },
            })
        })
        .collect();
    success(json!({ "deployments": rows }))
}

#[derive(Deserialize)]
pub struct New {
    project: String,
    directory: String,
    site: Option<SiteId>,
}

/// `POST /api/deployments {project, directory, site}`: a NEW site, or an UPDATE of `site`.
pub async fn publish(State(app): State<App>, Known(actor): Known, Body(new): Body<New>) -> Answer {
    let wish = Wish {
        project: Some(new.project),
        directory: new.directory,
        site: new.site,
    };
    let published = deploy::publish(&app.services, &actor, wish).await?;
    success(json!({ "published": published }))
}
