//! The live socket in the browser: one connection per tab, and what a chat makes of its events.

pub mod chat_state;
mod client;
pub mod connection;

pub use client::{Channel, Heard, LiveClient, LiveProvider, use_live};
