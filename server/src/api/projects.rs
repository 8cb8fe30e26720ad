//! `/api/projects`

use axum::extract::State;
use domain::actor::Actor;
use domain::projects::ProjectChange;
use protocol::{ApiError, Guid, Project, ProjectId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::answer::{Answer, Body, Path, Query, success};
use crate::http::auth::Known;
use crate::http::{App, Failure};

/// A project as scripts see it.
#[derive(Serialize)]
struct View {
    id: ProjectId,
    guid: Guid,
    name: String,
    slug: String,
    description: String,
    rules: String,
    created_at: String,
    archived: bool,
}

impl From<Project> for View {
    fn from(project: Project) -> Self {
        let Project {
            id,
            guid,
            name,
            slug,
            description,
            rules,
            created_at,
            archived,
        } = project;
        Self {
            id,
            guid,
            name,
            slug,
            description,
            rules,
            created_at: created_at.rfc3339(),
            archived,
        }
    }
}

/// Which workspace is meant; need not be said by who has only one.
#[derive(Deserialize)]
pub struct Which {
    pub(super) guid: Option<Guid>,
}

/// `GET /api/projects?guid=…`
pub async fn list(
    State(app): State<App>,
    Known(actor): Known,
    Query(which): Query<Which>,
) -> Answer {
    let guid = the_workspace(&app, &actor, which.guid).await?;
    let projects = app.services.projects.list(&actor, &guid).await?;
    let views: Vec<View> = projects.into_iter().map(View::from).collect();
    success(json!({ "projects": views }))
}

#[derive(Deserialize)]
pub struct New {
    guid: Option<Guid>,
    name: String,
    #[serde(default)]
    description: String,
}

/// `POST /api/projects {name, description, guid}`
pub async fn create(State(app): State<App>, Known(actor): Known, Body(new): Body<New>) -> Answer {
    let guid = the_workspace(&app, &actor, new.guid).await?;
    let project = app
        .services
        .projects
        .create(&actor, &guid, &new.name, &new.description)
        .await?;
    success(json!({ "project": View::from(project) }))
}

/// `PATCH /api/projects/{id} {name, description, rules}`: what is not given stays.
pub async fn change(
    State(app): State<App>,
    Known(actor): Known,
    Path(id): Path<ProjectId>,
    Body(change): Body<ProjectChange>,
) -> Answer {
    let project = app.services.projects.edit(&actor, id, change).await?;
    success(json!({ "project": View::from(project) }))
}

/// The workspace that is named, or the only one that the actor has.
pub async fn the_workspace(app: &App, actor: &Actor, guid: Option<Guid>) -> Result<Guid, Failure> {
    if let Some(guid) = guid {
        return Ok(guid);
    }
    let mut workspaces = app.services.workspaces.list(actor).await?;
    match (workspaces.pop(), workspaces.is_empty()) {
        (Some(only), true) => Ok(only.guid),
        (Some(_), false) => {
            Err(ApiError::invalid("guid", "Say which workspace: you have several.").into())
        }
        (None, _) => {
            Err(ApiError::invalid("guid", "You have no workspace; make one first.").into())
        }
    }
}
