//! `tmux-builder history`

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::pin::pin;

use clap::{Args, Subcommand};
use domain::actor::Actor;
use domain::history::{History, Past};
use futures::TryStreamExt as _;
use protocol::Guid;

use super::{Failure, open, told};
use crate::compose::Base;
use crate::hosting::{self, HostingSettings};
use crate::settings::DataFolder;

#[derive(Subcommand)]
pub enum Command {
    /// List the deployments that an old chat history names, unless they are known already.
    Import(Import),
    /// Print all messages of a workspace as `chat_history.jsonl` has them, one a line.
    Export(Export),
}

/// Which history is imported where.
#[derive(Args)]
pub struct Import {
    /// The history: a `chat_history.jsonl` with one message a line.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    hosting: HostingSettings,
    #[command(flatten)]
    data: DataFolder,
}

/// Which history is exported.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    data: DataFolder,
}

/// Which workspace, and in whose name.
#[derive(Args)]
struct Place {
    /// The workspace.
    #[arg(long, value_name = "GUID")]
    guid: Guid,
    /// The address of an account that is a member of the workspace.
    #[arg(long, value_name = "EMAIL")]
    account: String,
}

impl Place {
    async fn actor(&self, base: &Base) -> Result<Actor, Failure> {
        let actor = base.accounts().operator(&self.account).await;
        Ok(actor.map_err(told)?)
    }
}

/// Does it.
pub async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Import(import) => run_import(import).await,
        Command::Export(export) => run_export(export).await,
    }
}

async fn run_import(import: Import) -> Result<(), Failure> {
    let history = std::fs::read_to_string(&import.file)
        .map_err(|error| format!("{} cannot be read: {error}", import.file.display()))?;
    let past = Past::read(&history).map_err(told)?;
    let base = open(&import.data).await?;
    let actor = import.place.actor(&base).await?;
    let publishing = hosting::publishing(&base, &import.hosting, base.sites_url()).await?;
    let added = publishing
        .import_history(&actor, &import.place.guid, &past)
        .await
        .map_err(told)?;
    for past in &added {
        println!("{}  {}  {}", past.deployed_at, past.url, past.project_name);
    }
    println!("{} deployments imported.", added.len());
    Ok(())
}

async fn run_export(export: Export) -> Result<(), Failure> {
    let base = open(&export.data).await?;
    let actor = export.place.actor(&base).await?;
    let history = History::new(base.records.clone(), base.folders.clone());
    let mut out = io::BufWriter::new(io::stdout());
    let pages = history.export(&actor, &export.place.guid).await;
    let mut pages = pin!(pages.map_err(told)?);
    while let Some(lines) = pages.try_next().await.map_err(told)? {
        for line in lines {
            line.write(&mut out)?;
        }
    }
    out.flush()?;
    Ok(())
}
