//! Server functions: requests and answers between pages and the server.
//!
//! Each takes who asks and the services from the context, calls one service method and hands back
//! its result. Everything that streams goes over the live socket instead.

#![expect(
    missing_docs,
    reason = "arguments of server functions become fields; their names say it"
)]

pub mod accounts;
pub mod context;
pub mod fault;
pub mod members;
pub mod projects;
#[cfg(feature = "ssr")]
pub(crate) mod server;
pub mod sessions;
pub mod shares;
pub mod sites;
pub mod uploads;
pub mod workspaces;

pub use fault::Fault;

/// Gives the page that is being rendered the status of an error. Does nothing in the browser.
pub fn answer_with(status: u16) {
    #[cfg(feature = "ssr")]
    server::set_status(status);
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}
