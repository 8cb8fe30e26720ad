//! `tmux-builder notify`, which `notify.sh` calls in a workspace.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Failure;
use super::remote::Remote;

/// What is told.
#[derive(Args)]
pub struct Arguments {
    /// How far the work is.
    stage: Stage,
    /// Words for the person who waits.
    text: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Stage {
    /// It goes on.
    Progress,
    /// It is done.
    Done,
}

/// Tells the agent's own chat.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let remote = Remote::of_environment()
        .ok_or("notify works only for an agent that Tmux Builder has started")?;
    let stage = match arguments.stage {
        Stage::Progress => "progress",
        Stage::Done => "done",
    };
    let report = json!({ "stage": stage, "text": arguments.text.join(" ") });
    remote.post("/api/agent/report", &report).await.map(drop)
}
