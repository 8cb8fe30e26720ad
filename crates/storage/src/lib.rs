//! Engines of the table port ([`domain::table::Table`]), and the suite that each must pass.

#[cfg(feature = "contract")]
pub mod contract;
mod limits;
mod sqlite;

pub use sqlite::Sqlite;
