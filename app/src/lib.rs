//! Pages, the design system and server-function signatures.
//!
//! Compiled twice: with the feature `ssr` into the server, with `hydrate` into the browser. The two
//! worlds meet in [`api`] (server functions, whose bodies exist on the server only) and in
//! [`platform`] (what only a browser has). Pages and components know neither.

pub mod api;
pub mod chat;
mod error_page;
pub mod live;
pub mod pages;
pub mod platform;
mod policy;
pub mod preview;
mod proofs;
mod publishing;
mod router;
pub mod routes;
#[cfg(feature = "ssr")]
mod shell;
pub mod terminal;
pub mod theme;
pub mod ui;
mod uploads;

pub use router::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
