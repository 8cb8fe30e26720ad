//! Pages, one per file, and the frame around them.

pub mod account;
mod alerts;
mod commands;
mod demo;
pub mod deployments;
mod door;
pub mod frame;
pub mod home;
pub mod join;
pub mod later;
mod live;
pub mod project;
mod prompt;
mod role;
pub mod session;
mod session_list;
pub mod settings;
pub mod setup;
mod shared;
pub mod shared_chat;
mod sidebar;
pub mod sign_in;
mod state;
pub mod workspace;
pub mod workspaces;

pub use shared::{WithViewer, WithWorkspace};
pub use state::{ViewerState, WorkspaceState, use_viewer, use_workspace};
