//! `/api/sessions` and the sessions of a project.

use axum::extract::State;
use domain::sessions::NewSession;
use protocol::{AgentInfo, Guid, PermissionPolicy, ProjectId, Session, SessionId, SessionStatus};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::http::App;
use crate::http::answer::{Answer, Body, Path, success};
use crate::http::auth::Known;

/// A session as scripts see it.
#[derive(Serialize)]
struct View {
    session_id: SessionId,
    session_number: u32,
    guid: Guid,
    project_id: ProjectId,
    title: String,
    objectives: String,
    agent: AgentInfo,
    policy: PermissionPolicy,
    status: SessionStatus,
    cost_usd: f64,
    created_at: String,
    active_at: String,
    archived: bool,
}

impl From<Session> for View {
    fn from(session: Session) -> Self {
        Self {
            session_id: session.id,
            session_number: session.number,
            guid: session.guid,
            project_id: session.project,
            title: session.title,
            objectives: session.objectives,
            agent: session.agent,
            policy: session.policy,
            status: session.status,
            cost_usd: session.cost_usd,
            created_at: session.created_at.rfc3339(),
            active_at: session.active_at.rfc3339(),
            archived: session.archived,
        }
    }
}

#[derive(Deserialize)]
pub struct New {
    project_id: ProjectId,
    #[serde(default)]
    objectives: String,
    #[serde(default)]
    policy: PermissionPolicy,
}

/// `POST /api/sessions/create {project_id, account_name, objectives}`
pub async fn create(State(app): State<App>, Known(actor): Known, Body(new): Body<New>) -> Answer {
    let details = NewSession {
        objectives: new.objectives,
        policy: new.policy,
    };
    let session = app
        .services
        .sessions
        .create(&actor, new.project_id, details)
        .await?;
    success(json!({
        "session_id": session.id,
        "session_number": session.number,
        "previous_handoff": null,
    }))
}

/// `GET /api/sessions/{id}`
pub async fn get(State(app): State<App>, Known(actor): Known, Path(id): Path<SessionId>) -> Answer {
    let session = app.services.sessions.get(&actor, id).await?;
    success(json!({ "session": View::from(session) }))
}

/// `GET /api/projects/{id}/sessions`
pub async fn of_project(
    State(app): State<App>,
    Known(actor): Known,
    Path(project): Path<ProjectId>,
) -> Answer {
    let sessions = app.services.sessions.of_project(&actor, project).await?;
    let views: Vec<View> = sessions.into_iter().map(View::from).collect();
    success(json!({ "sessions": views }))
}
