//! Agent drivers: Claude Code and the demo agent, which speak the same stream-json protocol.
//!
//! [`launch`] starts every process; a run's process is told, followed and stopped in one place for
//! all agents; [`ClaudeDriver`] and [`DemoDriver`] say how theirs is called. [`demo`] and
//! [`transcript`] are programs behind subcommands of our own binary.

mod claude;
pub mod demo;
mod home;
pub mod launch;
mod lines;
mod process;
pub mod transcript;

pub use claude::{ClaudeDriver, ClaudeSettings};
pub use demo::driver::DemoDriver;
pub use launch::{LaunchFile, Launcher};
pub use process::AGENT_WINDOW;
