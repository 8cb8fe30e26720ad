//! `tmux-builder deploy`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use domain::projects::Projects;
use domain::publishing::{Publishing, Source};
use protocol::{Published, SiteId};
use serde_json::json;

use super::remote::Remote;
use super::{Failure, open, told};
use crate::settings::DataFolder;

/// What is published where.
#[derive(Args)]
pub struct Arguments {
    /// The folder to publish. It needs an index.html.
    directory: PathBuf,
    /// The project, by name, slug or id.
    #[arg(long, value_name = "NAME")]
    project: String,
    /// The id of the site to update. A new site is made if this is left out.
    #[arg(long, value_name = "ID")]
    site: Option<SiteId>,
    /// The address of the account in whose name to publish, if there is no running server's token
    /// in the environment.
    #[arg(long, value_name = "EMAIL")]
    account: Option<String>,
    /// Where browsers reach a site; `{name}` stands for its name.
    #[arg(
        long,
        value_name = "PATTERN",
        env = "TMUX_BUILDER_SITES_URL",
        default_value = "http://{name}.localhost:3001"
    )]
    sites_url: String,
    #[command(flatten)]
    data: DataFolder,
}

/// Publishes and prints the address. An agent goes by the server that started it; an operator
/// works on the data folder.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let directory = std::path::absolute(&arguments.directory)?;
    let url = match Remote::of_environment() {
        Some(remote) => {
            let wish = json!({
                "project": arguments.project,
                "directory": directory,
                "site": arguments.site,
            });
            let answer = remote.post("/api/deployments", &wish).await?;
            answer["published"]["url"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        }
        None => publish_here(&arguments, &directory).await?.url,
    };
    println!("{url}");
    Ok(())
}

async fn publish_here(arguments: &Arguments, directory: &Path) -> Result<Published, Failure> {
    let email = arguments
        .account
        .as_deref()
        .ok_or("say in whose name: --account EMAIL")?;
    let base = open(&arguments.data).await?;
    let actor = base.accounts().operator(email).await.map_err(told)?;
    let hosting =
        cloud::local::LocalHosting::new(base.folders.sites(), arguments.sites_url.clone());
    let publishing = Publishing::new(
        base.records.clone(),
        Arc::clone(&base.clock),
        Arc::new(hosting),
        Arc::new(|_| {}),
    );
    let projects = Projects::new(
        base.records.clone(),
        Arc::clone(&base.clock),
        base.folders.clone(),
    );
    let project = projects
        .named(&actor, &arguments.project)
        .await
        .map_err(told)?;
    // The operator may publish any folder of the machine.
    let source = Source {
        root: directory.to_path_buf(),
        directory: PathBuf::from("."),
    };
    let published = match arguments.site {
        None => publishing.publish_new(&actor, &project, source).await,
        Some(site) => publishing.update(&actor, site, source).await,
    };
    published.map_err(|error| told(error).into())
}
