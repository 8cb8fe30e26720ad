//! Claude Code as a chat: `claude -p` with stream-json in and out.

pub(crate) mod driver;
pub(crate) mod input;
pub(crate) mod stream;

pub use driver::{ClaudeDriver, ClaudeSettings};
