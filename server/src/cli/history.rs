//! `tmux-builder import-history`

use std::path::PathBuf;

use clap::Args;
use protocol::Guid;

use super::{Failure, open, told};
use crate::hosting::{self, HostingSettings};
use crate::settings::DataFolder;

/// Which history is imported where.
#[derive(Args)]
pub struct Arguments {
    /// The history: a `chat_history.jsonl` with one message a line.
    file: PathBuf,
    /// The workspace.
    #[arg(long, value_name = "GUID")]
    guid: Guid,
    /// The address of an account that may publish in the workspace.
    #[arg(long, value_name = "EMAIL")]
    account: String,
    #[command(flatten)]
    hosting: HostingSettings,
    #[command(flatten)]
    data: DataFolder,
}

/// Lists the deployments that an old chat history names, unless they are known already.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let history = std::fs::read_to_string(&arguments.file)
        .map_err(|error| format!("{} cannot be read: {error}", arguments.file.display()))?;
    let base = open(&arguments.data).await?;
    let actor = base.accounts().operator(&arguments.account).await;
    let actor = actor.map_err(told)?;
    let publishing = hosting::publishing(&base, &arguments.hosting, base.sites_url()).await?;
    let added = publishing
        .import_history(&actor, &arguments.guid, &history)
        .await
        .map_err(told)?;
    for past in &added {
        println!("{}  {}  {}", past.deployed_at, past.url, past.project_name);
    }
    println!("{} deployments imported.", added.len());
    Ok(())
}
