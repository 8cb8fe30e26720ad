//! The HTTP API for scripts, other websites and agents' tools. JSON in, JSON out.
//!
//! The routes stand in [`crate::http`].

pub mod agents;
pub mod deployments;
pub mod messages;
pub mod projects;
pub mod sessions;
pub mod workspaces;
