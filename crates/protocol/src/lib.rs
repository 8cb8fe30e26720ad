//! The language that browser, server and scripts share: ids, types, live messages, errors,
//! validation and naming rules.
//!
//! Nothing here does I/O and everything compiles to WebAssembly, so both sides of the product agree
//! by construction.

mod accounts;
mod chat;
mod error;
mod ids;
mod limits;
pub mod live;
pub mod names;
mod projects;
mod proof;
mod sessions;
mod shares;
mod sites;
mod time;
mod uploads;
mod validate;
mod workspaces;

pub use accounts::*;
pub use chat::*;
pub use error::{ApiError, ErrorKind};
pub use ids::*;
pub use limits::*;
pub use projects::*;
pub use proof::*;
pub use sessions::*;
pub use shares::*;
pub use sites::*;
pub use time::Timestamp;
pub use uploads::*;
pub use validate::*;
pub use workspaces::*;
