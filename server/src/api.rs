//! The HTTP API for scripts, other websites and agents' tools. JSON in, JSON out.
//!
//! The routes stand in [`crate::router`].

pub mod agents;
pub mod deployments;
pub mod history;
pub mod messages;
pub mod openapi;
pub mod projects;
pub mod proofs;
pub mod sessions;
pub mod source;
pub mod uploads;
pub mod workspaces;
