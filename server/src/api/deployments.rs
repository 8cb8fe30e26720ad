//! `/api/deployments`

use axum::extract::State;
use protocol::{Deployment, Guid, PastDeployment, SiteId, SiteStatus};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::projects::the_workspace;
use crate::deploy::{self, Wish};
use crate::http::App;
use crate::http::answer::{Answer, Body, Query, success};
use crate::http::auth::Known;

/// Rows of one answer, at most.
const PAGE: usize = 1_000;

/// Which rows are meant.
#[derive(Deserialize)]
pub struct Page {
    guid: Option<Guid>,
    #[serde(default)]
    offset: usize,
    limit: Option<usize>,
}

/// A row: the shape that other websites' dashboards read.
#[derive(Serialize)]
struct Row {
    project_name: String,
    url: Option<String>,
    deployed_at: String,
    status: &'static str,
}

/// `GET /api/deployments?guid=…&offset=…&limit=…`: newest first.
pub async fn list(State(app): State<App>, Known(actor): Known, Query(page): Query<Page>) -> Answer {
    let guid = the_workspace(&app, &actor, page.guid).await?;
    let publishing = &app.services.publishing;
    let (sites, past) = tokio::try_join!(
        publishing.deployments(&actor, &guid),
        publishing.past_deployments(&actor, &guid)
    )?;
    let sites = sites.into_iter().map(Row::from);
    let mut rows: Vec<_> = sites.chain(past.into_iter().map(Row::from)).collect();
    rows.sort_by(|a, b| b.deployed_at.cmp(&a.deployed_at));
    let total = rows.len();
    let limit = page.limit.unwrap_or(PAGE).min(PAGE);
    let rows: Vec<_> = rows.into_iter().skip(page.offset).take(limit).collect();
    success(json!({ "deployments": rows, "total": total }))
}

impl From<Deployment> for Row {
    fn from(deployment: Deployment) -> Self {
        Self {
            project_name: deployment.project_name,
            url: deployment.site.url,
            deployed_at: deployment.site.deployed_at.rfc3339(),
            status: match deployment.site.status {
                SiteStatus::InProgress => "in_progress",
                SiteStatus::Deployed => "deployed",
                SiteStatus::Failed => "failed",
                SiteStatus::Removing => "removing",
            },
        }
    }
}

impl From<PastDeployment> for Row {
    fn from(past: PastDeployment) -> Self {
        Self {
            project_name: past.project_name,
            url: Some(past.url),
            deployed_at: past.deployed_at.rfc3339(),
            status: "deployed",
        }
    }
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
