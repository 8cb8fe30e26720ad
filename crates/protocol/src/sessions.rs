//! Numbered runs of an agent in a project.

use serde::{Deserialize, Serialize};

use crate::{Guid, ProjectId, SessionId, Timestamp};

/// What an agent may do without asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionPolicy {
    /// It asks before it changes files or runs commands.
    Ask,
    /// It changes files in its folder freely and asks before it runs commands.
    #[default]
    AcceptEdits,
    /// It does everything without asking. Never granted to an agent that runs as root.
    Full,
}

/// What a session's agent is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SessionStatus {
    /// No work under way; the next message starts it.
    #[default]
    Idle,
    /// The agent's process is starting.
    Starting,
    /// The agent is answering.
    Working,
    /// The agent waits for a person: a permission or an answer.
    Waiting,
    /// The agent could not go on; the next message tries again.
    Failed {
        /// What happened and what to do.
        reason: String,
    },
}

impl SessionStatus {
    /// Whether an agent is in the middle of a turn.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::Starting | Self::Working | Self::Waiting)
    }
}

/// The agent behind a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentInfo {
    /// The driver's name in the settings: `claude`, `demo`, …
    pub name: String,
    /// The name shown to people: “Claude Code”, “Demo agent”.
    pub label: String,
    /// Whether it is the scripted demo agent. Pages say so plainly.
    pub demo: bool,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The workspace that owns it.
    pub guid: Guid,
    /// The project it works on.
    pub project: ProjectId,
    /// Its number in the project, from 1.
    pub number: u32,
    /// Its title: the first message, shortened, until somebody renames it.
    pub title: String,
    /// What it is meant to reach.
    pub objectives: String,
    /// Who runs in it.
    pub agent: AgentInfo,
    /// What the agent may do without asking.
    pub policy: PermissionPolicy,
    /// What the agent is doing.
    pub status: SessionStatus,
    /// What it has cost so far, in US dollars, as the agent reports it.
    pub cost_usd: f64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something last happened in it.
    pub active_at: Timestamp,
    /// Whether it has been put away.
    pub archived: bool,
}
