//! What the product does, apart from how it is reached and where it is kept.
//!
//! Services act for an [`Actor`](actor::Actor) and check what it may do. What they need from
//! outside they ask of ports (traits): [`table::Table`], [`terminals::Terminals`],
//! [`agents::AgentDriver`], [`hosting::Hosting`], [`cloud_access::CloudAccess`],
//! [`documents::Documents`], [`clock::Clock`]. Nothing here knows a transport, a page or an engine.

pub mod accounts;
pub mod actor;
pub mod agents;
pub mod authorise;
pub mod chat;
pub mod clock;
pub mod cloud_access;
pub mod documents;
pub mod error;
pub mod folders;
pub mod history;
pub mod hosting;
pub mod live;
pub mod projects;
pub mod proof;
pub mod publishing;
pub mod records;
pub mod services;
pub mod sessions;
pub mod shares;
pub mod skills;
pub mod system_prompt;
pub mod table;
pub mod terminals;
pub mod uploads;
pub mod windows;
pub mod workspaces;
