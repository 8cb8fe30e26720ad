//! What stands around every request, and what requests have in common.

pub mod answer;
pub mod auth;
pub mod client;
pub mod headers;
pub mod health;
pub mod hosts;
pub mod metrics;
pub mod pages;
pub mod state;

pub use answer::Failure;
pub use state::{App, SiteFacts};
