//! The chat of a session: its messages, cards and composer.

mod cards;
mod composer;
mod groups;
mod markdown;
mod messages;
mod prose;
mod row;
mod status;
mod steps;
mod store;
mod tools;

pub use messages::Chat;
pub use store::ChatStore;
