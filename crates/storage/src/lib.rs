//! Engines of the table port ([`domain::table::Table`]), and the suite that each must pass.

#[cfg(feature = "contract")]
pub mod contract;
mod limits;
mod memory;
mod sqlite;

pub use memory::Memory;
pub use sqlite::Sqlite;
