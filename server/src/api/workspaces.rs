//! `/api/workspaces`

use axum::extract::State;
use protocol::{Guid, Role, Workspace};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::App;
use crate::http::answer::{Answer, Body, Path, success};
use crate::http::auth::Known;

/// A workspace as scripts see it.
#[derive(Serialize)]
struct View {
    guid: Guid,
    name: String,
    role: Role,
    created_at: String,
    archived: bool,
}

impl From<Workspace> for View {
    fn from(workspace: Workspace) -> Self {
        let Workspace {
            guid,
            name,
            role,
            created_at,
            archived,
        } = workspace;
        Self {
            guid,
            name,
            role,
            created_at: created_at.rfc3339(),
            archived,
        }
    }
}

/// `GET /api/workspaces`
pub async fn list(State(app): State<App>, Known(actor): Known) -> Answer {
    let workspaces = app.services.workspaces.list(&actor).await?;
    let views: Vec<View> = workspaces.into_iter().map(View::from).collect();
    success(json!({ "workspaces": views }))
}

#[derive(Deserialize)]
pub struct New {
    name: String,
}

/// `POST /api/workspaces {name}`
pub async fn create(State(app): State<App>, Known(actor): Known, Body(new): Body<New>) -> Answer {
    let workspace = app.services.workspaces.create(&actor, &new.name).await?;
    success(json!({ "workspace": View::from(workspace) }))
}

/// `GET /api/workspaces/{guid}/summary`
pub async fn summary(
    State(app): State<App>,
    Known(actor): Known,
    Path(guid): Path<Guid>,
) -> Answer {
    let summary = app.services.workspaces.summary(&actor, &guid).await?;
    success(json!({ "summary": summary.text, "shortened": summary.shortened }))
}
