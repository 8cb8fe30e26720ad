//! The chat of a session: its messages, cards and composer.

mod branch;
mod cards;
mod composer;
mod groups;
mod markdown;
mod messages;
mod prose;
mod read_only;
mod row;
mod status;
mod steps;
mod store;
mod tools;

pub use messages::Chat;
pub use prose::Prose;
pub use read_only::ReadOnlyMessage;
pub use store::ChatStore;
