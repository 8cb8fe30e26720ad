//! What the product does, apart from how it is reached and where it is kept.
//!
//! Services act for an [`Actor`](actor::Actor) and check what it may do. What they need from
//! outside they ask of ports (traits): [`table::Table`], [`terminals::Terminals`],
//! [`agents::AgentDriver`], [`hosting::Hosting`], [`clock::Clock`]. Nothing here knows a transport,
//! a page or an engine.

pub mod agents;
pub mod clock;
pub mod hosting;
pub mod table;
pub mod terminals;
